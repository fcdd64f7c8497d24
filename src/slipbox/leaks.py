"""Look through every byte of a site for what tells of something hidden.

A file is read as it is and, where it is packed by gzip or holds data in base64, unpacked too.
"""

from __future__ import annotations

import binascii
import gzip
import re
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path

from slipbox.errors import LeakError
from slipbox.keep import Keep, at_once
from slipbox.model import Code, Finding
from slipbox.signs import Sign, Watch

_PACKED = re.compile(rb"base64,([A-Za-z0-9+/]{16,}={0,2})")
_GZIP = b"\x1f\x8b"
_UNPACKED = 64 * 2**20
"""How much of a packed file is read, in bytes."""
HINT = (
    "if the words have another source, name them in `not_leaks`; else hide or mend what writes them: a hook, "
    "a plugin, a theme, or a public note that quotes it"
)
Openly = Callable[[], Iterable[str]]
"""Gives texts that are public whatever the vault says: a theme's words, published files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a look through a site found."""

    files: int
    """How many files were looked through."""
    findings: tuple[Finding, ...]
    """What tells of something hidden, by file; of each hidden note the first of its kind in a file."""


def look_through(
    site: Path, watch: Watch, openly: Openly = tuple, keep: Keep = at_once, prefix: str = ""
) -> Told:
    """Look through every file of a site; `openly` is asked only if something was found.

    `prefix` is put before the names of files.
    """
    files = sorted(path for path in site.rglob("*") if path.is_file()) if watch.signs else []
    key = watch.key
    found: list[tuple[str, list[list[int]]]] = []
    for file in files:
        data, name = file.read_bytes(), file.relative_to(site).as_posix()
        mark = "" if keep is at_once else f"{key} {blake2b(data, digest_size=16).hexdigest()}"
        places = keep("leaks", name, mark, partial(_places, data, name, watch))
        if places:
            found.append((name, places))
    open_signs = watch.said_in(*openly()) if found else set[int]()
    findings = [
        each
        for name, places in found
        for each in _findings(f"{prefix}{name}", places, watch.signs, open_signs)
    ]
    return Told(files=len(files), findings=tuple(findings))


def refuse(told: Told) -> None:
    """Raise LeakError if something was found."""
    if told.findings:
        raise LeakError(findings=told.findings)


def _places(data: bytes, name: str, watch: Watch) -> list[list[int]]:
    """Return each sign in a file, as its number, with its line and column: 0 and 0 in its name, 1 and 1 in what is packed."""
    found = {sign: [0, 0] for _, sign in watch.found_in(name.encode("utf-8", "surrogateescape"))}
    for place, sign in watch.found_in(data):
        found.setdefault(sign, _line_and_column(data, place))
    for unpacked in _unpacked(data):
        for _, sign in watch.found_in(unpacked):
            found.setdefault(sign, [1, 1])
    return [[sign, *where] for sign, where in found.items()]


def _line_and_column(data: bytes, place: int) -> list[int]:
    start = data.rfind(b"\n", 0, place) + 1
    return [data.count(b"\n", 0, place) + 1, len(data[start:place].decode("utf-8", "replace")) + 1]


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Yield what is packed in a file."""
    if data.startswith(_GZIP):
        try:
            yield zlib.decompressobj(wbits=31).decompress(data, _UNPACKED)
        except (gzip.BadGzipFile, zlib.error):
            return
    if b"base64," in data:
        for packed in _PACKED.finditer(data):
            try:
                yield b64decode(packed[1] + b"=" * (-len(packed[1]) % 4))
            except binascii.Error:
                continue


def _findings(
    path: str, places: list[list[int]], signs: tuple[Sign, ...], open_signs: set[int]
) -> Iterator[Finding]:
    """Yield what is to be told of a file: of each hidden thing the first sign of each kind."""
    told = set[tuple[str, str]]()
    for number, line, column in sorted(places, key=lambda place: (place[1], place[2])):
        sign = signs[number]
        if number in open_signs or (sign.path, sign.what) in told:
            continue
        told.add((sign.path, sign.what))
        where = "stands in the file's name" if not line else "stands here"
        whose = "a comment" if sign.what == "comment" else f"the {sign.what} of a hidden note or file"
        yield Finding(
            path=path,
            line=max(line, 1),
            column=max(column, 1),
            code=Code.LEAK,
            message=f"{whose}, {sign.path}, {where}",
            hint=HINT,
        )
