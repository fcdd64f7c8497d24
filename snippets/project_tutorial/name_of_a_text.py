# /// script
# requires-python = ">=3.11"
# ///
"""Give a text a short name that changes when the text does."""

from hashlib import sha256


# --8<-- [start:name]
def name_of(text: str) -> str:
    """Return eight characters that stand for exactly this text."""
    return sha256(text.encode()).hexdigest()[:8]
# --8<-- [end:name]


first = name_of("price: 100")
print("price: 100 is called", first)
print("the same text again:", name_of("price: 100"))
print("price: 120 is called", name_of("price: 120"))
assert name_of("price: 100") == first != name_of("price: 120")
