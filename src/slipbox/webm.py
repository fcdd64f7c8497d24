"""Tell a WebM file that holds only sound from a film, by the types of the tracks that its head names.

Sources: RFC 8794 (EBML), sections 4 and 5; RFC 9559 (Matroska), *TrackType Element*.
"""

from __future__ import annotations

from collections.abc import Iterator

HEAD = 64 * 1024
"""How much of a file is looked at, in bytes: the tracks are named before the first sound or picture."""

_SEGMENT, _TRACKS, _ENTRY, _TYPE = 0x18538067, 0x1654AE6B, 0xAE, 0x83
_CLUSTER = 0x1F43B675
_AUDIO = 2


def is_sound(head: bytes) -> bool:
    """Return whether a WebM file with this beginning has tracks, and all of them are sound.

    What can't be read is taken for a film, whose player plays sound too.
    """
    kinds = [
        int.from_bytes(value, "big")
        for tracks in _within(head, _SEGMENT, _TRACKS)
        for entry in _within(tracks, _ENTRY)
        for value in _within(entry, _TYPE)
    ]
    return bool(kinds) and set(kinds) == {_AUDIO}


def _within(data: bytes, *way: int) -> Iterator[bytes]:
    """Yield what the elements hold to which a way of ids leads, up to the first cluster."""
    for name, value in _elements(data):
        if name == _CLUSTER:
            return
        if name == way[0]:
            yield from _within(value, *way[1:]) if way[1:] else (value,)


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the elements of EBML in a stretch of bytes: id and content; one that is cut off has what is there."""
    position = 0
    while position < len(data):
        name, position = _number(data, position, marked=True)
        size, position = _number(data, position, marked=False)
        if name < 0 or position > len(data):
            return
        end = len(data) if size < 0 else position + size
        yield name, data[position:end]
        position = end


def _number(data: bytes, position: int, *, marked: bool) -> tuple[int, int]:
    """Read a number of one to eight bytes; return it, with or without its length mark, and where to go on.

    It is -1 if it can't be read, or stands for an unknown size.
    """
    first = data[position] if position < len(data) else 0
    length = 9 - first.bit_length()
    if length > 8:
        return -1, len(data) + 1
    value = int.from_bytes(data[position : position + length], "big")
    bare = value & ((1 << 7 * length) - 1)
    unknown = bare == (1 << 7 * length) - 1
    return value if marked else -1 if unknown else bare, position + length
