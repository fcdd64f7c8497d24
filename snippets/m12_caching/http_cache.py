# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# timeout = 20
# ///
"""A real shared HTTP cache: what each Cache-Control line makes of a fresh and an expired entry."""

import time
from pathlib import Path

import httpx
from snippet_support import free_port, running, serve, wait_until, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

work_in_temporary_folder()
# --8<-- [start:nginx]
NGINX = """
daemon off; master_process off; pid nginx.pid;
events {}
http {
    access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
    fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    proxy_cache_path cache keys_zone=pages:1m;
    server {
        listen 127.0.0.1:PORT;
        proxy_cache pages;
        proxy_cache_key $scheme$host$request_uri;
        proxy_cache_lock on;               # of many misses, one goes to the origin
        proxy_cache_background_update on;  # serve stale now, refresh behind
        proxy_cache_revalidate on;         # ask with If-None-Match; a 304 has no body
        add_header X-Cache $upstream_cache_status always;
        location / { proxy_pass ORIGIN; }
        location /forgiving {
            proxy_pass ORIGIN;
            proxy_cache_use_stale error timeout http_500 http_502 http_503 http_504;
        }
    }
}
"""
# --8<-- [end:nginx]

# --8<-- [start:origin]
CACHE_CONTROL = {
    "/plain": "max-age=1",
    "/validated": "max-age=1",
    "/swr": "max-age=1, stale-while-revalidate=60",
    "/sie": "max-age=1, stale-if-error=60",
    "/forgiving": "max-age=1, stale-if-error=60",
    "/me": "max-age=60",
    "/me/private": "private, max-age=60",
}
origin = {"edition": 1, "requests": 0, "bodies": 0}


async def page(request: Request) -> Response:
    path, edition = request.url.path, origin["edition"]
    tag = '"never changes"' if path == "/validated" else f'"{edition}"'
    headers = {"Cache-Control": CACHE_CONTROL[path], "ETag": tag}
    origin["requests"] += 1
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers=headers)
    origin["bodies"] += 1
    if edition == 2 and path in ("/sie", "/forgiving"):
        return Response("error 500", status_code=500)
    user = request.headers.get("Authorization", "")  # nginx hands it on, and ignores it
    return Response(f"edition {edition} {user}".strip(), headers=headers)
# --8<-- [end:origin]


# --8<-- [start:sequence]
def play(client: httpx.Client) -> None:
    def get(path: str, **headers: str) -> str:
        answer = client.get(path, headers=headers)
        return f"{answer.headers['X-Cache']} {answer.text}"

    paths = [path for path in CACHE_CONTROL if not path.startswith("/me")]
    fresh = {path: [get(path), get(path)] for path in paths}
    expired = time.monotonic() + 2.1  # max-age=1, and nginx counts in whole seconds
    assert all(pair == ["MISS edition 1", "HIT edition 1"] for pair in fresh.values())
    print("fresh, all five: MISS edition 1, HIT edition 1")

    wait_until(lambda: time.monotonic() > expired)
    origin["edition"] = 2
    print("expired:")
    status = []
    for path in paths:
        before = dict(origin)
        first = get(path)
        if path == "/swr":
            wait_until(lambda: get("/swr") == "HIT edition 2")
        second = get(path)
        status.append(f"{first.split()[0]} {second.split()[0]}")
        asked, sent = (origin[what] - before[what] for what in ("requests", "bodies"))
        line = f"{path:<11} {first:<22} then {second:<18} "
        print(f"  {line} origin: {asked} asked, {sent} sent")
    assert status[:3] == ["EXPIRED HIT", "REVALIDATED HIT", "STALE HIT"]
    assert status[3:] == ["EXPIRED EXPIRED", "STALE STALE"]
    for path, leaks in {"/me": True, "/me/private": False}.items():
        alice, bob = get(path, Authorization="alice"), get(path, Authorization="bob")
        print(f"{path}: alice gets {alice}; bob gets {bob}")
        assert ("alice" in bob) is leaks
# --8<-- [end:sequence]


port = free_port()
with serve(Starlette(routes=[Route("/{path:path}", page)])) as url:
    Path("nginx.conf").write_text(NGINX.replace("PORT", str(port)).replace("ORIGIN", url))
    with (
        running(["nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"], port=port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        play(client)
