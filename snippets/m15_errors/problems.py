# /// script
# requires-python = ">=3.11"
# dependencies = ["starlette>=0.41"]
# ///
"""From an application's error to an HTTP answer; `global_handler.py` uses it."""

from collections.abc import Mapping
from http import HTTPStatus

from errors import AppError, InsufficientFundsError, NotFoundError, RateLimitedError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

# --8<-- [start:problem]
Headers = Mapping[str, str] | None
STATUS: dict[type, int] = {
    NotFoundError: 404,
    RateLimitedError: 429,
    InsufficientFundsError: 409,
    AppError: 500,  # somebody forgot to decide: that is our bug
}


def problem(
    request: Request, status: int, code: str, detail: str, headers: Headers = None
) -> Response:
    body = {
        "type": f"https://shop.example/problems/{code.lower()}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request.headers.get("X-Request-Id", "none"),
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")
# --8<-- [end:problem]
