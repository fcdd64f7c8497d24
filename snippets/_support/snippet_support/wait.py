"""Wait on a condition with a deadline, never for a length of time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


# --8<-- [start:wait_until]
def wait_until(condition: Callable[[], T], *, timeout: float = 5.0, what: str = "the condition") -> T:
    """Call ``condition`` until it returns something true, and return that.

    ``timeout`` is in seconds. An ``OSError`` from ``condition`` counts as "not yet" (a server that is not up refuses).

    Raises:
        TimeoutError: ``condition`` was still false, or still raised, at the deadline.
    """
    deadline = time.monotonic() + timeout
    last: OSError | None = None
    while time.monotonic() < deadline:
        try:
            if value := condition():
                return value
        except OSError as error:
            last = error
        time.sleep(0.01)
    raise TimeoutError(f"waited {timeout:g} s for {what}") from last


# --8<-- [end:wait_until]
