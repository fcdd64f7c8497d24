# /// script
# dependencies = []
x = 1
