# /// script
# [tool.snippets-runner]
# timeout = "long"
# ///
x = 1
