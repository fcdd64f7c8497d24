# /// script
# [tool.snippets-runner]
# os = "windows"
# ///
raise SystemExit(1)
