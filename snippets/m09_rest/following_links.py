# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Two constraints and what they buy: no memory in the server, and links instead of built URLs."""

import secrets
from contextlib import ExitStack

import httpx
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKENS = {"t-ada": "ada"}  # stands for a signature that every server can check


# --8<-- [start:servers]
def server(layout: str) -> Starlette:
    """Be one of several equal servers: sessions of its own, URLs by the layout."""
    sessions: dict[str, str] = {}
    state = {"7": "paid", "8": "shipped"}

    async def login(request: Request) -> Response:
        sessions[session := secrets.token_hex(8)] = "ada"
        return JSONResponse({"session": session})

    async def me(request: Request) -> Response:
        who = sessions.get(request.headers.get("x-session", ""))
        who = who or TOKENS.get(request.headers.get("authorization", ""))
        return JSONResponse({"me": who}, 200 if who else 401)

    async def start(request: Request) -> Response:
        return JSONResponse({"links": {"orders": f"/{layout}"}})

    async def orders(request: Request) -> Response:
        return JSONResponse([described(order) for order in state])

    def described(order: str) -> dict[str, object]:
        links = {"self": f"/{layout}/{order}"}
        if state[order] != "shipped":  # the rule stands here, and nowhere else
            links["cancel"] = f"/{layout}/{order}/cancellation"
        return {"id": order, "state": state[order], "links": links}

    async def cancel(request: Request) -> Response:
        state[request.path_params["order"]] = "cancelled"
        return Response(status_code=201)

    return Starlette(routes=[
        Route("/", start), Route("/login", login, methods=["POST"]), Route("/me", me),
        Route(f"/{layout}", orders),
        Route(f"/{layout}/{{order}}/cancellation", cancel, methods=["POST"]),
    ])
# --8<-- [end:servers]


# --8<-- [start:clients]
def builder(client: httpx.Client) -> str:
    """Know the URLs, and the rule about what may be cancelled."""
    return str(client.post("/orders/7/cancellation").status_code)


def follower(client: httpx.Client) -> str:
    """Know one URL and two words."""
    orders = client.get(client.get("/").json()["links"]["orders"]).json()
    links = [order["links"] for order in orders]
    allowed = [link["cancel"] for link in links if "cancel" in link]
    return f"{len(allowed)} of {len(orders)} may be cancelled, " + ", ".join(
        str(client.post(link).status_code) for link in allowed
    )
# --8<-- [end:clients]


with ExitStack() as stack:
    def start(layout: str) -> httpx.Client:
        url = stack.enter_context(serve(server(layout)))
        return stack.enter_context(httpx.Client(base_url=url, trust_env=False))

    # --8<-- [start:ask]
    print("[ask]")
    first, second = start("orders"), start("orders")  # as a load balancer takes turns
    session = {"x-session": first.post("/login").json()["session"]}
    complete = {"authorization": "t-ada"}
    for name, headers in {"session in memory": session, "all of it": complete}.items():
        codes = [one.get("/me", headers=headers).status_code for one in (first, second)]
        print(f"{name}: first server {codes[0]}, second server {codes[1]}")
    # --8<-- [end:ask]
    assert codes == [200, 200] and second.get("/me", headers=session).status_code == 401

    print("[move]")
    # --8<-- [start:move]
    for layout in ("orders", "sales/orders"):
        client = start(layout)
        print(f"/{layout}: follower: {follower(client)}; builder: {builder(client)}")
    # --8<-- [end:move]
