"""The beginning and the end of a snippet's process: run one file as ``__main__``, and say truly how it ended.

A program of its own, ``python child.pyc FD``: the file descriptor carries what to run, as ``marshal`` writes it behind its
length, and back, at the very end, a line of JSON with how it ended. A process that exits by ``os._exit``, a signal or a
crash never writes that line, which is how it is told from one that reached its end. The descriptor is closed on ``exec``,
and a child made by ``fork`` has another process id, so nobody else writes it.

It imports what every interpreter has in it, and nothing else: a snippet would wait for it, and then see it.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # as `signal`, without the enumerations around its numbers
import _thread
import atexit
import io
import marshal
import os
import sys

TYPE_CHECKING = False
HERE = os.path.dirname(os.path.abspath(__file__))
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from snippets_runner.last_words import Report
else:
    sys.path.insert(0, HERE)
    from last_words import Report

    del sys.path[0], sys.modules["last_words"]

OWN = sys._getframe().f_code.co_filename
"""The name of this file in tracebacks."""
DEFAULT = _thread._excepthook


def _traceback(error: BaseException) -> None:
    """Print a traceback as Python does, without the frames of this file."""
    step = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename == OWN:
        step = step.tb_next
    sys.excepthook(type(error), error.with_traceback(step), step)


def run(file: str, report: Report, *, program: str | None, doctest: bool) -> int:
    """Run ``file``, or a program in it, as ``__main__``; return its exit status as the interpreter would give it."""
    main = type(sys)("__main__")
    main.__dict__.update(__file__=file, __builtins__=__builtins__, __cached__=None)
    sys.modules["__main__"] = main
    sys.argv[:] = [file]
    sys.path[0] = os.path.dirname(file)
    try:
        if doctest:
            return replay(program or "", file, main.__dict__)
        report.reads_file = program is None
        text: str | bytes = read(file) if program is None else program
        exec(compile(text, file, "exec", dont_inherit=True), main.__dict__)
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return error.code or 0
        print(error.code, file=sys.stderr)
        return 1
    except BaseException as error:
        report.note(error)
        _traceback(error)
        return 1
    return 0


def become(command: list[str], file: str, program: str | None, report: Report) -> int:
    """Replace this process by a program that runs the file; its end cannot say more than its exit status."""
    if program is not None:
        file = os.path.join(os.getcwd(), os.path.basename(file))
        with open(file, "w", encoding="utf-8") as handle:
            handle.write(program)
    words = [
        os.environ.get(word[1:], "") if word.startswith("$") else word.replace("{file}", file)
        for word in command
    ]
    report.send()
    try:
        os.execvp(words[0], words)
    except OSError as error:
        print(f"{words[0]}: {error.strerror}", file=sys.stderr)
        return 127


def read(file: str) -> bytes:
    """Return a program's file, by the way that Python's own audit hooks see."""
    with io.open_code(file) as handle:
        return handle.read()


def replay(text: str, file: str, names: dict[str, Any]) -> int:
    """Run a transcript with ``>>>`` prompts and hold every answer to what it says; return 1 if one differs."""
    import doctest

    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL

    class Checker(doctest.OutputChecker):
        """Lets a page leave out ``__main__.`` before a class, which stands there only because the page is a program."""

        def check_output(self, want: str, got: str, optionflags: int) -> bool:
            check = super().check_output
            return check(want, got, optionflags) or check(want, got.replace("__main__.", ""), optionflags)

    test = doctest.DocTestParser().get_doctest(text, names, os.path.basename(file), file, 0)
    runner = doctest.DocTestRunner(checker=Checker(), verbose=False, optionflags=options)
    return 1 if runner.run(test, out=sys.stdout.write).failed else 0


def put_on(order: dict[str, Any]) -> list[str]:
    """Put the guards on, as far as the platform has them; return their names."""
    if TYPE_CHECKING:
        from snippets_runner import landlock, sandbox
    else:
        sys.path.insert(0, HERE)
        import landlock
        import sandbox

        del sys.path[0], sys.modules["sandbox"], sys.modules["landlock"]
    sandbox.die_with_parent()
    guards = sandbox.limit(sandbox.limits(order))
    guards += sandbox.without_network() if not order["network"] else []
    sandbox.drop_capabilities()
    return [*guards, "landlock"] if landlock.restrict(landlock.rules(order["writable"])) else guards


def main() -> None:
    """Read the order from the channel, and carry it out."""
    channel = int(sys.argv[1])
    os.set_inheritable(channel, False)
    # The worker ignores some, and so its children; a shell ignores others for what it runs in the background.
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    for number in (_signal.SIGHUP, _signal.SIGQUIT, _signal.SIGTERM):
        _signal.signal(number, _signal.SIG_DFL)
    told = receive(channel)
    if told["bubblewrap"]:
        step_inside(channel)
    sys.exit(begin(told, channel, put_on))


def receive(channel: int) -> dict[str, Any]:
    """Return the order that comes on the channel, behind its length in eight bytes."""
    data = b""
    while len(data) < 8 or len(data) < 8 + int.from_bytes(data[:8], "little"):
        data += os.read(channel, 65536) or os._exit(120)
    order: dict[str, Any] = marshal.loads(data[8:])
    return order


def step_inside(channel: int) -> None:
    """Go on in a child in a session of its own; this process sees to it, and to what it leaves."""
    if TYPE_CHECKING:
        from snippets_runner import innermost, sandbox
    else:
        sys.path.insert(0, HERE)
        import sandbox

        del sys.modules["sandbox"]
    sandbox.become_subreaper()  # before there is anybody to leave something
    if (leader := os.fork()) == 0:
        del sys.path[0]
        os.setsid()
        return
    if not TYPE_CHECKING:
        import innermost
    innermost.watch_over(leader, channel)


def begin(
    order: dict[str, Any],
    channel: int,
    put_on: Callable[[dict[str, Any]], list[str]],
    imported: Callable[[], list[str]] = list,
) -> int:
    """Put the guards on, run the file, and return its exit status; the report is sent when the interpreter ends.

    ``imported`` is asked at the end what was imported really, so that a worker may have it ready for the next.
    """
    report = Report(channel, own=OWN)
    report.imported = imported
    atexit.register(report.send)

    def at_exit(arguments: sys.UnraisableHookArgs) -> None:
        if arguments.exc_value is not None and "atexit" in (arguments.err_msg or ""):
            report.note(arguments.exc_value, during="at exit")
        sys.__unraisablehook__(arguments)

    sys.unraisablehook = at_exit
    watch_threads(report)
    report.guards += put_on(order)
    if order["command"]:
        return become(order["command"], order["file"], order["program"], report)
    return run(order["file"], report, program=order["program"], doctest=order["doctest"])


def watch_threads(report: Report | None) -> None:
    """Have the exceptions of threads noted: ``threading`` takes its hook from ``_thread`` when it is imported.

    A worker that imports it beforehand calls this before, without a report; its child says later which it is.
    """
    global _report
    _report = report
    _thread._excepthook = _in_thread
    if "threading" in sys.modules:  # a fresh interpreter has it already, for whatever its `site` does
        sys.modules["threading"].excepthook = _in_thread  # type: ignore[attr-defined]


_report: Report | None = None


def _in_thread(arguments: _thread._ExceptHookArgs) -> None:
    if _report and arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
        name = arguments.thread.name if arguments.thread else "?"
        _report.note(arguments.exc_value, during=f"in thread {name}")
    DEFAULT(arguments)


if __name__ == "__main__":
    main()
