# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "email-validator>=2.2", "fastapi>=0.115", "httpx>=0.28", "jsonschema>=4.23", "pydantic>=2.10",
# ]
# ///
"""Errors in the form of RFC 9457, with pointers, from a FastAPI application; checked by a schema."""

import asyncio
from typing import Annotated, Any

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict, EmailStr, Field

app = FastAPI()


# --8<-- [start:application]
class SignUp(BaseModel):
    model_config = ConfigDict(extra="forbid")
    email: EmailStr
    age: Annotated[int, Field(ge=0, le=150)]
    password: Annotated[str, Field(min_length=12)]


CODES = {"value_error": "format", "less_than_equal": "range", "string_too_short": "length",
         "missing": "required", "extra_forbidden": "unknown", "json_invalid": "syntax"}  # fmt: skip


def problem(status: int, name: str, title: str, **extensions: Any) -> JSONResponse:
    kind = f"https://example.com/problems/{name}"
    body = {"type": kind, "title": title, "status": status, **extensions}
    return JSONResponse(body, status, media_type="application/problem+json")


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Turn all errors of the framework into one problem; never repeat what was sent."""
    if error.errors()[0]["type"] == "json_invalid":
        return problem(400, "malformed", "The body is not JSON.")
    errors = [
        {
            "pointer": "".join(f"/{step}" for step in each["loc"][1:]),
            "code": CODES.get(each["type"], "invalid"),
            "detail": each["msg"].partition(": ")[2] or each["msg"],
        }
        for each in error.errors()
    ]
    title = "The request has values that are not valid."
    return problem(422, "invalid", title, instance=request.url.path, errors=errors)


@app.post("/users", status_code=201)
async def sign_up(body: SignUp) -> dict[str, str]:
    return {"email": body.email}
# --8<-- [end:application]


# --8<-- [start:schema]
PROBLEM = Draft202012Validator({
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "errors": {
            "type": "array",
            "items": {"type": "object", "required": ["pointer", "code", "detail"]},
        },
    },
})
# --8<-- [end:schema]


# --8<-- [start:ask]
JSON = {"Content-Type": "application/json"}  # FastAPI reads no other as JSON


async def ask() -> list[int]:
    transport, statuses = httpx.ASGITransport(app), []
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for body in (
            '{"email": "ada(at)example.com", "age": 151, "password": "correct horse battery"}',
            '{"email": "ada@example.com", "age": 36, "password": "hunter2", "role": "admin"}',
            '{"email": ',
        ):
            answer = await client.post("/users", content=body, headers=JSON)
            found = answer.json()
            PROBLEM.validate(found)
            print(answer.status_code, answer.headers["Content-Type"], found["type"])
            for each in found.get("errors", []):
                print(f"  {each['pointer']:10} {each['code']:8} {each['detail']}")
            assert "hunter2" not in answer.text
            statuses.append(answer.status_code)
    return statuses
# --8<-- [end:ask]


assert asyncio.run(ask()) == [422, 422, 400]
