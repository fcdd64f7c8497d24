# /// script
# requires-python = ">=3.11"
# ///
"""Delays that double up to a limit, as a client waits between its tries."""

from collections.abc import Iterator
from itertools import islice


# --8<-- [start:delays]
def delays(first: float, limit: float) -> Iterator[float]:
    """Yield how long to wait before each further try, in seconds."""
    wait = first
    while True:  # (1)!
        yield wait
        # --8<-- [start:growth]
        wait = min(wait * 2, limit)  # (2)!
        # --8<-- [end:growth]
# --8<-- [end:delays]


print(*islice(delays(0.25, 4.0), 7))
