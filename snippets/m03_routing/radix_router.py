# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "starlette>=0.41"]
#
# [tool.snippets-runner]
# timeout = 10
# ///
"""A router that walks a tree of path segments, beside Starlette's, which tries a list."""

import asyncio

import httpx
from route_tree import Node, match
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

ROUTES = """GET /users/{name}|GET /users/{id:int}|GET /users/me|DELETE /users/{id:int}|
GET /users/{id:int}/posts|GET /orgs/{org}/teams/{team}/members|GET /health|
GET /files/{path:path}""".replace("\n", "").split("|")


# --8<-- [start:cases]
CASES = """GET /health|HEAD /health|GET /health/|GET /Health|GET /users/me|GET /users/42|
GET /users/٤٢|DELETE /users/42|OPTIONS /users/42|PUT /users/me|GET /users/42/posts|
GET /orgs/a%2Fb/teams/core/members|GET /files/css/site.css|GET /files/"""


async def ask(root: Node) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raw = scope["raw_path"].decode()  # scope["path"] is decoded: too late to split
        status, found, params = match(root, scope["method"], raw)
        headers = {} if status in (200, 404) else {"Allow": found}
        body = " ".join([found, *(f"{k}={v}" for k, v in params.items())])
        answer = Response(body if status == 200 else "", status, headers)
        await answer(scope, receive, send)

    statuses: list[int] = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        for case in CASES.replace("\n", "").split("|"):
            method, path = case.split(" ")
            answer = await client.request(method, f"http://test{path}")
            told = answer.headers.get("Allow", answer.text)
            print(f"{case:34} {answer.status_code} {told}")
            statuses.append(answer.status_code)
    right = "200 200 404 404 200 200 200 200 204 405 200 200 200 404"
    assert statuses == [int(status) for status in right.split()]
# --8<-- [end:cases]


tree = Node()
for each in ROUTES:
    tree.add(each)
asyncio.run(ask(tree))


# --8<-- [start:list]
def first_of_list(routes: list[str], path: str) -> tuple[int, str]:
    """Return how many routes Starlette tried, and which one it took."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
    for tried, route in enumerate(routes, start=1):
        method, template = route.split(" ")
        if Route(template, Response, methods=[method]).matches(scope)[0] is Match.FULL:
            return tried, route
    raise LookupError(path)


taken = first_of_list(ROUTES, "/users/me")[1]
print(f"\nthe list answers /users/me by {taken}")
assert taken == "GET /users/{name}"
for more in (0, 100, 900):
    many = [f"GET /r{number}/{{id}}" for number in range(more)] + ROUTES
    tree, Node.visits = Node(), 0
    for each in many:
        tree.add(each)
    match(tree, "GET", "/users/42/posts")
    tried = first_of_list(many, "/users/42/posts")[0]
    print(f"{len(many):>3} routes: the list tries {tried:>3}, the tree visits {Node.visits}")
    assert (tried, Node.visits) == (more + 5, 4)
# --8<-- [end:list]
