# /// script
# requires-python = ">=3.11"
# dependencies = ["pyyaml>=6"]
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Six house rules for contracts, held against the tutorial's document and against ours."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]
Operations = dict[str, dict[str, Any]]


def operations(document: Document) -> Operations:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in ("get", "put", "post", "patch", "delete")
    }


def schemas(value: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each part of the document that has a type, with its place."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield where.strip("/"), value
        for key, inner in value.items():
            yield from schemas(inner, f"{where}/{key}")
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from schemas(inner, f"{where}/{number}")


# --8<-- [start:rules]
def named(document: Document) -> list[str]:
    every = operations(document)
    return [name for name in every if "operationId" not in every[name]]


def refused(document: Document) -> list[str]:
    """Where a login is asked for, 401 belongs to the answers."""
    default = document.get("security")
    return [name for name, one in operations(document).items()
            if one.get("security", default) and "401" not in one["responses"]]


def limited(document: Document) -> list[str]:
    return [where for where, one in schemas(document)
            if one["type"] == "array" and "maxItems" not in one]


def money(document: Document) -> list[str]:
    words = ("total", "price", "amount")
    return [where for where, one in schemas(document)
            if where.endswith(words) and one["type"] == "number"]


def closed(document: Document) -> list[str]:
    bodies = [one["requestBody"]["content"] for one in operations(document).values()
              if "requestBody" in one]
    media = [one for body in bodies for one in body.values()]
    names = {one["schema"]["$ref"].split("/")[-1] for one in media}
    parts = document["components"]["schemas"]
    return [name for name in names if parts[name].get("additionalProperties", True)]


def secured(document: Document) -> list[str]:
    return [] if document.get("security") else ["no default; what is forgotten is open"]
# --8<-- [end:rules]


# --8<-- [start:lint]
RULES: list[Callable[[Document], list[str]]] = [
    named, secured, refused, limited, money, closed
]
found: dict[str, list[str]] = {}
for name in ("orders.yaml", "contract.yaml"):
    text = (Path(__file__).parent / name).read_text("utf-8")
    document = yaml.safe_load(text)
    found[name] = [f"{rule.__name__}: {at}" for rule in RULES for at in rule(document)]
    print(f"{name}: {len(found[name])} findings", *found[name], sep="\n  ")
# --8<-- [end:lint]
assert found["orders.yaml"] and not found["contract.yaml"]
