"""The beginning and the end of a snippet's process: run one file as ``__main__``, and say truly how it ended.

A program of its own, ``python child.py FD``: the file descriptor carries a line of JSON with what to run, and back, at
the very end, a line of JSON with how it ended. A process that exits by ``os._exit``, a signal or a crash never writes
that line, which is how it is told from one that reached its end. The descriptor is closed on ``exec``, and a child
made by ``fork`` has another process id, so nobody else writes it.
"""

import atexit
import contextlib
import io
import json
import os
import signal
import sys
import threading
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

HERE = os.path.dirname(os.path.abspath(__file__))


class Report:
    """What the end of the process has to tell."""

    def __init__(self, channel: int) -> None:
        """Remember the channel to the supervisor and the process that may write to it."""
        self.channel, self.process = channel, os.getpid()
        self.raised: list[dict[str, Any]] = []
        self.threads = 0
        """The most threads that were there when something was raised; the supervisor may have come too late to see them."""
        self.guards: list[str] = []
        self.imported: Callable[[], list[str]] = list

    def note(self, error: BaseException, *, during: str = "") -> None:
        """Keep an exception for the end: its class, message and the frames outside this file.

        ``during`` tells where it was raised if not in the main thread's run: ``in thread worker``, ``at exit``.
        """
        with contextlib.suppress(OSError):
            self.threads = max(self.threads, len(os.listdir("/proc/self/task")))
        kind = type(error)
        frames = []
        step = error.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            if code.co_filename != __file__:
                frames.append([code.co_filename, step.tb_lineno, code.co_name])
            step = step.tb_next
        if isinstance(error, SyntaxError) and error.filename:
            frames.append([error.filename, error.lineno or 1, "<module>"])
        self.raised.append(
            {
                "type": _name(kind),
                "bases": [_name(each) for each in kind.__mro__],
                "message": _message(error),
                "frames": frames,
                "during": during,
            }
        )

    def send(self) -> None:
        """Tell the supervisor that the end was reached; the last thing that ``atexit`` does."""
        if os.getpid() != self.process or self.channel < 0:
            return
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        told = {
            "raised": self.raised,
            "threads": self.threads,
            "guards": self.guards,
            "imported": self.imported(),
        }
        data = json.dumps(told).encode() + b"\n"
        while data:
            data = data[os.write(self.channel, data) :]
        os.close(self.channel)
        self.channel = -1


def _name(kind: type) -> str:
    module = kind.__module__
    return kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    """Return an exception's text; the interpreter's own words for one that has none."""
    try:
        return str(error)
    except Exception:
        return "<exception str() failed>"


def _traceback(error: BaseException) -> None:
    """Print a traceback as Python does, without the frames of this file."""
    step = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename == __file__:
        step = step.tb_next
    sys.excepthook(type(error), error.with_traceback(step), step)


def run(file: str, report: Report, *, program: str | None, doctest: bool) -> int:
    """Run ``file``, or a program in it, as ``__main__``; return its exit status as the interpreter would give it."""
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=file, __builtins__=__builtins__, __cached__=None)
    sys.modules["__main__"] = main
    sys.argv[:] = [file]
    sys.path[0] = os.path.dirname(file)
    try:
        if doctest:
            return replay(program or "", file, main.__dict__)
        text: str | bytes = program if program is not None else read(file)
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
    guards = sandbox.limit(order)
    guards += sandbox.without_network() if not order["network"] else []
    sandbox.drop_capabilities()
    return [*guards, "landlock"] if landlock.restrict(landlock.rules(order["writable"])) else guards


def main() -> None:
    """Read the order from the channel, and carry it out."""
    channel = int(sys.argv[1])
    os.set_inheritable(channel, False)
    # The worker ignores some, and so its children; a shell ignores others for what it runs in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    order = b""
    while not order.endswith(b"\n"):
        order += os.read(channel, 65536) or os._exit(120)
    told = json.loads(order)
    if told["bubblewrap"]:
        step_inside(channel)
    sys.exit(begin(told, channel, put_on))


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
    report = Report(channel)
    report.imported = imported
    atexit.register(report.send)
    default = threading.excepthook

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
            name = arguments.thread.name if arguments.thread else "?"
            report.note(arguments.exc_value, during=f"in thread {name}")
        default(arguments)

    def at_exit(arguments: "sys.UnraisableHookArgs") -> None:
        if arguments.exc_value is not None and "atexit" in (arguments.err_msg or ""):
            report.note(arguments.exc_value, during="at exit")
        sys.__unraisablehook__(arguments)

    threading.excepthook, sys.unraisablehook = in_thread, at_exit
    report.guards += put_on(order)
    if order["command"]:
        return become(order["command"], order["file"], order["program"], report)
    return run(order["file"], report, program=order["program"], doctest=order["doctest"])


if __name__ == "__main__":
    main()
