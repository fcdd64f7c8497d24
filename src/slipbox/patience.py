"""Render a note for so long and no longer: some texts take Python-Markdown a time that grows with the square of their length.

The limit is of the processor's time, so a busy machine changes nothing. It holds where the system has interval timers and
the rendering is done by the main thread, as MkDocs and the command line do; elsewhere there is none.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from slipbox.desk import Desk
from slipbox.words import word

log = logging.getLogger("mkdocs.plugins.slipbox")

SECONDS = 5.0
"""How long one page may take; an ordinary one takes a hundredth of a second."""


class TooSlow(BaseException):
    """The limit is reached; no `Exception`, which an extension on the way could take for its own."""


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Raise TooSlow in the block when it has used so much of the processor; an outer limit stays in force."""
    able = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not able or signal.getitimer(signal.ITIMER_VIRTUAL)[0]:
        yield
        return

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def patient(convert: Callable[[str], str], desk: Desk, seconds: float = SECONDS) -> Callable[[str], str]:
    """Return a `Markdown.convert` that gives up in time: an error names the note, and its page says why it is empty."""

    def converted(source: str) -> str:
        try:
            with bounded(seconds):
                return convert(source)
        except TooSlow:
            why = f"too-slow: its page takes longer than {seconds:g} seconds to make"
            hint = "look for a long run of one mark, such as [ or -, that is never closed; put it in a code block"
        except RecursionError:
            why, hint = (
                "too-deep: it is nested too deeply",
                "look for quotes, lists or tags in one another, many times over",
            )
        note = desk.note
        log.error("%s:1:1: %s, and is left empty\n    %s", note.path if note else "a note", why, hint)
        return f'<p class="slipbox-unsupported">{word("unmade", note.language if note else "en")}</p>'

    return converted
