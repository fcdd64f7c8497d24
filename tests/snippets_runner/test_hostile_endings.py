"""A snippet that ends in another way than by its last line: an exit, a crash, an exception anywhere."""

from __future__ import annotations

import pytest
from hostile import KILLED, ORDINARY, SLOW, VANISHED, Hostile, run
from sample import Sample

HOSTILE = (
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
    run(hostile, sample)


def test_the_guards_that_were_on_are_in_the_ledger(sample: Sample) -> None:
    sample.snippet("a", ORDINARY, out="all is well\n")

    sample.run("check")

    guards = set(sample.ledger()["snippets"]["snippets/a.py"]["guards"])
    assert {"session", "subreaper", "memory", "cpu", "files", "file-size", "core", "watchdog"} <= guards
