# /// script
# requires-python = 3.11
# ///
x = 1
