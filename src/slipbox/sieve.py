"""Find any of many strings of bytes, in one pass at the speed of looking numbers up in a set.

A string of eleven bytes holds, wherever it stands, eight bytes that begin at a multiple of four. So a text is read as numbers of eight bytes, once from
its beginning and once from its fourth byte, and each number is looked up among those of the strings. What is found is then compared byte by byte.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import compress, count

SHORTEST = 11
"""How many bytes a string must have to be found wherever it stands."""
_STEP, _SIZE = 4, 8
_PART = 64
"""How many numbers are looked up at once, before each is looked at by itself."""
_MANY = 8
"""How many strings that share a number weigh as much as that it is frequent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """What finds the strings."""

    strings: tuple[bytes, ...]
    """What is looked for, each once."""
    table: dict[int, tuple[tuple[int, int], ...]]
    """For each number the strings that hold it, each with the offset at which it does."""
    numbers: frozenset[int]
    """The numbers of the table."""

    @classmethod
    def of(cls, strings: Iterable[bytes], samples: Iterable[bytes] = ()) -> Sieve:
        """Make one for strings; those that are too short are left out.

        What is frequent in the samples, whose letters are small too, should be so in what is searched.
        """
        kept = tuple(dict.fromkeys(each for each in strings if len(each) >= SHORTEST))
        frequent = _frequent(kept, samples)
        table: dict[int, list[tuple[int, int]]] = {}
        for index, string in enumerate(kept):
            for offset, number in _rarest(string, table, frequent):
                table.setdefault(number, []).append((index, offset))
        found = {number: tuple(places) for number, places in table.items()}
        return cls(strings=kept, table=found, numbers=frozenset(found))

    def find(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield where a string begins, and which it is, for each place in the data where one stands; in no order."""
        for numbers, shift in _readings(data):
            for first in range(0, len(numbers), _PART):
                part = numbers[first : first + _PART]
                if not self.numbers.isdisjoint(part):
                    yield from self._among(data, part, shift + first * _SIZE)

    def _among(self, data: bytes, numbers: memoryview[int], start: int) -> Iterator[tuple[int, int]]:
        """Yield what stands around numbers that begin at an offset of the data."""
        for position in compress(count(), map(self.numbers.__contains__, numbers)):
            for index, offset in self.table[numbers[position]]:
                begin = start + position * _SIZE - offset
                if begin >= 0 and data.startswith(self.strings[index], begin):
                    yield begin, index


def _readings(data: bytes) -> Iterator[tuple[memoryview[int], int]]:
    """Yield the data as numbers, once for each place where they begin, with that."""
    view = memoryview(data)
    for shift in range(0, _SIZE, _STEP):
        end = len(data) - (len(data) - shift) % _SIZE
        if end > shift:
            yield view[shift:end].cast("Q"), shift


def _frequent(strings: Iterable[bytes], samples: Iterable[bytes]) -> set[int]:
    """Return the numbers of strings that samples have too."""
    samples = tuple(samples)
    possible = (
        {_number(each, start) for each in strings for start in range(len(each) - _SIZE + 1)}
        if samples
        else set[int]()
    )
    found = set[int]()
    for sample in samples:
        for numbers, _ in _readings(sample):
            found |= possible.intersection(numbers)
    return found


def _rarest(
    string: bytes, table: dict[int, list[tuple[int, int]]], frequent: set[int]
) -> list[tuple[int, int]]:
    """Return the four numbers, with their offsets, that stand for a string: where fewest others have the same."""
    numbers = [_number(string, offset) for offset in range(len(string) - _SIZE + 1)]
    weights = [len(table.get(number, ())) + _MANY * (number in frequent) for number in numbers]
    shared = [sum(weights[offset : offset + _STEP]) for offset in range(len(string) - SHORTEST + 1)]
    best = shared.index(min(shared))
    return [(offset, numbers[offset]) for offset in range(best, best + _STEP)]


def _number(string: bytes, offset: int) -> int:
    return int.from_bytes(string[offset : offset + _SIZE], sys.byteorder)
