# /// script
# [tool.snippets-runner]
# skip = true
# ///
x = 1
