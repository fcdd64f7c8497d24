# /// script
# [tool.snippets-runner]
# timeout = 0.3
# ///
import time

print("begun", flush=True)
time.sleep(5)
