# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Run one check on a design that breaks a principle, and on one that keeps it."""

from collections.abc import Callable
from typing import Any

results: list[tuple[bool, bool]] = []


# --8<-- [start:pair]
def pair(principle: str, check: Callable[[Any], bool], breaking: Any, right: Any) -> None:
    """Run one check on two designs."""

    def holds(design: Any) -> bool:
        try:
            return check(design)
        except (LookupError, AttributeError, TypeError, OSError):
            return False

    results.append((holds(breaking), holds(right)))
    told = ["passes" if each else "fails" for each in results[-1]]
    print(f"{principle} {breaking.__name__} {told[0]}, {right.__name__} {told[1]}")
# --8<-- [end:pair]
