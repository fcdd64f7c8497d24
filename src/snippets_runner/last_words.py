"""What the end of a snippet's process has to tell, and how it tells it.

Imported by the program that runs the snippet, and like that one it imports only what every interpreter has in it.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Report:
    """What the end of the process has to tell."""

    def __init__(self, channel: int, *, own: str) -> None:
        """Remember the channel to the supervisor and the process that may write to it.

        ``own`` is the file that runs the snippet, whose frames are nobody's business.
        """
        self.channel, self.process, self._own = channel, os.getpid(), own
        self.raised: list[dict[str, Any]] = []
        self.threads = 0
        """The most threads that were there when something was raised; the supervisor may have come too late to see them."""
        self.guards: list[str] = []
        self.imported: Callable[[], list[str]] = list
        self.reads_file = False

    def note(self, error: BaseException, *, during: str = "") -> None:
        """Keep an exception for the end: its class, message and the frames outside our file, with a column if it has one.

        ``during`` tells where it was raised if not in the main thread's run: ``in thread worker``, ``at exit``.
        """
        if os.path.isdir("/proc/self/task"):
            self.threads = max(self.threads, len(os.listdir("/proc/self/task")))
        kind = type(error)
        frames = []
        step = error.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            if code.co_filename != self._own:
                frames.append([code.co_filename, step.tb_lineno or 1, code.co_name, 0])
            step = step.tb_next
        if isinstance(error, SyntaxError) and error.filename:
            frames.append([error.filename, error.lineno or 1, "<module>", self._column(error)])
        self.raised.append(
            {
                "type": _name(kind),
                "bases": [_name(each) for each in kind.__mro__],
                "message": _message(error),
                "frames": frames,
                "during": during,
            }
        )

    def _column(self, error: SyntaxError) -> int:
        """Return a syntax error's column in characters, 0 if it has none; of a file, Python before 3.13 counts bytes."""
        column = max(error.offset or 0, 0)
        if not column or not error.text or not self.reads_file or sys.version_info >= (3, 13):
            return column
        return len(error.text.encode(errors="replace")[: column - 1].decode(errors="ignore")) + 1

    def send(self) -> None:
        """Tell the supervisor that the end was reached; the last thing that ``atexit`` does."""
        if os.getpid() != self.process or self.channel < 0:
            return
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:  # closed, or the snippet's own: it has said what it had to say
                continue
        told = {
            "raised": self.raised,
            "threads": self.threads,
            "guards": self.guards,
            "imported": self.imported(),
        }
        data = as_json(told).encode() + b"\n"
        while data:
            data = data[os.write(self.channel, data) :]
        os.close(self.channel)
        self.channel = -1


def as_json(value: dict[str, Any] | list[Any] | str | int) -> str:
    """Return plain values as JSON in ASCII; to import the module of that name takes longer than to run most snippets."""
    if isinstance(value, dict):
        return "{" + ",".join([f"{as_json(key)}:{as_json(each)}" for key, each in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([as_json(each) for each in value]) + "]"
    if isinstance(value, str):
        return '"' + "".join([_letter(each) for each in value]) + '"'
    return str(int(value))


def _letter(letter: str) -> str:
    """Return a character as it stands in a string of JSON."""
    code = ord(letter)
    if code > 0xFFFF:
        return f"\\u{0xD7C0 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return letter if 31 < code < 127 and letter not in '"\\' else f"\\u{code:04x}"


def _name(kind: type) -> str:
    module = kind.__module__
    return kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    """Return an exception's text; the interpreter's own words for one that has none."""
    try:
        return str(error)
    except Exception:
        return "<exception str() failed>"
