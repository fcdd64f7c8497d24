# /// script
# [tool.snippets-runner]
# redact = [{ pattern = "(", as = "x" }]
# ///
x = 1
