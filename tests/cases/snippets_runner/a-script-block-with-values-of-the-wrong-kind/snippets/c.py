# /// script
# requires-python = "3.11 or so"
# ///
x = 1
