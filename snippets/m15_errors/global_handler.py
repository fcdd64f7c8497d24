# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "fastapi>=0.115", "flask>=3.1", "httpx>=0.28", "starlette>=0.41", "werkzeug>=3",
# ]
# ///
"""One handler for everything: Flask's trap and its cure, then FastAPI with one shape for all errors."""

import asyncio
import logging
from http import HTTPStatus

import httpx
from errors import AppError, InsufficientFundsError
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from flask import Flask
from flask.typing import ResponseReturnValue
from problems import STATUS, problem
from starlette.exceptions import HTTPException as StarletteHTTPException
from werkzeug.exceptions import HTTPException

log = logging.getLogger("shop")
lines: list[str] = []


class Keep(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        lines.append(f"{record.levelname} {record.getMessage()}")


log.addHandler(Keep())
log.propagate = False

# --8<-- [start:flask]
trap, cured = Flask("trap"), Flask("cured")


@trap.errorhandler(Exception)
def everything(error: Exception) -> ResponseReturnValue:
    return {"title": "Something went wrong"}, 500


@cured.errorhandler(HTTPException)  # 404 and 405 of the router, and what abort() raises
def from_framework(error: HTTPException) -> ResponseReturnValue:
    return {"title": error.name}, error.code or 500


@cured.errorhandler(Exception)
def from_a_bug(error: Exception) -> ResponseReturnValue:
    log.error("unexpected", exc_info=error)
    return {"title": "Something went wrong"}, 500


def status(app: Flask, path: str) -> int:
    with httpx.Client(transport=httpx.WSGITransport(app)) as client:
        return client.get(f"http://shop{path}").status_code


before, after = status(trap, "/nope"), status(cured, "/nope")
print(f"Flask, /nope: {before} with one handler for Exception, {after} with two")
assert (before, after) == (500, 404)
# --8<-- [end:flask]

# --8<-- [start:asgi]
app = FastAPI()


@app.exception_handler(AppError)
def known(request: Request, error: AppError) -> Response:
    log.warning("%s", error.code)  # no stack: nothing is broken
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    wait = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    return problem(request, status, error.code, error.public, wait)


@app.exception_handler(StarletteHTTPException)
def routing(request: Request, error: StarletteHTTPException) -> Response:
    code = HTTPStatus(error.status_code).name
    return problem(request, error.status_code, code, str(error.detail), error.headers)


@app.exception_handler(RequestValidationError)
def invalid(request: Request, error: RequestValidationError) -> Response:
    where = ", ".join(".".join(map(str, e["loc"])) for e in error.errors())
    return problem(request, 422, "INVALID_INPUT", f"Check {where}.")


@app.exception_handler(Exception)
def unexpected(request: Request, error: Exception) -> Response:
    log.error("%s", type(error).__name__, exc_info=error)  # the stack is for us
    return problem(request, 500, "INTERNAL", "It is our fault. Quote the request id.")
# --8<-- [end:asgi]


# --8<-- [start:ask]
@app.get("/pay/{amount}")
def pay(amount: int) -> float:
    if amount == 50:
        raise InsufficientFundsError(balance=2000, needed=5000)
    return 100 / amount  # a bug waits here


async def ask() -> list[int]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        answers = [await client.get(path, headers={"X-Request-Id": "r-81"})
                   for path in ("/nope", "/pay/much", "/pay/50", "/pay/0")]
        answers.insert(1, await client.post("/pay/1"))
    for answer in answers:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "ZeroDivision" not in answer.text
        print(answer.status_code, answer.json()["code"], "-", answer.json()["detail"])
    return [answer.status_code for answer in answers]


assert asyncio.run(ask()) == [404, 405, 422, 409, 500]
print("log:", "; ".join(lines))
# --8<-- [end:ask]
