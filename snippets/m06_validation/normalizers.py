# /// script
# requires-python = ">=3.11"
# dependencies = ["hypothesis>=6.120", "phonenumbers>=8.13"]
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Six normalisers, and the property that each must have: once more changes nothing."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote

import phonenumbers
from hypothesis import given, settings
from hypothesis import strategies as st


# --8<-- [start:text]
def plain(text: str) -> str:
    """Compose (NFC), drop what can't be seen, make every run of white space one space."""
    text = unicodedata.normalize("NFC", text)
    seen = "".join(each for each in text if unicodedata.category(each) not in ("Cf", "Cs", "Cn"))
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def name(text: str) -> str:
    return plain(text)


def slug(text: str) -> str:
    """Make a readable part of a URL; letters of every script stay."""
    folded = unicodedata.normalize("NFKC", plain(text)).casefold()
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", folded)).strip("-")
# --8<-- [end:text]


# --8<-- [start:codes]
def email(text: str) -> str:
    """Lower-case the domain only: what stands before the @ is the receiver's affair."""
    local, at, domain = plain(text).rpartition("@")
    return f"{local}{at}{domain.lower()}"


def phone(text: str) -> str:
    """Return E.164, as in +4722225555; numbers without a country are Norwegian."""
    number = phonenumbers.parse(plain(text), "NO")
    if not phonenumbers.is_valid_number(number):
        raise ValueError(f"{text!r} is not a telephone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country(text: str) -> str:
    """Return an ISO 3166-1 code. The list here is of those with telephones."""
    if (code := plain(text).upper()) not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"{text!r} is not a country's code")
    return code


def moment(text: str) -> str:
    """Return UTC in the form of RFC 3339; a time without an offset is refused."""
    time = datetime.fromisoformat(plain(text))
    if time.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return time.astimezone(UTC).isoformat()
# --8<-- [end:codes]


# --8<-- [start:examples]
EXAMPLES: list[tuple[Callable[[str], str], str]] = [
    (name, "  Ada\u00a0\u200b Lovelace\n"),
    (name, "A\u030asa"),
    (slug, "Hello World!"),
    (slug, "Straße №5, İstanbul"),
    (email, " Ada.Lovelace@Example.COM "),
    (phone, "22 22 55 55"),
    (phone, "+44 20 7946 0018"),
    (phone, "٢٢٢٢٥٥٥٥"),
    (phone, "123"),
    (country, "no"),
    (country, "xx"),
    (moment, "2026-05-11T09:14:22+02:00"),
    (moment, "2026-05-11T09:14:22"),
]
for normalise, given_text in EXAMPLES:
    try:
        result = normalise(given_text)
        assert normalise(result) == result
    except ValueError as error:
        result = f"refused: {str(error).removeprefix(repr(given_text) + ' ')}"
    print(f"{normalise.__name__:8} {given_text!a:46} {result}")
# --8<-- [end:examples]


# --8<-- [start:property]
def idempotent(normalise: Callable[[str], str]) -> int:
    """Try two hundred texts; return for how many the second time changed something."""
    changed: list[str] = []

    @settings(max_examples=200, derandomize=True, database=None, deadline=None)
    @given(st.text() | st.from_regex(r"[A-Za-z%]+%[0-9]{4}@?[A-Z]*", fullmatch=True))
    def again(text: str) -> None:
        once = normalise(text)
        if normalise(once) != once:
            changed.append(text)

    again()
    return len(changed)


for normalise in (plain, slug, email):
    print(f"{normalise.__name__:8} 200 texts, changed by the second time: {idempotent(normalise)}")
    assert idempotent(normalise) == 0
print(f"unquote  is no normaliser: {'found a difference' if idempotent(unquote) else 'none'}")
assert idempotent(unquote) > 0
# --8<-- [end:property]
