# /// script
# [tool.snippets-runner]
# inputs = ["../pyproject.toml", "data/*.csv", "/etc/passwd", "a.py"]
# ///
