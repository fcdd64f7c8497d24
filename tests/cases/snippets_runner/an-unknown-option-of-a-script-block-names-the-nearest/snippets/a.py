# /// script
# [tool.snippets-runner]
# time-out = 3
# services = []
# ///
x = 1
