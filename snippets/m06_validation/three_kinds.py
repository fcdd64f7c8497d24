# /// script
# requires-python = ">=3.11"
# dependencies = ["email-validator>=2.2", "psycopg[binary]>=3.2", "pydantic>=2.10"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Type, then syntax, then meaning: the cheap questions first, and all answers in one response."""

import json
import os
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import psycopg
from pydantic import BaseModel, EmailStr, Field, StrictInt, StringConstraints, TypeAdapter
from pydantic import ValidationError as PydanticError

database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
database.execute("CREATE TABLE product (sku text PRIMARY KEY)")
database.execute("INSERT INTO product VALUES ('AB-100')")
asked: list[str] = []  # what the database was asked


# --8<-- [start:model]
class Booking(BaseModel):
    """What a request has to be before anybody asks what it means."""

    email: EmailStr
    sku: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9]{3}$")]
    quantity: StrictInt
    age: Annotated[StrictInt, Field(ge=0, le=150)]
    starts: date
    ends: date


KINDS = {  # Pydantic's name of the error -> our kind; the rest is syntax
    "missing": "type",
    "int_type": "type",
    "string_type": "type",
    "date_type": "type",
    "greater_than_equal": "meaning",
    "less_than_equal": "meaning",
}
# --8<-- [end:model]


# --8<-- [start:rules]
def known(sku: str) -> bool:
    asked.append(sku)
    found = database.execute("SELECT 1 FROM product WHERE sku = %s", [sku])
    return found.fetchone() is not None


# Each rule names the fields that it needs; what costs a round trip comes last.
RULES: list[tuple[str, tuple[str, ...], Callable[..., bool], str]] = [
    ("/ends", ("starts", "ends"), lambda starts, ends: starts < ends, "is not after the start"),
    ("/sku", ("sku",), known, "is not a product of ours"),
]
# --8<-- [end:rules]


# --8<-- [start:validate]
def validate(payload: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return the values that are right, and every error, with its kind and place."""
    good: dict[str, Any] = {}
    errors: list[dict[str, str]] = []
    for name, field in Booking.model_fields.items():
        form: Any = Annotated[field.annotation, field]
        adapter = TypeAdapter(form)
        if name not in payload:
            errors.append({"kind": "type", "pointer": f"/{name}", "detail": "is missing"})
            continue
        try:
            good[name] = adapter.validate_python(payload[name])
        except PydanticError as error:
            first = error.errors()[0]
            kind = KINDS.get(first["type"], "syntax")
            errors.append({"kind": kind, "pointer": f"/{name}", "detail": first["msg"]})
    for pointer, needs, holds, detail in RULES:
        if good.keys() >= set(needs) and not holds(*(good[name] for name in needs)):
            errors.append({"kind": "meaning", "pointer": pointer, "detail": detail})
    return good, errors
# --8<-- [end:validate]


# --8<-- [start:try]
def show(payload: dict[str, Any]) -> list[dict[str, str]]:
    asked.clear()
    _, errors = validate(payload)
    print(f"{422 if errors else 201}, database asked {len(asked)} times")
    for error in sorted(errors, key=lambda each: ("type", "syntax", "meaning").index(each["kind"])):
        print(f"  {error['kind']:8} {error['pointer']:10} {error['detail'][:60]}")
    return errors


right = json.loads("""{"email": "ada@example.com", "sku": "AB-100", "quantity": 1, "age": 36,
    "starts": "2026-12-01", "ends": "2026-12-05"}""")
assert not show(right)
wrong = right | {"quantity": "one", "email": "ada(at)example.com", "ends": "2026-11-01"}
errors = show(wrong | {"sku": "ZZ-999", "age": 151})
assert sorted(each["kind"] for each in errors) == ["meaning"] * 3 + ["syntax", "type"]
show(right | {"sku": "ab 100"})  # not asked: what has the wrong form can't exist
assert asked == []
# --8<-- [end:try]
