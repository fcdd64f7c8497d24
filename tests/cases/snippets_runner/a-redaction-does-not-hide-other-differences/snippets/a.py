# /// script
# [tool.snippets-runner]
# redact = [{ pattern = '\d+ ms', as = "… ms" }]
# ///
print("took 12 ms")
print("new")
