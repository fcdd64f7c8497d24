"""A snippet that leaves processes running, or sends signals to others than itself."""

from __future__ import annotations

import re
import shutil
import socket
from dataclasses import replace

import pytest
from hostile import KILLED, MORE_LEFT, ONE_LEFT, VANISHED, Hostile, run
from sample import Sample

HOSTILE = (
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
)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda each: each.name)
def test_the_run_goes_on_says_what_happened_and_leaves_nothing(hostile: Hostile, sample: Sample) -> None:
    run(hostile, sample)


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not on this machine")
@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda each: each.name)
def test_inside_bubblewrap_the_same_is_said(hostile: Hostile, sample: Sample) -> None:
    run(replace(hostile, settings={"isolation": "bubblewrap"}), sample)


LISTENS = """
    import socket, subprocess, sys, time

    SERVER = "import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
    subprocess.Popen([sys.executable, "-c", SERVER], start_new_session=True)
    while True:
        try:
            socket.create_connection(("127.0.0.1", {port}), timeout=5).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            break
    print("it answers")
    """
TAKES_THE_PORT = """
    import socket

    with socket.socket() as server:
        server.bind(("127.0.0.1", {port}))
    print("free")
    """


@pytest.mark.parametrize("isolation", ["fork", "spawn", "bubblewrap"])
def test_a_server_left_listening_is_told_and_its_port_is_free_for_the_next(
    sample: Sample, isolation: str
) -> None:
    if isolation == "bubblewrap" and shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not on this machine")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    sample.settings(jobs=1, timeout=20, isolation=isolation)
    sample.snippet("a_hostile", LISTENS.replace("{port}", str(port)), out="it answers\n")
    sample.snippet("b_ordinary", TAKES_THE_PORT.replace("{port}", str(port)), out="free\n")

    done = sample.run("check")

    assert re.findall(r"^snippets/a_hostile\.py:\d+:\d+: (.*)$", done.out, re.MULTILINE) == [ONE_LEFT], (
        done.out
    )
    assert "socket.create_server" in done.out
    states = {name: row["status"] for name, row in sample.ledger()["snippets"].items()}
    assert states == {"snippets/a_hostile.py": "failed", "snippets/b_ordinary.py": "passed"}
    assert sample.left_behind() == []
    with socket.socket() as server:
        server.bind(("127.0.0.1", port))
