# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""A cursor: a position in a sorted list, wrapped so that clients can only hand it back."""

import base64
import hashlib
import hmac
import json

KEY = b"a secret of the server, from its configuration"


# --8<-- [start:cursor]
class BadCursor(ValueError):
    """Not one of ours, or ours for another list: answer 400."""


def sign(text: bytes) -> bytes:
    return hmac.digest(KEY, text, hashlib.sha256)[:12]


def encode(order: str, *position: object) -> str:
    """Wrap the last row's sort values, and the order that they belong to."""
    text = json.dumps([order, *position], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(sign(text) + text).decode().rstrip("=")


def decode(cursor: str, order: str) -> list[object]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError as error:
        raise BadCursor("not base64url") from error
    if not hmac.compare_digest(raw[:12], sign(raw[12:])):
        raise BadCursor("not signed by us")
    issued_for, *position = json.loads(raw[12:])
    if issued_for != order:
        raise BadCursor(f"issued for sort={issued_for}, used with sort={order}")
    return position
# --8<-- [end:cursor]


# --8<-- [start:try]
def attempt(cursor: str, order: str) -> str:
    try:
        return str(decode(cursor, order))
    except BadCursor as error:
        return f"400, {error}"


if __name__ == "__main__":
    cursor = encode("-created_at,-id", "2026-11-30T09:14:22Z", 137)
    forged = base64.urlsafe_b64encode(b"?" * 12 + b'["-created_at,-id","2030-01-01",1]')
    print(cursor)
    print("handed back:", attempt(cursor, "-created_at,-id"))
    print("other sort: ", attempt(cursor, "price,id"))
    print("forged:     ", attempt(forged.decode(), "-created_at,-id"))
    print("made up:    ", attempt("page2", "-created_at,-id"))
    assert attempt(cursor, "-created_at,-id") == "['2026-11-30T09:14:22Z', 137]"
    assert attempt(cursor, "price,id").startswith("400, issued for")
    assert attempt(forged.decode(), "-created_at,-id") == "400, not signed by us"
    assert attempt("page2", "price,id").startswith("400")
# --8<-- [end:try]
