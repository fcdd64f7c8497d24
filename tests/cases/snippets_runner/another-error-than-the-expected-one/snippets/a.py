# /// script
# [tool.snippets-runner]
# expect-error = "KeyError"
# ///
print("before")
raise OSError(2, "gone")
