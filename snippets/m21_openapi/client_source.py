"""Python source from the parts of an OpenAPI document."""

import re
from typing import Any


# --8<-- [start:types]
def type_of(schema: dict[str, Any]) -> str:
    """Return the Python type of a schema, as source text."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    names = {
        "string": "str",
        "integer": "int",
        "number": "float",
        "boolean": "bool",
        "null": "None",
    }
    return " | ".join(
        f"list[{type_of(schema['items'])}]" if kind == "array" else names[kind]
        for kind in kinds
    )


def declare(name: str, schema: dict[str, Any]) -> str:
    if schema.get("type") != "object":
        return f"{name} = {type_of(schema)}\n"
    required = schema.get("required", [])
    fields = "".join(
        f"    {key}: {kind if key in required else f'NotRequired[{kind}]'}\n"
        for key, value in schema["properties"].items()
        for kind in [type_of(value)]
    )
    return f"class {name}(TypedDict):\n{fields}\n"
# --8<-- [end:types]


# --8<-- [start:method]
def method(path: str, verb: str, operation: dict[str, Any]) -> str:
    """Return one method of the client, named by the operationId."""
    parameters = {each["name"]: each for each in operation.get("parameters", [])}
    arguments = "".join(
        f", {name}: {type_of(each['schema'])}{default}"
        for name, each in parameters.items()
        for default in ["" if each.get("required") else " | None = None"]
    )
    query = [name for name, each in parameters.items() if each["in"] == "query"]
    pairs = ", ".join(f"{name}={name}" for name in query)
    sent = f", params=_given({pairs})" if query else ""
    if body := operation.get("requestBody"):
        arguments += f", body: {type_of(body['content']['application/json']['schema'])}"
        sent += ", json=body"
    code = next(code for code in operation["responses"] if code.startswith("2"))
    result = type_of(
        operation["responses"][code]["content"]["application/json"]["schema"]
    )
    name = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", operation["operationId"]).lower()
    return f"""    def {name}(self{arguments}) -> {result}:
        answer = self._http.request({verb.upper()!r}, f{path!r}{sent})
        return cast({result}, answer.raise_for_status().json())

"""
# --8<-- [end:method]
