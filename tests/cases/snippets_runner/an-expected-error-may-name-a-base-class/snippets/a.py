# /// script
# [tool.snippets-runner]
# expect-error = "LookupError"
# ///
print("before")
raise KeyError("lost")
