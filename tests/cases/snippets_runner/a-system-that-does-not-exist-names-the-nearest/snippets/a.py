# /// script
# [tool.snippets-runner]
# os = ["linux", "mac"]
# ///
raise SystemExit(1)
