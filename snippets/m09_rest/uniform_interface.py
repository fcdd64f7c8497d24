# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# timeout = 30
# ///
"""What a proxy that knows nothing of our orders can do for them, if HTTP's words are used."""

import socket
import threading
from pathlib import Path

import httpx
from snippet_support import free_port, running, serve, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

work_in_temporary_folder()
seen: list[str] = []


# --8<-- [start:apis]
def order() -> Response:
    headers = {"Cache-Control": "max-age=60"}
    return JSONResponse({"id": 7, "state": "paid"}, headers=headers)


async def level_0(request: Request) -> Response:
    """One URL, one method, and the action in the body."""
    body = await request.json()
    seen.append(body["do"])
    return order()


async def level_2(request: Request) -> Response:
    seen.append(request.method)
    return order()


app = Starlette(routes=[
    Route("/api", level_0, methods=["POST"]),
    Route("/orders/7", level_2, methods=["GET", "PUT"]),
])
# --8<-- [end:apis]


def hang_up(listener: socket.socket) -> None:
    """Be the second server, which dies with each request."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.recv(10_000)
        connection.close()


# --8<-- [start:nginx]
NGINX = """
daemon off; master_process off; pid nginx.pid; events {}
http {
  access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
  fastcgi_temp_path tmp; scgi_temp_path tmp; uwsgi_temp_path tmp;
  proxy_cache_path cache keys_zone=orders:1m;
  upstream shop { server GOOD max_fails=0; server BAD max_fails=0; }
  server {
    listen 127.0.0.1:PORT;
    location / { proxy_pass http://shop; }
    location /cached/ { proxy_pass http://GOOD/; proxy_cache orders; }
  }
}
"""
# --8<-- [end:nginx]


# --8<-- [start:ask]
def ask(client: httpx.Client, prefix: str) -> dict[str, list[int]]:
    read, api, item = {"do": "read", "order": 7}, f"{prefix}/api", f"{prefix}/orders/7"
    return {
        "GET /orders/7": [client.get(item).status_code for _ in range(6)],
        "POST /api, do: read": [client.post(api, json=read).status_code for _ in range(6)],
    }


def show(client: httpx.Client) -> None:
    for name, codes in ask(client, "").items():
        print(f"one of two servers dies: {name:20} {codes.count(200)} of 6 answered")
    seen.clear()
    ask(client, "/cached")
    for word in ("GET", "read"):
        print(f"through a cache: {word:4} reached the server {seen.count(word)} times")
    # --8<-- [end:ask]
    assert (seen.count("GET"), seen.count("read")) == (1, 6)


with serve(app) as url, socket.create_server(("127.0.0.1", 0)) as listener:
    threading.Thread(target=hang_up, args=(listener,), daemon=True).start()
    port, bad = free_port(), f"127.0.0.1:{listener.getsockname()[1]}"
    text = NGINX.replace("PORT", str(port)).replace("BAD", bad)
    Path("nginx.conf").write_text(text.replace("GOOD", url.removeprefix("http://")))
    command: list[str | Path] = ["nginx", "-e", "stderr", "-p", Path.cwd(), "-c", "nginx.conf"]
    front = f"http://127.0.0.1:{port}"
    with running(command, port=port, timeout=20), httpx.Client(base_url=front) as client:
        show(client)
