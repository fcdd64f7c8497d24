# /// script
# [tool.snippets-runner]
# memory = 200
# ///
held = bytearray(400_000_000)
