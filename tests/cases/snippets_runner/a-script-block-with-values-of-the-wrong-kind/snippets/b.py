# /// script
# dependencies = ["not a requirement!"]
# ///
x = 1
