# /// script
# [tool.snippets-runner]
# services = ["redis"]
# network = false
# ///
