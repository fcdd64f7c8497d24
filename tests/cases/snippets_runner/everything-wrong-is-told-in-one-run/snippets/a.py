# /// script
# [tool.snippets-runner]
# tiemout = 1
# ///
# --8<-- [start:open]
raise ValueError
