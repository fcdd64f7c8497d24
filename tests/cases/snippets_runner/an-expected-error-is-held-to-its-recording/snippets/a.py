# /// script
# [tool.snippets-runner]
# expect-error = "KeyError"
# ///
print("before")
raise KeyError("lost")
