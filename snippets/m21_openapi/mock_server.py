# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "starlette>=0.41", "uvicorn>=0.34", "httpx>=0.28", "jsonschema>=4.23", "pyyaml>=6",
#   "snippet-support",
# ]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# inputs = ["contract.yaml"]
# timeout = 30
# ///
"""A server made of the contract alone, so that the client's team needn't wait."""

from pathlib import Path
from typing import Any

import httpx
import yaml
from jsonschema import Draft202012Validator
from snippet_support.serve import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

DOCUMENT: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("contract.yaml").read_text("utf-8")
)


# --8<-- [start:resolve]
def resolved(node: Any) -> Any:
    """Return a part of the document with its references followed."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def example(schema: Any) -> Any:
    """Return a value that fits a schema: the author's example, or a small one."""
    schema = resolved(schema)
    if known := schema.get("examples") or schema.get("enum"):
        return known[0]
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][-1]
    if kind == "object":
        return {
            name: example(schema["properties"][name])
            for name in schema.get("required", [])
        }
    made = {
        "array": [],
        "string": "text",
        "integer": schema.get("minimum", 0),
        "null": None,
    }
    return made[kind]
# --8<-- [end:resolve]


# --8<-- [start:mock]
def mock() -> Starlette:
    def answer(operation: dict[str, Any], code: str) -> JSONResponse:
        ((kind, content),) = resolved(operation["responses"][code])["content"].items()
        body = content.get("example") or example(content["schema"])
        if code not in ("200", "201"):
            body = body | {"status": int(code)}
        return JSONResponse(body, int(code), media_type=kind)

    def endpoint(operation: dict[str, Any]) -> Any:
        async def handle(request: Request) -> JSONResponse:
            wanted = request.headers.get("prefer", "").removeprefix("code=")
            return answer(
                operation,
                wanted
                if wanted in operation["responses"]
                else next(iter(operation["responses"])),
            )

        return handle

    return Starlette(
        routes=[
            Route(f"/v1{path}", endpoint(operation), methods=[verb.upper()])
            for path, item in DOCUMENT["paths"].items()
            for verb, operation in item.items()
        ]
    )
# --8<-- [end:mock]


# --8<-- [start:hold]
checked = 0
with serve(mock()) as url, httpx.Client(base_url=f"{url}/v1") as http:
    for path, item in DOCUMENT["paths"].items():
        for verb, operation in item.items():
            for code, declared in operation["responses"].items():
                answer = http.request(
                    verb, path.replace("{id}", "1"), headers={"Prefer": f"code={code}"}
                )
                ((kind, content),) = resolved(declared)["content"].items()
                assert answer.status_code == int(code)
                assert answer.headers["content-type"] == kind
                parts = {"components": DOCUMENT["components"]}
                schema = resolved(content["schema"]) | parts
                Draft202012Validator(schema).validate(answer.json())
                checked += 1
                print(f"{verb.upper():4} {path:12} {code} {answer.text[:52]}")
assert checked == 9
# --8<-- [end:hold]
