# /// script
# requires-python = ">=3.11"
# dependencies = ["pyyaml>=6"]
# [tool.snippets-runner]
# inputs = ["contract.yaml"]
# ///
"""Two versions of a contract: which change breaks whom, by the way the data travels."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

OLD: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("contract.yaml").read_text("utf-8")
)
Change = tuple[str, str, str]


# --8<-- [start:schema]
def schema_changes(where: str, old: Any, new: Any, *, sent: bool) -> Iterator[Change]:
    """Yield (verdict, place, what) for two object schemas.

    What a client has `sent` may be allowed more; what it gets may not surprise it.
    """
    looser, tighter = ("additive", "breaking") if sent else ("breaking", "additive")
    was, now = old["properties"], new["properties"]
    required = set(new["required"]) - set(old["required"])
    for name in now.keys() - was.keys():
        must = sent and name in required
        kind = "required field" if must else "field"
        yield "breaking" if must else "additive", where, f"{kind} {name} added"
    for name in was.keys() - now.keys():
        yield looser, where, f"field {name} removed"
    for name in was.keys() & now.keys():
        before, after = set(was[name].get("enum", [])), set(now[name].get("enum", []))
        for value in sorted(after - before):
            yield looser, where, f"{name} may be {value!r}"
        for value in sorted(before - after):
            yield tighter, where, f"{name} no longer {value!r}"
        longest = now[name].get("maxLength", 0)
        if longest < was[name].get("maxLength", 0):
            yield tighter, where, f"{name} at most {longest} long"
# --8<-- [end:schema]


# --8<-- [start:operations]
def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    methods = ("get", "put", "post", "patch", "delete")
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in document["paths"].items()
        for method in methods
        if method in item
    }


def changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """Yield every change between two documents, with its verdict."""
    before, after = operations(old), operations(new)
    for name in after.keys() - before.keys():
        yield "additive", name, "operation added"
    for name in before.keys() - after.keys():
        yield "breaking", name, "operation removed"
    for name in before.keys() & after.keys():
        for code in before[name]["responses"].keys() - after[name]["responses"].keys():
            yield "breaking", name, f"answer {code} removed"
    schemas = old["components"]["schemas"], new["components"]["schemas"]
    for schema, sent in (("NewOrder", True), ("Order", False)):
        resolved = [inline(each, schema) for each in schemas]
        yield from schema_changes(schema, *resolved, sent=sent)


def inline(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a schema with its properties' references resolved, one level deep."""
    found = deepcopy(schemas[name])
    for key, value in found["properties"].items():
        if "$ref" in value:
            found["properties"][key] = schemas[value["$ref"].rsplit("/", 1)[-1]]
    return found
# --8<-- [end:operations]


# --8<-- [start:edit]
new = deepcopy(OLD)
new["paths"]["/orders/{id}"]["delete"] = {
    "operationId": "cancelOrder",
    "responses": {"204": {}},
}
del new["paths"]["/orders"]["post"]["responses"]["201"]
schemas = new["components"]["schemas"]
schemas["Status"]["enum"] = ["pending", "paid", "refunded"]
schemas["NewOrder"]["required"] = ["total", "channel"]
schemas["NewOrder"]["properties"]["channel"] = {"type": "string"}
schemas["NewOrder"]["properties"]["note"]["maxLength"] = 80
schemas["Order"]["properties"]["paid_at"] = {"type": "string", "format": "date-time"}
del schemas["Order"]["properties"]["note"]
# --8<-- [end:edit]

# --8<-- [start:verdict]
found = sorted(changes(OLD, new), key=lambda change: (change[0] != "breaking", change))
for verdict, where, what in found:
    print(f"{verdict:9} {where:19} {what}")
breaking = sum(verdict == "breaking" for verdict, *_ in found)
print(f"{len(found)} changes, {breaking} break somebody: the version must be 2.0.0")
assert len(found) == 8 and breaking == 5
assert list(changes(OLD, OLD)) == []
# --8<-- [end:verdict]
