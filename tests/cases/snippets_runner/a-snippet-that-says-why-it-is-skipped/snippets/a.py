# /// script
# [tool.snippets-runner]
# skip = "needs a printer"
# ///
raise SystemExit(1)
