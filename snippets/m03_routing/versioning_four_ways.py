# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# timeout = 10
# ///
"""One resource in two versions, asked for in four ways, behind a shared cache."""

from pathlib import Path

import httpx
from snippet_support import free_port, running, serve, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

work_in_temporary_folder()
NGINX = """
daemon off; master_process off; pid nginx.pid;
events {}
http {
    access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
    fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    proxy_cache_path cache keys_zone=api:1m;
    proxy_cache api;
    add_header X-Cache $upstream_cache_status;
    server {
        listen 127.0.0.1:PORT;
        location / { proxy_cache_key $host$request_uri; proxy_pass ORIGIN; }
        location /cut/ {  # a cache that was told to drop query strings
            proxy_cache_key $host$uri; proxy_pass ORIGIN;
        }
    }
}
"""

# --8<-- [start:origin]
MEDIA = "application/vnd.shop.v{}+json"
ADA = {"1": {"name": "Ada Lovelace"}, "2": {"given": "Ada", "family": "Lovelace"}}


async def user(request: Request) -> JSONResponse:
    """Answer in the version asked for; name in Vary what the choice depended on."""
    way, vary = request.path_params["way"], request.path_params["vary"] == "vary"
    headers = {"Cache-Control": "max-age=60"}
    if way == "uri":
        version = request.path_params["version"]
    elif way == "query":
        version = request.query_params["v"]
    elif way == "header":
        version = request.headers["API-Version"]
    else:
        version = next(v for v in ADA if request.headers["Accept"] == MEDIA.format(v))
        headers["Content-Type"] = MEDIA.format(version)
    if vary:
        headers["Vary"] = "Accept" if way == "media" else "API-Version"
    return JSONResponse(ADA[version], headers=headers)
# --8<-- [end:origin]


# --8<-- [start:ask]
def request_for(way: str, place: str, version: str) -> tuple[str, dict[str, str]]:
    path = f"/{place}/{way}"
    match way:
        case "uri":
            return f"{path}/v{version}/users/42", {}
        case "query":
            return f"{path}/users/42?v={version}", {}
        case "header":
            return f"{path}/users/42", {"API-Version": version}
        case _:
            return f"{path}/users/42", {"Accept": MEDIA.format(version)}


def ask(client: httpx.Client, way: str, place: str) -> bool:
    """Let one client ask for version 1, then another for version 2."""
    seen = []
    for version in ("1", "2"):
        path, headers = request_for(way, place, version)
        answer = client.get(path, headers=headers)
        right = answer.json() == ADA[version]
        seen.append(f"v{version}: {answer.headers['X-Cache']:4} {'right' if right else 'WRONG'}")
    print(f"{way:6} {place:5} {'  '.join(seen)}")
    return right
# --8<-- [end:ask]


origin = Starlette(
    routes=[
        Route("/{vary}/{way}/users/42", user),
        Route("/{vary}/{way}/v{version}/users/42", user),
    ]
)
port = free_port()
with serve(origin) as url:
    Path("nginx.conf").write_text(NGINX.replace("PORT", str(port)).replace("ORIGIN", url))
    with (
        running(["nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"], port=port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        tries = "uri plain|query plain|query cut|header plain|header vary|media plain|media vary"
        result = {each: ask(client, *each.split(" ")) for each in tries.split("|")}
wrong = [each for each, right in result.items() if not right]
assert wrong == ["query cut", "header plain", "media plain"]
