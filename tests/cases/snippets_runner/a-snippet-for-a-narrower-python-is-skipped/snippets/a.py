# /// script
# requires-python = ">=3.11"
# [tool.snippets-runner]
# python = ">=3.99"
# ///
raise SystemExit(1)
