"""Whatever a snippet does, the runner goes on, says what happened, and nothing of it is left behind.

Every case runs a hostile snippet and, after it in the same worker, an ordinary one. The guards contain accidents, not
attacks: each case is something that a program may do by mistake.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sample import Sample

ORDINARY = 'print("all is well")\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One way to misbehave."""

    name: str
    code: str
    says: tuple[str, ...] = ()
    """``code: message`` of each finding, in order; with none, the snippet passes."""
    settings: dict[str, object] = field(default_factory=dict)
    out: str | None = None
    """The recording, where its output counts."""
    details: str = ""
    """What the details must hold."""


VANISHED = "early-exit: exited with status {} before it reached its end (os._exit, or an exec)"
KILLED = "early-exit: killed by signal {} before it reached its end"
ONE_LEFT = "escaped-process: left 1 process running, which was ended"
MORE_LEFT = "escaped-process: left {} processes running, which were ended"
SLOW = {"timeout": 0.6}

HOSTILE = (
    Hostile(
        name="an-endless-loop",
        code="while True: pass",
        says=("timeout: still running after 0.6 s, and ended",),
        settings=SLOW,
    ),
    Hostile(
        name="a-loop-that-catches-everything",
        code="""
            import time
            while True:
                try:
                    time.sleep(9)
                except BaseException:
                    pass
            """,
        says=("timeout: still running after 0.6 s, and ended",),
        settings=SLOW,
    ),
    Hostile(
        name="ignored-signals",
        code="""
            import signal, time
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            time.sleep(9)
            """,
        says=("timeout: still running after 0.6 s, and ended",),
        settings=SLOW,
    ),
    Hostile(
        name="a-stopped-process",
        code="import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        says=("timeout: still running after 0.6 s, and ended",),
        settings=SLOW,
    ),
    Hostile(
        name="a-fork-bomb",
        code="""
            import os
            while True:
                os.fork()
            """,
        says=("process-limit: had more than 64 processes and threads at once, and was ended",),
        settings={"processes": 64},
    ),
    Hostile(
        name="a-fork-bomb-of-sessions",
        code="""
            import os
            while True:
                if os.fork() == 0:
                    os.setsid()
            """,
        says=("process-limit: had more than 64 processes and threads at once, and was ended",),
        settings={"processes": 64},
    ),
    Hostile(
        name="a-thread-bomb",
        code="""
            import threading, time
            for _ in range(300):
                threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
            time.sleep(9)
            """,
        says=("process-limit: had more than 64 processes and threads at once, and was ended",),
        settings={"processes": 64},
    ),
    Hostile(
        name="a-memory-hog",
        code="held = []\nwhile True: held.append(bytearray(20_000_000))",
        says=("memory: raised MemoryError",),
        settings={"memory": 300},
    ),
    Hostile(
        name="a-memory-hog-of-several-processes",
        code="""
            import os, time
            for _ in range(6):
                if os.fork() == 0:
                    held = bytearray(b"x" * 100_000_000)
                    time.sleep(9)
            time.sleep(9)
            """,
        says=("memory: its processes took more than 300 MiB together, and were ended",),
        settings={"memory": 300},
    ),
    Hostile(
        name="many-processes-that-share-their-memory",
        code="""
            import os, time
            held = bytearray(b"x" * 60_000_000)
            children = []
            for _ in range(8):
                if not (child := os.fork()):
                    time.sleep(0.4)
                    os._exit(0)
                children.append(child)
            for child in children:
                os.waitpid(child, 0)
            print("shared")
            """,
        settings={"memory": 300},
        out="shared\n",
    ),
    Hostile(
        name="a-gigabyte-on-stdout",
        code="""
            import sys
            for _ in range(1024):
                sys.stdout.write("x" * 2**20)
            """,
        says=("output-limit: printed more than 1000000 bytes, and was ended",),
    ),
    Hostile(
        name="a-gigabyte-on-stderr-by-a-child",
        code='import subprocess\nsubprocess.run("yes >&2", shell=True)',
        says=("output-limit: printed more than 1000000 bytes, and was ended",),
    ),
    Hostile(
        name="invalid-utf-8",
        code="""
            import sys
            sys.stdout.buffer.write(b"caf\\xe9 \\x00 \\xff\\n")
            """,
        out="caf\\xe9 \x00 \\xff\n",
    ),
    Hostile(
        name="lone-carriage-returns",
        code="""
            import sys
            sys.stdout.buffer.write(b"10 %\\r100 %\\r\\n")
            """,
        out="10 %\r100 %\r\n",
    ),
    Hostile(
        name="a-child-left-running",
        code='import subprocess\nsubprocess.Popen(["sleep", "61.5"])',
        says=(ONE_LEFT,),
        details="sleep 61.5",
    ),
    Hostile(
        name="children-left-running",
        code='import subprocess\nfor n in "123": subprocess.Popen(["sleep", f"61.{n}"])',
        says=(MORE_LEFT.format(3),),
        details="sleep 61.2",
    ),
    Hostile(
        name="a-child-that-ends-a-moment-later",
        code='import subprocess\nsubprocess.Popen(["sleep", "0.05"])',
    ),
    Hostile(
        name="a-daemonised-child",
        code="""
            import os, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.chdir("/")
                    for descriptor in range(3):
                        os.close(descriptor)
                    time.sleep(60)
                os._exit(0)
            os.wait()
            """,
        says=(ONE_LEFT,),
        details="a_hostile.py",
    ),
    Hostile(
        name="a-daemon-that-ignores-signals-and-holds-the-output",
        code="""
            import subprocess
            subprocess.Popen(["setsid", "sh", "-c", "trap '' INT TERM HUP; sleep 62 & wait; sleep 63"])
            print("gone")
            """,
        says=(MORE_LEFT.format(2),),
        details="sleep 62",
        out="gone\n",
    ),
    Hostile(
        name="a-double-fork-in-two-sessions-that-ignores-signals",
        code="""
            import os, signal, time
            ready, told = os.pipe()
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.setsid()
                    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                        signal.signal(number, signal.SIG_IGN)
                    os.write(told, b"1")
                    time.sleep(60)
                os._exit(0)
            os.wait()
            os.read(ready, 1)
            """,
        says=(ONE_LEFT,),
        details="a_hostile.py",
    ),
    Hostile(
        name="a-child-left-by-one-that-exits-at-once",
        code='import os, subprocess\nsubprocess.Popen(["sleep", "61.7"])\nos._exit(3)',
        says=(VANISHED.format(3), ONE_LEFT),
    ),
    Hostile(name="a-signal-to-its-group", code="import os\nos.kill(0, 9)", says=(KILLED.format(9),)),
    Hostile(
        name="a-signal-to-its-parent",
        code="import os\nos.kill(os.getppid(), 9)",
        says=("raised: raised PermissionError: [Errno 1] Operation not permitted",),
    ),
    Hostile(
        name="an-exit-without-an-end",
        code='import os\nprint("seen", flush=True)\nos._exit(0)',
        says=(VANISHED.format(0),),
        details="seen",
    ),
    Hostile(
        name="an-exec-of-another-program",
        code='import os\nos.execv("/bin/true", ["true"])',
        says=(VANISHED.format(0),),
    ),
    Hostile(
        name="a-segmentation-fault", code="import ctypes\nctypes.string_at(0)", says=(KILLED.format(11),)
    ),
    Hostile(name="an-abort", code="import os\nos.abort()", says=(KILLED.format(6),)),
    Hostile(
        name="a-thread-that-hangs",
        code="import threading, time\nthreading.Thread(target=time.sleep, args=(9,)).start()",
        says=("timeout: still running after 0.6 s, and ended",),
        settings=SLOW,
    ),
    Hostile(
        name="an-exception-in-a-thread",
        code="""
            import threading
            def work():
                raise KeyError("lost")
            thread = threading.Thread(target=work, name="worker")
            thread.start()
            thread.join()
            """,
        says=("raised: raised KeyError in thread worker: 'lost'",),
    ),
    Hostile(
        name="an-exception-at-exit",
        code="""
            import atexit
            atexit.register(lambda: 1 / 0)
            """,
        says=("raised: raised ZeroDivisionError at exit: division by zero",),
    ),
    Hostile(
        name="a-read-from-stdin", code="input()", says=("raised: raised EOFError: EOF when reading a line",)
    ),
    Hostile(name="a-closed-stdout", code='import sys\nprint("before")\nsys.stdout.close()', out="before\n"),
    Hostile(
        name="a-closed-stdout-that-is-printed-to",
        code="import sys\nsys.stdout.close()\nprint()",
        says=("raised: raised ValueError: I/O operation on closed file.",),
    ),
    Hostile(
        name="closed-descriptors",
        code='import os\nos.closerange(0, 3)\nprint("nowhere")',
        says=("raised: ended with exit status 120",),
    ),
    Hostile(
        name="every-descriptor-closed",
        code="import os\nos.closerange(0, 1000)",
        says=(VANISHED.format(120),),
    ),
    Hostile(
        name="a-changed-locale-umask-and-environment",
        code="""
            import locale, os
            locale.setlocale(locale.LC_ALL, "C")
            os.umask(0o777)
            os.environ.clear()
            os.chdir("/")
            print("changed")
            """,
        out="changed\n",
    ),
    Hostile(
        name="a-folder-that-cannot-be-entered",
        code="""
            import os
            os.makedirs("deep/er")
            open("deep/er/file", "w").close()
            os.chmod("deep/er", 0)
            os.chmod("deep", 0)
            os.chmod(".", 0)
            """,
        says=("left-files: left 1 file in its folder",),
    ),
    Hostile(
        name="a-write-into-the-project",
        code="""
            from pathlib import Path
            Path(__file__).with_name("left.txt").write_text("left")
            """,
        says=("raised: raised PermissionError: [Errno 13] Permission denied: '<snippets>/left.txt'",),
    ),
    Hostile(
        name="a-write-outside-its-folder-and-the-project",
        code="""
            import pathlib
            for folder in ("/tmp", "/var/tmp", "/"):
                try:
                    pathlib.Path(folder, "left-by-a-snippet").write_text("left")
                except OSError as error:
                    print(folder, error.strerror)
            """,
        out="/tmp Permission denied\n/var/tmp Permission denied\n/ Permission denied\n",
    ),
    Hostile(
        name="a-snippet-that-deletes-itself",
        code="import os\nos.unlink(__file__)",
        says=("raised: raised PermissionError: [Errno 13] Permission denied: '<snippets>/a_hostile.py'",),
    ),
    Hostile(
        name="shared-memory-left-behind",
        code="""
            with open("/dev/shm/left-by-a-snippet", "w") as file:
                file.write("left")
            """,
    ),
    Hostile(
        name="a-file-of-many-gigabytes",
        code="""
            with open("big", "wb") as file:
                file.truncate(2**35)
            """,
        says=("raised: raised OSError: [Errno 27] File too large",),
    ),
    Hostile(name="sys-exit-zero", code="import sys\nsys.exit(0)"),
    Hostile(name="sys-exit-none", code="import sys\nsys.exit()"),
    Hostile(
        name="sys-exit-three", code="import sys\nsys.exit(3)", says=("raised: ended with exit status 3",)
    ),
    Hostile(
        name="sys-exit-with-a-text",
        code='import sys\nsys.exit("no such thing")',
        says=("raised: ended with exit status 1",),
        details="no such thing",
    ),
    Hostile(name="sys-exit-of-a-large-number", code="import sys\nsys.exit(256)", says=()),
    Hostile(
        name="sys-exit-in-a-thread",
        code="""
            import sys, threading
            thread = threading.Thread(target=sys.exit, args=(3,))
            thread.start()
            thread.join()
            """,
    ),
    Hostile(
        name="a-recursion-without-an-end",
        code="def f(): f()\nf()",
        says=("raised: raised RecursionError: maximum recursion depth exceeded",),
    ),
    Hostile(name="an-interrupt", code="raise KeyboardInterrupt", says=("raised: raised KeyboardInterrupt",)),
    Hostile(
        name="a-syntax-error",
        code="print(",
        says=("raised: raised SyntaxError: '(' was never closed (a_hostile.py, line 1)",),
    ),
    Hostile(
        name="an-exception-that-cannot-be-printed",
        code="""
            class Odd(Exception):
                def __str__(self):
                    raise ValueError("no text")
            raise Odd
            """,
        says=("raised: raised Odd: <exception str() failed>",),
    ),
)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda each: each.name)
def test_the_run_goes_on_says_what_happened_and_leaves_nothing(hostile: Hostile, sample: Sample) -> None:
    sample.settings(**{"jobs": 1, "timeout": 20, **hostile.settings})
    sample.snippet("a_hostile", hostile.code, out=hostile.out)
    sample.snippet("b_ordinary", ORDINARY, out="all is well\n")
    before = sample.files()

    done = sample.run("check")

    entries = sample.ledger()["snippets"]
    assert entries["snippets/b_ordinary.py"]["status"] == "passed"
    said = re.findall(r"^snippets/a_hostile\.py:\d+:\d+: (.*)$", done.out, re.MULTILINE)
    assert (
        tuple(line.replace(str(sample.root / "snippets"), "<snippets>") for line in said) == hostile.says
    ), done.out
    assert (done.status, entries["snippets/a_hostile.py"]["status"]) == (
        (1, "failed") if hostile.says else (0, "passed")
    )
    assert hostile.details in done.out
    assert sample.left_behind() == []
    assert sample.files() == before
    assert not Path("/dev/shm/left-by-a-snippet").exists()


def test_a_server_left_listening_is_ended(sample: Sample) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    sample.settings(jobs=1)
    sample.snippet(
        "a_hostile",
        f'import subprocess, sys\nsubprocess.Popen([sys.executable, "-m", "http.server", "{port}"])',
    )
    sample.snippet(
        "b_ordinary",
        f"""
        import socket
        with socket.socket() as client:
            print("refused" if client.connect_ex(("127.0.0.1", {port})) else "answered")
        """,
        out="refused\n",
    )

    done = sample.run("check")

    assert "escaped-process: left 1 process running, which was ended\n" in done.out
    assert sample.ledger()["snippets"]["snippets/b_ordinary.py"]["status"] == "passed"
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0


def test_the_guards_that_were_on_are_in_the_ledger(sample: Sample) -> None:
    sample.snippet("a", ORDINARY, out="all is well\n")

    sample.run("check")

    guards = set(sample.ledger()["snippets"]["snippets/a.py"]["guards"])
    assert {"session", "subreaper", "memory", "cpu", "files", "file-size", "core", "watchdog"} <= guards
