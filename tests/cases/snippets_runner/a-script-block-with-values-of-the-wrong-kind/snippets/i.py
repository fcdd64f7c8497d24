# /// script
# [tool.snippets-runner]
# redact = [{ pattern = "x" }]
# ///
x = 1
