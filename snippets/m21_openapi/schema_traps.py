# /// script
# requires-python = ">=3.11"
# dependencies = ["jsonschema>=4.23"]
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Five schemas that look right, each with a value that shows what it really says."""

from typing import Any

from jsonschema import Draft202012Validator as Validator

Schema = dict[str, Any]


def verdict(schema: Schema, value: object, **options: Any) -> str:
    errors = list(Validator(schema, **options).iter_errors(value))
    return errors[0].message if errors else "accepted"


print("[allof]")
# --8<-- [start:allof]
BASE: Schema = {"properties": {"id": {"type": "string"}}}
PAID: Schema = {"properties": {"paid_at": {"type": "string"}}}
closed = {"additionalProperties": False}
order = {"id": "7", "paid_at": "2026-11-30T10:00:00Z"}
inside: Schema = {"allOf": [BASE | closed, PAID | closed]}
outside: Schema = {"allOf": [BASE, PAID], "unevaluatedProperties": False}
print("closed in each branch:", verdict(inside, order))
print("closed outside:       ", verdict(outside, order))
print("… and a typing error: ", verdict(outside, order | {"payd_at": ""}))
# --8<-- [end:allof]
assert "unexpected" in verdict(inside, order) and verdict(outside, order) == "accepted"

print("[open]")
# --8<-- [start:open]
note: Schema = {"type": "object", "properties": {"note": {"type": "string"}}}
print("open, misspelt:  ", verdict(note, {"not": "call first"}))
print("closed, misspelt:", verdict(note | closed, {"not": "call first"}))
# --8<-- [end:open]
assert verdict(note, {"not": ""}) == "accepted" != verdict(note | closed, {"not": ""})

print("[format]")
# --8<-- [start:format]
when: Schema = {"type": "string", "format": "date"}
print("format, noted:   ", verdict(when, "31.11.2026"))
checker = Validator.FORMAT_CHECKER
print("format, asserted:", verdict(when, "31.11.2026", format_checker=checker))
# --8<-- [end:format]
assert "date" in verdict(when, "31.11.2026", format_checker=checker)

print("[oneof]")
# --8<-- [start:oneof]
CARD: Schema = {"required": ["kind", "number"]}
BANK: Schema = {"required": ["kind", "iban"]}
hint = {"discriminator": {"propertyName": "kind"}}
hinted: Schema = {"oneOf": [CARD, BANK], **hint}
stated: Schema = {"oneOf": [CARD | {"properties": {"kind": {"const": "card"}}},
                            BANK | {"properties": {"kind": {"const": "bank"}}}], **hint}
lie = {"kind": "bank", "number": "4111"}
print("by discriminator alone:", verdict(hinted, lie))
print("by const in each:      ", verdict(stated, lie))
# --8<-- [end:oneof]
assert verdict(hinted, lie) == "accepted" != verdict(stated, lie)
