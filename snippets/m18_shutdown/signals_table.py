# /// script
# requires-python = ">=3.11"
#
# [tool.snippets-runner]
# timeout = 30
# ///
"""Ask the kernel: which signals can be caught, and what do they do if nobody does?"""

import os
import signal
import sys
from signal import Signals
from subprocess import DEVNULL, PIPE, Popen, run

PROGRAM = [sys.executable, "-ISc"]
# --8<-- [start:children]
CATCHER = """
import signal, sys
number = int(sys.argv[1])
signal.signal(number, lambda *_: sys.exit(0))
print("ready", flush=True)
signal.pause()
"""
DEFAULT = """
import os, resource, signal, sys
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
number = int(sys.argv[1])
if number not in (signal.SIGKILL, signal.SIGSTOP):
    signal.signal(number, signal.SIG_DFL)  # Python itself changes INT and PIPE
os.kill(os.getpid(), number)
sys.exit(0)
"""


def is_catchable(number: Signals) -> bool:
    """Start a child with a handler, send the signal, look whether the handler ran."""
    child = Popen([*PROGRAM, CATCHER, str(int(number))], stdout=PIPE, stderr=DEVNULL)
    assert child.stdout
    if child.stdout.readline() == b"ready\n":
        child.send_signal(number)
    child.communicate()
    return child.returncode == 0


def default_action(number: Signals) -> str:
    """Start a child without a handler; the parent's `wait` says what became of it."""
    child = Popen([*PROGRAM, DEFAULT, str(int(number))])
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    child.returncode = 0  # waited for already
    if os.WIFSTOPPED(status):
        os.kill(child.pid, signal.SIGKILL)
        os.waitpid(child.pid, 0)
        return "stops"
    return "ends" if os.WIFSIGNALED(status) else "ignored"
# --8<-- [end:children]


def shell_status(number: Signals) -> int:
    script = f'sh -c "kill -{number} \\$\\$"; echo $?'
    shell = run(["sh", "-c", script], stdout=PIPE, stderr=DEVNULL, text=True)
    return int(shell.stdout)


# --8<-- [start:table]
NAMES = ["TERM", "INT", "HUP", "KILL", "QUIT", "USR1", "USR2", "PIPE", "CHLD", "STOP"]
print("signal     no.  catchable  unhandled  status in the shell")
marks, codes = "", dict[str, int]()
for name in NAMES:
    number = Signals[f"SIG{name}"]
    mark, action = "✓" if is_catchable(number) else "✗", default_action(number)
    if action == "ends":
        codes[name] = shell_status(number)
    marks += mark
    print(f"SIG{name:<6} {number:>4}  {mark:^9}  {action:<9}  {codes.get(name, '-')}")
# --8<-- [end:table]
assert marks == "✓✓✓✗✓✓✓✓✓✗"
assert codes["TERM"] == 143 and codes["KILL"] == 137 and codes["INT"] == 130
assert set(NAMES) - set(codes) == {"CHLD", "STOP"}
