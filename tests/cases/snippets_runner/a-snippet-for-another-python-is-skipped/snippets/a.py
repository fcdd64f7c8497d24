# /// script
# requires-python = ">=3.99"
# ///
raise SystemExit(1)
