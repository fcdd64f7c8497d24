# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""What JSON can't say, what Python's parser lets pass, and a decoder that doesn't."""

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import Any, NoReturn


# --8<-- [start:strict]
def refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; a name that comes twice is an error, also in its other spelling."""
    names = [unicodedata.normalize("NFC", name) for name, _ in pairs]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"duplicate name {twice!r}")
    return dict(pairs)


def whole(digits: str) -> int:
    if abs(number := int(digits)) > 2**53 - 1:
        raise ValueError("integer that JavaScript would round")
    return number


def finite(text: str) -> float:
    if (number := float(text)) in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is out of range")
    return number


def strict(data: bytes, *, most: int = 1_000_000, deepest: int = 50) -> Any:
    """Decode what every other JSON parser reads in the same way, and nothing else.

    Raises ValueError for the rest.
    """
    if len(data) > most:
        raise ValueError(f"more than {most} bytes")
    text = data.decode("utf-8")  # not UTF-16, and a BOM is refused below
    brackets = re.sub(r'"(\\.|[^"\\])*"|[^][{}]', "", text)  # strings gone, and all else
    depths = accumulate(1 if each in "[{" else -1 for each in brackets)
    if max(depths, default=0) > deepest:
        raise ValueError(f"nested deeper than {deepest}")
    value = json.loads(
        text, parse_constant=refuse, object_pairs_hook=unique,
        parse_int=whole, parse_float=finite,
    )  # fmt: skip
    json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate fails here
    return value
# --8<-- [end:strict]


# --8<-- [start:cases]
circle: list[object] = []
circle.append(circle)
INPUTS = {
    "integer above 2^53-1": b"9007199254740993",
    "NaN": b"NaN",
    "exponent too large": b"1e400",
    "duplicate name": b'{"role": "user", "role": "admin"}',
    "same name, NFC and NFD": '{"\u00e5": 1, "a\u030a": 2}'.encode(),
    "BOM": b"\xef\xbb\xbf1",
    "UTF-16": "1".encode("utf-16-le"),
    "lone surrogate": rb'"\ud800"',
    "100,000 brackets": b"[" * 100_000 + b"]" * 100_000,
    "integer of 4,301 digits": b"9" * 4301,
    "comment": b"1 // one",
    "trailing comma": b"[1, 2, ]",
    "raw newline in a string": b'"a\nb"',
    "decimal comma": b"[1,5]",
    "minus zero": b"-0",
}
OUTPUTS: dict[str, Callable[[], object]] = {
    "0.1 + 0.2": lambda: json.dumps(0.1 + 0.2),
    "NaN": lambda: json.dumps(float("nan")),
    "NaN, allow_nan=False": lambda: json.dumps(float("nan"), allow_nan=False),
    "keys 1 and '1'": lambda: json.dumps({1: "a", "1": "b"}),
    "itself": lambda: json.dumps(circle),
    "tuple and back": lambda: json.loads(json.dumps((1, 2))),
    "datetime": lambda: json.dumps(datetime(2026, 5, 11, tzinfo=UTC)),
    "Decimal": lambda: json.dumps(Decimal("9.90")),
}
# --8<-- [end:cases]


# --8<-- [start:tell]
def told(action: Callable[[], object]) -> str:
    """Say what came of it, in at most 44 characters."""
    try:
        text = ascii(action())
    except (ValueError, TypeError, RecursionError) as error:
        text = type(error).__name__  # the words of a parser's own errors change
        text += f": {error}" if type(error) is ValueError else ""
    return text if len(text) <= 44 else f"{text[:43]}…"


passed = 0
for name, data in INPUTS.items():
    lax, held = told(partial(json.loads, data)), told(partial(strict, data))
    passed += "Error" not in lax and "Error" in held
    print(f"{name}\n    json.loads  {lax}\n    strict      {held}")
print(f"let through by json.loads, refused by strict: {passed}\n")
for name, write in OUTPUTS.items():
    print(f"{name:21} {told(write)}")
# --8<-- [end:tell]
assert passed == 8
