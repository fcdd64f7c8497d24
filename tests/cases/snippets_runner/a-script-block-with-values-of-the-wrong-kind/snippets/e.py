# /// script
# [tool.snippets-runner]
# timeout = 0
# ///
x = 1
