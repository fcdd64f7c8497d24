# /// script
# [tool.snippets-runner]
# services = ["redis"]
# isolation = { redis = "proces" }
# ///
x = 1
