"""Ask for what was made before: a plugin that keeps things between builds may put its own way in (`SlipboxPlugin.keep`)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

Keep = Callable[[str, str, str, Callable[[], Any]], Any]
"""Takes a kind, a name, a key of everything that the value is made of, and what makes it; gives the value, which JSON can hold."""


def at_once(kind: str, name: str, key: str, make: Callable[[], Any]) -> Any:
    """Make a value, where nothing is kept."""
    return make()


def digest(*values: object) -> str:
    """Return 32 hexadecimal digits that stand for values whose `repr` says all there is."""
    return blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
