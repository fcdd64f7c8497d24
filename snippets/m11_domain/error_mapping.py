# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "starlette>=0.41"]
# ///
"""From domain errors to HTTP: a dictionary by exact type, and a look along the family tree."""

import asyncio

import httpx
from ordering import ConflictError, DomainError, NotFoundError, TooManyOpenOrdersError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

# --8<-- [start:exact]
STATUS = {NotFoundError: 404, ConflictError: 409}


def by_exact_type(error: DomainError) -> int:
    return STATUS[type(error)]


try:
    by_exact_type(TooManyOpenOrdersError("ada has 3 open orders"))
except KeyError as error:
    print(f"by exact type: KeyError for {error.args[0].__name__}")
# --8<-- [end:exact]


# --8<-- [start:family]
def by_family(error: DomainError) -> int:
    """Return the status of the nearest ancestor; of none: a bug of ours, 500."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


logged: list[str] = []


async def domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    status = by_family(error)
    title = str(error) if status < 500 else "Something went wrong here."
    if status == 500:
        logged.append(f"{type(error).__name__}: {error}, caused by {error.__cause__!r}")
    name = type(error).__name__.removesuffix("Error") if status < 500 else "internal"
    body = {"type": f"https://example.com/problems/{name}", "title": title, "status": status}
    return JSONResponse(body, status, media_type="application/problem+json")
# --8<-- [end:family]


# --8<-- [start:ask]
class ForgottenError(DomainError):
    """New, and nobody has put it into the mapping."""


async def orders(request: Request) -> Response:
    match request.path_params["what"]:
        case "unknown":
            raise NotFoundError("no order 7")
        case "fourth":
            raise TooManyOpenOrdersError("ada has 3 open orders")
        case _:
            try:
                raise ConnectionError("db-7.internal refused")
            except ConnectionError as error:
                raise ForgottenError("no stock figures") from error


async def ask() -> list[int]:
    routes = [Route("/orders/{what}", orders)]
    app = Starlette(routes=routes, exception_handlers={DomainError: domain_error})
    statuses = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        for what in ("unknown", "fourth", "forgotten"):
            answer = await client.get(f"http://test/orders/{what}")
            print(f"{what:9} {answer.status_code} {answer.json()['title']}")
            assert "internal:" not in answer.text and "db-7" not in answer.text
            statuses.append(answer.status_code)
    return statuses


assert asyncio.run(ask()) == [404, 409, 500]
print("our log:  ", *logged)
# --8<-- [end:ask]
