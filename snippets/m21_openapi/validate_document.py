# /// script
# requires-python = ">=3.11"
# dependencies = ["openapi-spec-validator>=0.7", "pyyaml>=6"]
# [tool.snippets-runner]
# inputs = ["orders.yaml"]
# timeout = 30
# ///
"""The document that everybody copies, and what a validator says of it."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator, OpenAPIV32SpecValidator

DOCUMENT: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("orders.yaml").read_text("utf-8")
)


# --8<-- [start:errors]
def dangling(document: Any, root: dict[str, Any]) -> list[str]:
    """Return every `$ref` inside the document that leads nowhere."""
    if isinstance(document, list):
        return [found for item in document for found in dangling(item, root)]
    if not isinstance(document, dict):
        return []
    found = [bad for value in document.values() for bad in dangling(value, root)]
    reference = document.get("$ref", "")
    target: Any = root
    for step in reference.removeprefix("#/").split("/") if reference else ():
        target = target.get(step) if isinstance(target, dict) else None
    return found if target is not None else [*found, reference]


def errors(document: dict[str, Any], validator: Any) -> list[str]:
    """Return what is wrong with a document, by its schema and by its references."""
    lost = dangling(document, document)
    if lost:  # the validator follows references too, and ends at the first it can't
        return [f"{reference} is not defined" for reference in lost]
    return [error.message for error in validator(document).iter_errors()]
# --8<-- [end:errors]


# --8<-- [start:fix]
print("[fix]")
found = errors(DOCUMENT, OpenAPIV31SpecValidator)
print(f"as copied: {len(found)} error, {found[0]}")
try:
    OpenAPIV31SpecValidator(DOCUMENT).validate()
except Exception as error:
    print(f"  openapi-spec-validator: {type(error).__name__}")

fixed = deepcopy(DOCUMENT)
problem = {"type": "object", "required": ["title", "status"]}
fixed["components"]["responses"] = {
    "NotFound": {
        "description": "There is no such order.",
        "content": {"application/problem+json": {"schema": problem}},
    }
}
for version, validator in (
    ("3.1.2", OpenAPIV31SpecValidator),
    ("3.2.0", OpenAPIV32SpecValidator),
):
    fixed["openapi"] = version
    print(f"fixed, as {version}: {len(errors(fixed, validator))} errors")
    assert errors(fixed, validator) == []
assert found == ["#/components/responses/NotFound is not defined"]
# --8<-- [end:fix]

# --8<-- [start:versions]
print("[versions]")
old = deepcopy(fixed) | {"openapi": "3.1.2"}
total = old["components"]["schemas"]["Order"]["properties"]["total"]
total["nullable"] = True  # 3.0's word: 3.1 knows it no longer, and says nothing
total["exclusiveMinimum"] = True  # 3.0: true beside `minimum`; 3.1: a number of its own
for message in errors(old, OpenAPIV31SpecValidator):
    print("3.0's words in a 3.1 document:", message)
del total["exclusiveMinimum"]
assert errors(old, OpenAPIV31SpecValidator) == []
print("`nullable` alone:", "no error, and no effect")
# --8<-- [end:versions]
