"""Have a parser look at a text, and not for ever.

Parsers of this process can't be stopped: one waits in C, in Go, or in a regular expression, while it tries all ways
there are. So they look in a process of their own, one for all blocks, which is started anew when it had to be ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from types import TracebackType

from snippets_runner.languages.level import InvalidError, StuckError, UnavailableError

PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from snippets_runner.languages.judged import main; main(int(sys.argv[2]))"
)
"""Finds modules where this process finds them, and answers."""

FIRST = 10.0
"""Seconds that there are at least for the first text in a language: its parser is imported for it."""


class Judge:
    """Looks at texts by the parsers of this Python, each within a number of seconds."""

    def __init__(self, *, seconds: float, memory: int) -> None:
        """Start nothing yet; ``memory`` is MiB."""
        self._seconds, self._memory = seconds, memory
        self._process: subprocess.Popen[bytes] | None = None
        self._met: set[str] = set()

    def __enter__(self) -> Judge:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the process."""
        self._end()

    def check(self, language: str, text: str) -> None:
        """Return if the text is of its language, as a ``Validator`` does.

        Raises:
            InvalidError: it is not.
            UnavailableError: there is no parser for it here.
            StuckError: the parser came to no end in time, or to a bad one.
        """
        process = self._process = self._process or self._start()
        assert process.stdin and process.stdout
        with contextlib.suppress(BrokenPipeError):  # it has ended, which its answer tells
            process.stdin.write(json.dumps([language, text]).encode() + b"\n")
            process.stdin.flush()
        try:
            limit = self._seconds if language in self._met else max(self._seconds, FIRST)
            answer = self._answer(process.stdout.fileno(), limit)
            self._met.add(language)
        except BaseException:
            self._end()
            raise
        match json.loads(answer):
            case ["invalid", str() as message, int() as line]:
                raise InvalidError(message, line)
            case ["unavailable", str() as hint]:
                raise UnavailableError(hint)
            case ["stuck", str() as message]:
                raise StuckError(message)

    def _answer(self, descriptor: int, limit: float) -> bytes:
        """Return the line that the process says, if it says it within so many seconds."""
        waiting, said, deadline = select.poll(), b"", time.monotonic() + limit
        waiting.register(descriptor, select.POLLIN)
        while not said.endswith(b"\n"):
            if not waiting.poll(max(1000 * (deadline - time.monotonic()), 0)):
                raise StuckError(f"its parser had come to no end after {limit:g} s")
            if not (part := os.read(descriptor, 1 << 16)):
                raise StuckError("its parser crashed")
            said += part
        return said

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", "-c", PROGRAM, json.dumps(sys.path), str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )

    def _end(self) -> None:
        process, self._process = self._process, None
        self._met.clear()
        if process is None:
            return
        process.kill()
        assert process.stdin and process.stdout
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()
        process.wait()
