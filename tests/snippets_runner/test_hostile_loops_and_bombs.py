"""A snippet that takes too much: time, processes, memory, output."""

from __future__ import annotations

import pytest
from hostile import SLOW, Hostile, run
from sample import Sample

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
        name="a-fork-bomb-of-sessions-in-a-fresh-interpreter",
        code="""
            import os
            while True:
                if os.fork() == 0:
                    os.setsid()
            """,
        says=("process-limit: had more than 64 processes and threads at once, and was ended",),
        settings={"processes": 64, "isolation": "spawn"},
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
)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda each: each.name)
def test_the_run_goes_on_says_what_happened_and_leaves_nothing(hostile: Hostile, sample: Sample) -> None:
    run(hostile, sample)
