# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 30
# ///
"""Who gets the SIGTERM: the program, or the shell that started it?"""

import ctypes
import os
import signal
import sys
from pathlib import Path
from subprocess import Popen
from types import FrameType

from snippet_support import wait_until, work_in_temporary_folder

PYTHON = f"{sys.executable} -IS {Path(__file__).parent / 'pid1_app.py'} wait"
BECOME_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2): orphans below come to us


# --8<-- [start:init]
def be_init(command: list[str]) -> int:
    """Forward signals, reap every orphan, end with the status of the main child."""
    ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 1, 0, 0, 0)
    child = Popen(command)

    def forward(number: int, frame: FrameType | None) -> None:
        os.kill(child.pid, number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, forward)
    while (found := os.waitpid(-1, 0))[0] != child.pid:
        Path("reaped").touch()
    return child_status(found[1])


def child_status(status: int) -> int:
    """Say it as a shell does: 128 plus the signal's number for who was killed."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
# --8<-- [end:init]


if sys.argv[1:2] == ["init"]:
    sys.exit(be_init(sys.argv[2:]))

work_in_temporary_folder()
INIT = f"{sys.executable} {os.path.abspath(__file__)} init"
# --8<-- [start:forms]
FORMS = {
    "exec form": PYTHON.split(),
    "shell form": ["sh", "-c", f"{PYTHON}; echo done >> log"],
    "shell, then exec": ["sh", "-c", f"echo migrating >> log; exec {PYTHON}"],
    "tiny init": [*INIT.split(), *PYTHON.split()],
}


def stop(command: list[str]) -> tuple[bool, str, bool]:
    """Start it, send SIGTERM to the process we started, as a runtime does to PID 1."""
    for name in ("pid", "got-term", "reaped"):
        Path(name).unlink(missing_ok=True)
    with Popen(command, start_new_session=True) as started:
        app = int(wait_until(lambda: read("pid"), timeout=20))
        started.terminate()
        status = started.wait(timeout=20)
        told = Path("got-term").exists()
        if not told:  # the app lives on, without a parent: what SIGKILL is for
            assert Path(f"/proc/{app}").exists()
            os.killpg(started.pid, signal.SIGKILL)
    return told, str(status if status >= 0 else 128 - status), Path("reaped").exists()


def read(name: str) -> str:
    return Path(name).read_text() if Path(name).exists() else ""


print("                  app got SIGTERM  status")
answers = dict[str, tuple[bool, str, bool]]()
for form, command in FORMS.items():
    told, status, _ = answers[form] = stop(command)
    print(f"{form:<17} {'yes' if told else 'NO':<16} {status}")
print(f"the init reaped an orphan: {'yes' if answers['tiny init'][2] else 'no'}")
# --8<-- [end:forms]
assert [told for told, _, _ in answers.values()] == [True, False, True, True]
assert [status for _, status, _ in answers.values()] == ["0", "143", "0", "0"]
assert answers["tiny init"][2]
