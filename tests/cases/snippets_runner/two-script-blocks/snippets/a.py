# /// script
# dependencies = []
# ///

# /// script
# dependencies = []
# ///
x = 1
