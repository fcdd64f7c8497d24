# /// script
# dependencies = ["Click<1"]
# ///
x = 1
