# /// script
# [tool.snippets-runner]
# isolation = { redis = "process" }
# ///
x = 1
