# /// script
# [tool.snippets-runner]
# services = ["postgre"]
# ///
x = 1
