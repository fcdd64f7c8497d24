# /// script
# dependencies = ["no-such-distribution-here>=1", "click>=8"]
# ///
x = 1
