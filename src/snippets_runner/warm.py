"""A worker that has imported beforehand what its snippets import, and forks itself for each of them.

A fresh interpreter spends most of a snippet's time on imports; a forked one has them done. The trap is that what was
imported beforehand is then visible to snippets that never import it: ``import concurrent; concurrent.futures`` works
in a process that happens to have loaded ``concurrent.futures``. So a forked child starts with the modules of a fresh
interpreter only. All others are put into a stash, their names taken off their packages, and each is handed back when
it is really imported, together with everything that its own import would have brought.

A program of its own, ``python -P warm.py FOLDER [@UNTIL] NAME…``; ``UNTIL`` is when to begin no further import, by
``time.monotonic``. ``--isolation=spawn`` does without it and must give the same
results; a test compares the two.
"""

from __future__ import annotations

import sys

AT_START = frozenset(sys.modules)
"""What a fresh interpreter has loaded, before this file imports anything."""

import os  # noqa: E402  (a fresh interpreter has it, so this brings nothing)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from snippets_runner import stash
else:  # a program that runs without the package: its neighbours are imported by their bare names
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import stash

    del sys.path[0]

READY = b"ready\n"
"""The line that says that everything is imported."""
OWN = (
    *("child", "compiled", "counting", "forked", "landlock", "last_words", "sandbox", "shared_memory"),
    *("shelf", "stash", "supervise", "tree", "worker", "workspace"),
)
"""Modules of the worker itself, which a snippet never sees."""


def restart(without: str, *, names: list[str], until: float) -> None:
    """Begin anew without a module whose import starts a thread, or reserves more memory than snippets are given."""
    words = [*sys.argv[:2], f"@{until}", *(name for name in names if name != without)]
    os.execv(sys.executable, [sys.executable, "-P", *words])


def main() -> None:
    """Serve as a worker; in a forked child, run the snippet and end as an interpreter does."""
    recorder = stash.Recorder()
    if TYPE_CHECKING:
        from snippets_runner import child, forked, landlock, sandbox, shelf, worker
    else:
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
        import child

        child.watch_threads(None)  # before anybody imports `threading`
        import forked
        import landlock
        import sandbox
        import shelf
        import worker

        del sys.path[0]
    import contextlib
    import functools
    import tempfile
    import time

    recorder.forget(OWN)
    forked.ask_again(recorder.asked)
    names, until = sys.argv[2:], time.monotonic() + shelf.BUDGET
    if names and names[0].startswith("@"):  # begun anew
        until = float(names.pop(0)[1:])
    unfit = functools.partial(restart, names=names, until=until)
    shelf.preload(names, unfit=unfit, until=until, parent=os.getppid())
    os.environ.pop("LD_BIND_NOW", None)
    tempfile.tempdir = None  # as long as nobody has asked
    recorder.remove()
    orders, answers = forked.make_streams()
    serving = worker.Worker(sys.argv[1], orders=orders, answers=answers)
    shelved = shelf.Shelf(recorder, at_start=AT_START)
    serving.learn = shelved.learn
    with contextlib.suppress(BrokenPipeError):  # nobody waits any more: what follows cleans up and ends
        os.write(answers, READY)
    task = serving.serve(fork=True)
    if task is None:
        os._exit(
            0
        )  # all is told and taken away; to take down what was imported, too, would take longer than a snippet

    def put_on(order: dict[str, Any]) -> list[str]:
        sandbox.die_with_parent()
        guards = sandbox.limit(task.limits)
        guards += sandbox.without_network() if not order["network"] else []
        sandbox.drop_capabilities()
        return [*guards, "landlock"] if landlock.restrict(task.ruleset) else guards

    forked.become(task, serving.space.folder)
    shelved.hidden.hide_again()
    forked.finish(child.begin(task.order, task.channel, put_on, shelved.hidden.unknown))


if __name__ == "__main__":
    main()
