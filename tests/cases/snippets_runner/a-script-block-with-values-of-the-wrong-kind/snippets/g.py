# /// script
# [tool.snippets-runner]
# services = "postgres"
# ///
x = 1
