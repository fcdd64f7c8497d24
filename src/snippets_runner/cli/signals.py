"""Leave a command, and so clean up, when this process is told to end by somebody's ``kill`` or a terminal that is closed."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""What asks this process to end, besides Ctrl-C."""


class ToldToEndError(SystemExit):
    """This process was told to end; its code is the status that shells have."""


@contextlib.contextmanager
def endable() -> Iterator[None]:
    """Leave the block when this process is told to end; one that ``nohup`` started stays deaf to HUP.

    Raises:
        ToldToEndError: it was.
    """
    before = {
        number: signal.signal(number, _leave)
        for number in ENDING
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is _leave:
                signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    """Raise the first time; a second signal must not interrupt the cleaning up."""
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise ToldToEndError(128 + number)
