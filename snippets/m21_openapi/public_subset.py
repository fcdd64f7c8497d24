# /// script
# requires-python = ">=3.11"
# dependencies = ["openapi-spec-validator>=0.7", "pyyaml>=6"]
#
# [tool.snippets-runner]
# timeout = 30
# ///
"""Cut the public document out of the whole: by removing what is internal, and by keeping what is public."""

import copy
import json
from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

Document = dict[str, Any]
text = (Path(__file__).parent / "contract.yaml").read_text("utf-8")
whole: Document = yaml.safe_load(text)


# --8<-- [start:cut]
def cut(document: Document, *, keep: str = "", drop: str = "") -> Document:
    """Take operations away by their tags, then the parts that nothing refers to."""
    public = copy.deepcopy(document)
    for path, item in list(public["paths"].items()):
        for method, operation in list(item.items()):
            tags = operation.get("tags", [])
            if (keep and keep not in tags) or (drop and drop in tags):
                del item[method]
        if not item:
            del public["paths"][path]
    while unused := unreferenced(public):
        for kind, name in unused:
            del public["components"][kind][name]
    return public


def unreferenced(document: Document) -> list[tuple[str, str]]:
    written = json.dumps(document)
    return [
        (kind, name)
        for kind in ("schemas", "responses")
        for name in document["components"].get(kind, {})
        if f'"#/components/{kind}/{name}"' not in written
    ]
# --8<-- [end:cut]


# --8<-- [start:grow]
def internal(tags: list[str]) -> Document:
    schema = {"type": "object", "properties": {"margin": {"type": "string"}}}
    whole["components"]["schemas"]["Margin"] = schema
    ref = {"schema": {"$ref": "#/components/schemas/Margin"}}
    answer = {"description": "What we earn.", "content": {"application/json": ref}}
    return {"operationId": f"get{len(whole['paths'])}", "tags": tags,
            "responses": {"200": answer}}


whole["paths"]["/margins"] = {"get": internal(["internal"])}
whole["paths"]["/margins/daily"] = {"get": internal([])}  # somebody forgot the tag
for name, public in {
    "drop what says internal": cut(whole, drop="internal"),
    "keep what says orders": cut(whole, keep="orders"),
}.items():
    assert not list(OpenAPIV31SpecValidator(public).iter_errors())
    leaked = "margin" in json.dumps(public)
    print(f"{name}: {len(public['paths'])} paths of 4, margins are in it: {leaked}")
# --8<-- [end:grow]
assert "Margin" in cut(whole, drop="internal")["components"]["schemas"]
assert not leaked and "Margin" not in public["components"]["schemas"]
