# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""How a value becomes terms: a chain for text, one exact term for all else."""

import re
import struct
import unicodedata
from datetime import date
from typing import Any

Term = str | float


# --8<-- [start:chain]
STOP_WORDS = frozenset(["a", "an", "and", "for", "in", "of", "the", "to", "with"])
SYNONYMS = {"headset": "headphone", "cordless": "wireless"}


def clean(text: str) -> str:
    """Character filter: one Unicode form, and no mark-up."""
    return re.sub(r"<[^>]*>", " ", unicodedata.normalize("NFKC", text))


def stem(word: str) -> str:
    """Token filter: English plurals only, where a real stemmer does more."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and re.search(r"[^su]s$", word) else word


def analyse(text: str) -> list[tuple[int, str]]:
    """Return (position, term); a stop word is dropped, but its position is not."""
    numbered = enumerate(re.findall(r"\w+", clean(text)))  # the tokenizer
    lower = ((at, word.lower()) for at, word in numbered)
    kept = ((at, word) for at, word in lower if word not in STOP_WORDS)
    stemmed = ((at, stem(word)) for at, word in kept)
    return [(at, SYNONYMS.get(word, word)) for at, word in stemmed]
# --8<-- [end:chain]


class MappingError(ValueError):
    """A document that doesn't fit the mapping."""


# --8<-- [start:types]
def exact(kind: str, value: Any) -> Term:
    """Convert one value as its field's type says."""
    match kind:
        case "keyword":
            return str(value)
        case "keyword, lower case":  # a keyword with a normaliser
            return str(value).lower()
        case "long":  # coerces: "0042" becomes 42, and 5.5 becomes 5
            return int(float(value))
        case "double":
            return float(value)
        case "float":  # what 32 bits can hold
            (single,) = struct.unpack("f", struct.pack("f", float(value)))
            return float(single)
        case "scaled_float":  # stored as a whole number of hundredths
            return round(float(value) * 100) / 100
        case "date":
            return date.fromisoformat(value).isoformat()
    raise MappingError(f"unknown type {kind}")


def guess(value: Any) -> str:
    """Dynamic mapping: the first value that comes decides for ever."""
    if isinstance(value, str):
        return "date" if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else "text"
    return "long" if isinstance(value, int) else "float"
# --8<-- [end:types]


def terms(kind: str, value: Any) -> list[tuple[int, Term]]:
    """Return the terms of one value, each with its position."""
    if kind == "text":
        return [*analyse(str(value))]
    try:
        return [(0, exact(kind, value))]
    except (TypeError, ValueError) as error:
        raise MappingError(f"{value!r} is no {kind}") from error
