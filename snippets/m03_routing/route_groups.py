# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "redis>=5.2", "starlette>=0.41"]
#
# [tool.snippets-runner]
# services = ["redis"]
# timeout = 10
# ///
"""Groups of routes that inherit middleware, and a table of routes that a test can read."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from checks import Check, Step, admin, five_a_minute, log, logged, logged_in, redis, request_id
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route


async def ok(request: Request) -> Response:
    return JSONResponse({"id": request.state.id})


# --8<-- [start:groups]
@dataclass(frozen=True)
class Group:
    """A path with what happens below it: data first, an application second."""

    path: str
    steps: list[Check]
    routes: "list[Group | Route]"

    def mount(self) -> Mount:
        below = [each.mount() if isinstance(each, Group) else each for each in self.routes]
        steps = [Middleware(Step, check=check) for check in self.steps]
        return Mount(self.path, routes=below, middleware=steps)

    def table(self, path: str = "", steps: str = "") -> Iterator[tuple[str, str]]:
        path += self.path
        steps += "".join(f"{step.__name__} > " for step in self.steps)
        for each in self.routes:
            if isinstance(each, Group):
                yield from each.table(path, steps)
            else:
                method = min((each.methods or set()) - {"HEAD"})
                yield f"{method} {path}{each.path}", steps + each.name


API = Group("/api/v1", [request_id, logged], [
    Group("/auth", [five_a_minute], [
        Route("/login", ok, methods=["POST"], name="login"),
        Route("/refresh", ok, methods=["POST"], name="refresh"),
    ]),
    Group("/admin", [logged_in, admin], [
        Route("/users", ok, methods=["GET"], name="list"),
        Route("/users/{id:int}", ok, methods=["DELETE"], name="delete"),
    ]),
])
# --8<-- [end:groups]


# --8<-- [start:ask]
async def ask() -> None:
    for route, steps in API.table():
        print(f"{route:35} {steps}")
        assert "five_a_minute" in steps or "logged_in" in steps, f"{route} has no policy"
    app = httpx.ASGITransport(Starlette(routes=[API.mount()]))
    async with redis, httpx.AsyncClient(transport=app, base_url="http://test/api/v1") as client:
        logins = [await client.post("/auth/login") for _ in range(6)]
        print("\nlogin six times:", *(answer.status_code for answer in logins))
        assert [answer.status_code for answer in logins] == [200] * 5 + [429]
        assert 0 < int(logins[-1].headers["Retry-After"]) <= 60
        for who in ("nobody", "bob", "ada"):
            headers = {"Authorization": f"Bearer token-{who}"}
            listed = await client.get("/admin/users", headers=headers)
            gone = await client.delete("/admin/users/42", headers=headers)
            print(f"{who:7} list {listed.status_code}  delete {gone.status_code}")
            assert listed.status_code == gone.status_code
    print("last in the log:", log[-1])
# --8<-- [end:ask]


asyncio.run(ask())
assert len(log) == 12
