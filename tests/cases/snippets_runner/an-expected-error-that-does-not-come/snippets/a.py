# /// script
# [tool.snippets-runner]
# expect-error = "KeyError"
# ///
print("before")
x = 1
