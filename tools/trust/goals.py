"""Say whether what was seen reaches its goal; what was seen is in the words of its measure."""

from __future__ import annotations

import re
from collections.abc import Callable

Judge = Callable[[str], bool]


def like(pattern: str) -> Judge:
    """Return whether what was seen begins so."""
    return lambda seen: re.match(pattern, seen) is not None


def all_of_them(seen: str) -> bool:
    """Return whether all of so many hold, and there are some."""
    return re.match(r"([1-9]\d*) of \1 ", seen) is not None


def percent(least: int) -> Judge:
    """Return whether so many percent are reached."""

    def met(seen: str) -> bool:
        found = re.search(r"\((\d+) %\)", seen)
        return found is not None and int(found[1]) >= least

    return met


def at_most(seen: str, pattern: str, most: float) -> bool:
    """Return whether each number that a pattern finds, of which there is one at least, is no larger."""
    found = [float(each) for each in re.findall(pattern, seen)]
    return bool(found) and max(found) <= most


def speed(seen: str) -> bool:
    """Return whether a check is fast, also beside lychee."""
    return at_most(seen, r"^([\d.]+) s", 2.0) and at_most(seen, r"([\d.]+) × lychee", 0.6)


def containment(seen: str) -> bool:
    """Return whether each way of guarding costs no more than it may."""
    fresh, forked = (
        r"fresh interpreter with every guard ([+-][\d.]+)",
        r"forked with every guard ([+-][\d.]+)",
    )
    return at_most(seen, fresh, 8) and at_most(seen, forked, 2)


def leak_scan(seen: str) -> bool:
    """Return whether 60 MB are looked through in time, and all tests of it hold."""
    return at_most(seen, r"^([\d.]+) s", 1.0) and re.search(r"; (\d+) of \1 tests hold$", seen) is not None


def inputs(seen: str) -> bool:
    """Return whether nothing ended in a traceback or hung, within the memory that is given."""
    return re.search(r": 0 tracebacks, 0 hangs", seen) is not None and at_most(seen, r"at most (\d+) MB", 512)


def same_bytes(seen: str) -> bool:
    """Return whether all tests hold, that with another Python among them."""
    return all_of_them(seen) and "another Python" in seen and "not run here" not in seen


def ten_thousand(seen: str) -> bool:
    """Return whether time is short, and neither memory nor a page grows by more than a tenth."""
    memory, page = (
        re.search(r"memory (\d+) MB, with 2,000 notes (\d+)", seen),
        re.search(r"a page (\d+) KB, with 2,000 notes (\d+)", seen),
    )
    flat = all(found is not None and int(found[1]) <= 1.1 * int(found[2]) for found in (memory, page))
    return at_most(seen, r"^(\d+) s warm", 60) and flat


def supply(seen: str) -> bool:
    """Return whether everything is pinned by its hash and the workflows are clean."""
    wanted = (
        r" 0 without hashes",
        r"(\d+) of \1 actions pinned",
        r"zizmor clean",
        r"; (\d+) of \1 tests hold",
    )
    return all(re.search(each, seen) for each in wanted)
