# /// script
# [tool.snippets-runner]
# redact = [{ pattern = '\d+\.\d+ ms', as = "… ms" }, { pattern = "^id: .*$", as = "id" }]
# ///
print("took 12.3 ms")
print("id: 7f")
print("fixed")
