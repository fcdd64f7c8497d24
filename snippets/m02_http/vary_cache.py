# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# ///
"""Forget Vary in front of a shared cache, and hand one visitor's variant to another."""

import gzip
from pathlib import Path

import httpx
from snippet_support import free_port, running, serve, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

work_in_temporary_folder()
NGINX = """
daemon off; master_process off; pid nginx.pid;
events {}
http {
    access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
    fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    proxy_cache_path cache keys_zone=edge:1m;
    server {
        listen 127.0.0.1:PORT;
        proxy_cache edge;
        add_header Cache-Status $upstream_cache_status;
        location / { proxy_pass ORIGIN; }
    }
}
"""
OURS = {"https://shop.example", "https://admin.example"}


# --8<-- [start:origin]
async def answer(request: Request) -> Response:
    """Depend on two request fields; say so only below /careful."""
    origin, content = request.headers.get("Origin", ""), b"price list"
    fields = {"Cache-Control": "max-age=60"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        fields["Content-Encoding"], content = "gzip", gzip.compress(content)
    if origin in OURS:
        fields["Access-Control-Allow-Origin"] = origin
    if request.url.path.startswith("/careful"):
        fields["Vary"] = "Accept-Encoding, Origin"
    return Response(content, headers=fields)
# --8<-- [end:origin]


# --8<-- [start:ask]
def ask(client: httpx.Client, path: str) -> tuple[bool, bool]:
    """Visit twice: from the shop, with gzip; then from the back office, without."""
    shop, admin = "https://shop.example", "https://admin.example"
    client.get(path, headers={"Accept-Encoding": "gzip", "Origin": shop})
    visit = {"Accept-Encoding": "identity", "Origin": admin}
    with client.stream("GET", path, headers=visit) as second:
        raw = b"".join(second.iter_raw())
    allowed = second.headers.get("access-control-allow-origin")
    print(f"{path}: second visitor, {second.headers['cache-status']}")
    print("  content:", "gzip, unasked" if raw[:1] == b"\x1f" else raw.decode())
    print(f"  allowed origin: {allowed}, its own: {admin}")
    return raw == b"price list", allowed == admin


port = free_port()
with serve(Starlette(routes=[Route("/{path:path}", answer)])) as url:
    config = NGINX.replace("PORT", str(port)).replace("ORIGIN", url)
    Path("nginx.conf").write_text(config)
    with (
        running(["nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"], port=port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        assert ask(client, "/careless") == (False, False)
        assert ask(client, "/careful") == (True, True)
# --8<-- [end:ask]
