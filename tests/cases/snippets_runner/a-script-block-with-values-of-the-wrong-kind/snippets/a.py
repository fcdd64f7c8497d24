# /// script
# dependencies = "httpx"
# ///
x = 1
