# /// script
# requires-python = ">=3.11"
# ///
"""The program in the container: leaves an orphan, waits for SIGTERM, ends with 0."""

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType


# --8<-- [start:app]
def finish(number: int, frame: FrameType | None) -> None:
    Path("got-term").touch()
    sys.exit(0)


signal.signal(signal.SIGTERM, finish)
middle = os.fork()
if middle == 0:  # a child that starts a grandchild and doesn't wait for it
    if os.fork() == 0:
        os._exit(0)
    os._exit(0)
os.waitpid(middle, 0)
# --8<-- [end:app]
if "wait" not in sys.argv:
    sys.exit()
if "init" in Path(f"/proc/{os.getppid()}/cmdline").read_text():
    deadline = time.monotonic() + 10
    while not Path("reaped").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
Path("pid.new").write_text(str(os.getpid()))
os.rename("pid.new", "pid")
while True:
    signal.pause()
