# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 30
# ///
"""A consumer writes down what it uses of another service; each version of that service is held to it."""

from collections.abc import Iterator
from typing import Any

import httpx
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Json = dict[str, Any]

# --8<-- [start:consumer]
CONTRACT: list[Json] = [  # written by the team that sends the invoices
    {"given": "parcel 31 was delivered", "get": "/parcels/31", "status": 200,
     "uses": {"weight_g": 1500, "receiver": {"postcode": "0150"}}},
    {"given": "no parcel 404", "get": "/parcels/404", "status": 404, "uses": {}},
]


def freight(parcels: httpx.Client, number: int) -> int | None:
    """The consumer's own code, in øre; None if there is no such parcel."""
    answer = parcels.get(f"/parcels/{number}")
    if answer.status_code == 404:
        return None
    parcel = answer.json()
    oslo = parcel["receiver"]["postcode"].startswith("0")
    return (4900 if oslo else 7900) + parcel["weight_g"] // 1000 * 1000


def stand_in() -> Starlette:
    """A server that answers what the contract says, for the consumer's tests."""
    answers = {each["get"]: (each["uses"], each["status"]) for each in CONTRACT}

    async def answer(request: Request) -> JSONResponse:
        body, status = answers[request.url.path]
        return JSONResponse(body, status)

    return Starlette(routes=[Route("/parcels/{number}", answer)])
# --8<-- [end:consumer]


# --8<-- [start:verify]
def differences(used: Json, got: Json, where: str = "") -> Iterator[str]:
    """Ask for the fields that are used, by name and type; more is welcome."""
    for name, example in used.items():
        path = f"{where}.{name}".lstrip(".")
        if name not in got:
            yield f"{path} is missing"
        elif type(got[name]) is not type(example):
            is_now, was = type(got[name]).__name__, type(example).__name__
            yield f"{path} is {is_now}, not {was}"
        elif isinstance(example, dict):
            yield from differences(example, got[name], path)


def verify(provider: httpx.Client) -> list[str]:
    """Replay the contract against the real provider, in its own build."""
    broken = []
    for each in CONTRACT:
        provider.put("/test-state", json=each["given"])  # a door that only tests have
        answer = provider.get(each["get"])
        found = list(differences(each["uses"], answer.json()))
        if answer.status_code != each["status"]:
            found.insert(0, f"status {answer.status_code}, not {each['status']}")
        broken += [f"GET {each['get']}: {what}" for what in found]
    return broken
# --8<-- [end:verify]


def provider(version: str) -> Starlette:
    parcels: dict[int, Json] = {}

    async def state(request: Request) -> JSONResponse:
        parcels.clear()
        if "delivered" in await request.json():
            receiver = {"name": "Kari", "postcode": 150 if version == "v4" else "0150"}
            weight = "grams" if version == "v3" else "weight_g"
            parcels[31] = {weight: 1500, "receiver": receiver, "colour": "brown"}
        if version == "v2":
            parcels.setdefault(31, {})["tracking"] = "https://example.org/31"
        if version == "v5":
            parcels.get(31, {}).pop("colour", None)
        return JSONResponse({})

    async def show(request: Request) -> JSONResponse:
        parcel = parcels.get(request.path_params["number"])
        return JSONResponse(parcel or {"error": "no such parcel"}, 200 if parcel else 404)

    routes = [Route("/test-state", state, methods=["PUT"]), Route("/parcels/{number:int}", show)]
    return Starlette(routes=routes)


# --8<-- [start:run]
with serve(stand_in()) as url, httpx.Client(base_url=url) as parcels:
    assert (freight(parcels, 31), freight(parcels, 404)) == (5900, None)
    print("consumer's own tests against the contract: pass")
CHANGES = {"v1": "as it was", "v2": "a field more", "v3": "weight_g is now grams",
           "v4": "postcode is now a number", "v5": "colour removed, nobody uses it"}
verdicts = {}
for version, change in CHANGES.items():
    with serve(provider(version)) as url, httpx.Client(base_url=url) as client:
        broken = verify(client)
    verdicts[version] = "BROKEN" if broken else "verified"
    print(f"provider {version}, {change}: {verdicts[version]}")
    print(*(f"  {line}" for line in broken), sep="\n", end="\n" if broken else "")
assert [v for v, verdict in verdicts.items() if verdict == "BROKEN"] == ["v3", "v4"]
# --8<-- [end:run]
