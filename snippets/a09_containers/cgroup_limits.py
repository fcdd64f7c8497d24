# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 60
# redact = [{ pattern = '(limits by|limited): .*', as = "…" }]
# ///
"""Limit a child in memory and processor time by what this kernel offers; say which."""

import os
import resource
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import run

MIB = 2**20
LIMIT = 128 * MIB


# --8<-- [start:limit]
def new_group() -> Path | None:
    """Make a control group (version 2) beside our own, where that is allowed."""
    own = Path("/proc/self/cgroup").read_text().rpartition("0::")[2].strip()
    group = Path(f"/sys/fs/cgroup{own}").with_name(f"limits-{os.getpid()}")
    try:
        group.mkdir()
    except OSError:
        return None  # no right to, or no version 2
    try:
        (group / "memory.max").write_text(str(LIMIT))
        (group / "memory.swap.max").write_text("0")
        (group / "memory.oom.group").write_text("1")  # too much: all of it ends
        (group / "cpu.max").write_text("50000 100000")  # 50 ms in each 100 ms
    except OSError:
        group.rmdir()  # the controllers aren't enabled here
        return None
    return group


def enter(group: Path | None) -> None:
    """In the child, before its program starts: join the group, or limit oneself."""
    if group:
        (group / "cgroup.procs").write_text("0")  # 0 is whoever writes
    else:
        resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))  # address space
        resource.setrlimit(resource.RLIMIT_CPU, (1, 2))  # seconds of processor
# --8<-- [end:limit]


# --8<-- [start:run]
EAT = "block = b'x' * 160 * 2**20"
SPIN = "import time\nwhile time.process_time() < 1.2: pass"
SHARE = """
import os, time
ends = os.pipe()
parent = os.getpid()
child = os.fork()
block = b'x' * 80 * 2**20
if child:
    os.close(ends[1])
    if not os.read(ends[0], 1): raise MemoryError
    os.kill(child, 9)
else:
    os.write(ends[1], b'!')
    while os.getppid() == parent: time.sleep(0.01)
"""


def outcome(program: str, before: Callable[[], None] | None = None) -> str:
    child = run([sys.executable, "-c", program], preexec_fn=before, capture_output=True)
    if child.returncode < 0:
        return signal.Signals(-child.returncode).name
    return child.stderr.decode().strip().rpartition("\n")[2] or "done"


def main(group: Path | None) -> None:
    print("limits by:", "a control group" if group else "setrlimit, process by process")
    found = {}
    for what, program in (
        ("160 MiB by one process", EAT),
        ("160 MiB by two processes", SHARE),
        ("1.2 s of processor time", SPIN),
    ):
        free, found[program] = outcome(program), outcome(program, partial(enter, group))
        print(f"{what}: unlimited: {free}; limited: {found[program]}")
        assert free == "done"
    if group:
        usage = (group / "cpu.stat").read_text().split()
        assert int(usage[usage.index("nr_throttled") + 1]) > 0
        assert list(found.values()) == ["SIGKILL", "SIGKILL", "done"]
    else:
        assert list(found.values()) == ["MemoryError", "done", "SIGXCPU"]
# --8<-- [end:run]


group = new_group()
try:
    main(group)
finally:
    if group:
        group.rmdir()
