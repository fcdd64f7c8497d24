# /// script
# requires-python = ">=3.11"
# dependencies = ["jsonschema>=4.23"]
# ///
"""A JSON Schema, what it lets pass until it is told, and all errors at once."""

from typing import Any

from jsonschema import Draft202012Validator

# --8<-- [start:schema]
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://example.com/schemas/user",
    "$defs": {"tag": {"minLength": 1, "type": "string"}},
    "type": "object",
    "properties": {
        "tags": {"type": "array", "maxItems": 20, "items": {"$ref": "#/$defs/tag"}},
        "age": {"type": "integer", "maximum": 150, "minimum": 0},
        "email": {"type": "string", "maxLength": 254, "format": "email"},
    },
    "additionalProperties": False,
    "required": ["age", "email"],
}
Draft202012Validator.check_schema(SCHEMA)  # a schema can be wrong, too
ANNOTATING = Draft202012Validator(SCHEMA)  # compiled once, used for every request
FORMATS = Draft202012Validator.FORMAT_CHECKER
ASSERTING = Draft202012Validator(SCHEMA, format_checker=FORMATS)
# --8<-- [end:schema]


# --8<-- [start:errors]
def errors(validator: Draft202012Validator, value: Any) -> list[str]:
    """Return each error as a JSON Pointer (RFC 6901) and the rule that was broken."""
    found = []
    for error in validator.iter_errors(value):
        steps = [str(step).replace("~", "~0").replace("/", "~1") for step in error.path]
        pointer = "".join(f"/{step}" for step in steps)
        found.append(f"{pointer or '(root)'} {error.validator}")
    return sorted(found)
# --8<-- [end:errors]


# --8<-- [start:cases]
def verdict(validator: Draft202012Validator, value: Any) -> str:
    return "rejected" if errors(validator, value) else "accepted"


no_mail = {"email": "not-an-email", "age": 36}
off, on = verdict(ANNOTATING, no_mail), verdict(ASSERTING, no_mail)
print(f"not-an-email   format off: {off}; on: {on}")
assert (off, on) == ("accepted", "rejected")
for age in (36.0, 36.5, True, "36"):
    user = {"email": "ada@example.com", "age": age}
    print(f"age {age!r:6}     {verdict(ASSERTING, user)}")
for length in (254, 255):
    mail = f"{'å' * (length - 12)}@example.com"
    fits = "/email maxLength" not in errors(ASSERTING, {"email": mail, "age": 1})
    octets = len(mail.encode())
    print(f"{length} characters, {octets} octets: {'short enough' if fits else 'too long'}")
wrong = {"email": "ada", "age": 151, "tags": ["eu", 7, ""], "admin": True}
print(*errors(ASSERTING, wrong), sep="\n")
assert len(errors(ASSERTING, wrong)) == 5
# --8<-- [end:cases]
