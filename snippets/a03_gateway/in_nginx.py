# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "httpx>=0.28", "pyjwt>=2.10",
#   "snippet-support", "starlette>=0.41"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# timeout = 20
# redact = [{ pattern = '\d+\.\d ms', as = "… ms" }]
# ///
"""The same gateway in nginx: most of it is configuration, and some of it differs."""

import asyncio
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from snippet_support import free_port, running, serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY, asked = Ed25519PrivateKey.generate(), Counter[str]()
# --8<-- [start:nginx]
NGINX = """
daemon off; pid nginx.pid; events {}
http {
  access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
  fastcgi_temp_path tmp; scgi_temp_path tmp; uwsgi_temp_path tmp;
  limit_req_zone $binary_remote_addr zone=address:1m rate=1r/m;
  limit_req_status 429;
  upstream reviews {
    server SHOP max_fails=2 fail_timeout=30s;
    server 127.0.0.1:FALLBACK backup;
  }
  server { listen 127.0.0.1:FALLBACK; return 503; }
  server {
    listen 127.0.0.1:PORT;
    auth_request /check;
    auth_request_set $user $upstream_http_user_id;
    proxy_set_header user-id $user;
    proxy_set_header Authorization "";
    proxy_read_timeout 1s;
    location = /check { internal; proxy_pass http://SHOP; proxy_pass_request_body off;
                        proxy_set_header Content-Length "";
                        proxy_set_header Authorization $http_authorization; }
    location = /orders { proxy_pass http://SHOP; }
    location = /search { limit_req zone=address burst=4 nodelay;
                         proxy_pass http://SHOP; }
    location = /reviews { proxy_pass http://reviews; proxy_next_upstream off; }
    location / { auth_request off; return 404; }
  }
}
"""
# --8<-- [end:nginx]


async def check(request: Request) -> Response:
    """Answer nginx's subrequest: who is it?"""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        who = jwt.decode(token, KEY.public_key(), ["EdDSA"], audience="shop")
    except jwt.InvalidTokenError:
        return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
    return Response(status_code=204, headers={"user-id": who["sub"]})


async def service(request: Request) -> Response:
    asked[request.url.path] += 1
    while request.url.path == "/reviews" and not await request.is_disconnected():  # hangs
        await asyncio.sleep(0.01)
    return JSONResponse({"seen as": request.headers.get("user-id")})


def main(shop: str, front: str, http: httpx.Client) -> None:
    signed = jwt.encode({"sub": "ann", "aud": "shop", "exp": time.time() + 60}, KEY, "EdDSA")
    token = {"Authorization": f"Bearer {signed}", "user-id": "admin"}
    # --8<-- [start:run]
    def get(path: str) -> httpx.Response:
        return http.get(front + path, headers=token)

    none, good = http.get(front + "/orders").status_code, get("/orders").json()
    lost = get("/x").status_code
    print(f"no token: {none}, good token: {good}, unknown route: {lost}")
    burst = [get("/search").status_code for _ in range(7)]
    print(f"5 an address: {burst}")
    hung = [get("/reviews").status_code for _ in range(4)]
    print(f"upstream hangs: {hung}, asked {asked['/reviews']} times")
    through = min(get("/orders").elapsed for _ in range(50))
    direct = min(http.get(shop + "/orders").elapsed for _ in range(50))
    added = (through - direct).total_seconds() * 1000
    print(f"nginx adds {added:.1f} ms to the fastest of 50 requests")
    assert none == 401 and good == {"seen as": "ann"} and 0 < added < 100
    assert burst == [200] * 5 + [429] * 2 and hung == [504, 504, 503, 503]
    # --8<-- [end:run]


if __name__ == "__main__":
    app = Starlette(routes=[Route("/check", check), Route("/{name}", service)])
    http, root = httpx.Client(timeout=10), tempfile.TemporaryDirectory()
    with root as folder, serve(app) as shop, http:
        port, fallback = free_port(), free_port()
        words = {"PORT": port, "FALLBACK": fallback, "SHOP": shop.removeprefix("http://")}
        for word, value in words.items():
            NGINX = NGINX.replace(word, str(value))
        Path(folder, "nginx.conf").write_text(NGINX)
        with running(["nginx", "-e", "stderr", "-p", folder, "-c", "nginx.conf"], port=port):
            main(shop, f"http://127.0.0.1:{port}", http)
