# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# timeout = 10
# ///
"""A proxy that guards /admin, an application that reads paths in its own way, and the gap between."""

import re
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import unquote

from snippet_support import free_port, running, serve, work_in_temporary_folder
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

work_in_temporary_folder()
# --8<-- [start:nginx]
NGINX = """
daemon off; master_process off; pid nginx.pid;
events {}
http {
    access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
    fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    server {
        listen 127.0.0.1:PORT;
        location /admin { return 403; }           # the guard
        location / { proxy_pass ORIGIN; }         # the request's path as it came
        location /decoded/ {
            rewrite ^/decoded(/.*)$ $1 break;     # the path decoded, and
            proxy_pass ORIGIN$uri;                # the application decodes again
        }
    }
}
"""
# --8<-- [end:nginx]


# --8<-- [start:application]
def normalised(path: str) -> str:
    """Read a path as servlet containers do: drop `;parameters`, then resolve the dots."""
    segments: list[str] = []
    for segment in re.sub(r";[^/]*", "", unquote(path)).split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/" + "/".join(segments)


def application(*, guarded: bool) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = normalised(scope["raw_path"].decode())
        if path.split("/")[1] != "admin":
            answer = PlainTextResponse(f"public {path}")
        elif guarded and "authorization" not in Request(scope).headers:
            answer = PlainTextResponse("forbidden", 403)  # asked of the route, not of the text
        else:
            answer = PlainTextResponse("the admin's page")
        await answer(scope, receive, send)

    return app
# --8<-- [end:application]


# --8<-- [start:attack]
ATTEMPTS = [
    "/admin",
    "//admin",
    "/%61dmin",
    "/shop/../admin",
    "/shop/..;/admin",
    "/;v=1/admin",
    "/decoded/%2561dmin",
]


def attack(port: int) -> dict[str, int]:
    """Send each path exactly as it is written; most clients would tidy it first."""
    result = {}
    for path in ATTEMPTS:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", path)
        answer = connection.getresponse()
        result[path] = answer.status
        print(f"  {path:20} {answer.status} {answer.read().decode().split(chr(13))[0][:16]}")
        connection.close()
    return result
# --8<-- [end:attack]


for guarded in (False, True):
    print("the application checks too:" if guarded else "only the proxy checks:")
    port = free_port()
    with serve(application(guarded=guarded)) as url:
        Path("nginx.conf").write_text(NGINX.replace("PORT", str(port)).replace("ORIGIN", url))
        with running(["nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"], port=port):
            result = attack(port)
    through = [path for path, status in result.items() if status == 200]
    assert through == ([] if guarded else ATTEMPTS[4:])
