# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# ///
"""Ask whether a copy is still good, and refuse to overwrite what was not read."""

import hashlib
import json
import socket
from pathlib import Path

from snippet_support import free_port, running, serve, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

work_in_temporary_folder()
# --8<-- [start:nginx]
NGINX = """
daemon off; master_process off; pid nginx.pid; events {}
http {
    access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
    fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    proxy_cache_path cache keys_zone=edge:1m;
    map $upstream_cache_status $verdict {
        HIT     "edge; hit";            # the words of RFC 9211
        MISS    "edge; fwd=uri-miss";
        BYPASS  "edge; fwd=request";
        default "edge; fwd=method";
    }
    server {
        listen 127.0.0.1:%d;
        proxy_cache edge;
        proxy_cache_bypass $http_cache_control;  # the client asks for the origin
        add_header Cache-Status $verdict always;
        location / { proxy_pass %s; }
    }
}
"""
# --8<-- [end:nginx]
Answer = tuple[int, dict[str, str]]
user = {"id": 42, "name": "Ada", "city": "London"}
# --8<-- [start:handler]
def strong_tag(content: bytes) -> str:
    """Change with every byte: the tag is made of the bytes that are sent."""
    return f'"{hashlib.sha256(content).hexdigest()[:8]}"'


def names(field: str, tag: str) -> bool:
    """Tell whether a list of tags names ours; If-None-Match compares weakly."""
    return tag in [each.strip().removeprefix("W/") for each in field.split(",")]


async def profile(request: Request) -> Response:
    content = json.dumps(user).encode()
    tag = strong_tag(content)
    fields = {"ETag": tag, "Cache-Control": "max-age=60, must-revalidate"}
    if request.method == "GET":
        if names(request.headers.get("If-None-Match", ""), tag):
            return Response(status_code=304, headers=fields)
        return Response(content, headers=fields, media_type="application/json")
    if (expected := request.headers.get("If-Match")) is None:
        return Response(status_code=428)  # we insist on a condition
    if tag not in expected.split(", "):
        return Response(status_code=412)  # somebody else was here
    user.update(await request.json())
    new = strong_tag(json.dumps(user).encode())
    return Response(status_code=204, headers={"ETag": new})
# --8<-- [end:handler]
# --8<-- [start:talk]
def talk(port: int, method: str, *fields: str, body: str = "") -> Answer:
    """Send one request through nginx; print the messages as they were on the wire."""
    lines = [f"{method} /api/users/42 HTTP/1.1", "Host: api.shop.example", *fields]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    message = "\r\n".join([*lines, "Connection: close", "", body])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(message.encode())
        answer = connection.makefile("rb").read().decode()
    head, _, content = answer.partition("\r\n\r\n")
    status, *rest = head.split("\r\n")
    told = [line for line in rest if line.split(":")[0].lower() not in UNTOLD]
    if body:
        print(method, *fields, body, "->", status.removeprefix("HTTP/1.1 "))
    else:
        print(*lines, "", status, *told, f"({len(content)} bytes of content)", sep="\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in rest)


UNTOLD = {"server", "date", "connection"}
# --8<-- [end:talk]
port = free_port()
app = Starlette(routes=[Route("/{p:path}", profile, methods=["GET", "PUT"])])
with serve(app) as url:
    Path("nginx.conf").write_text(NGINX % (port, url))
    with running(["nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"], port=port):
# --8<-- [start:first]
        print("[first]")
        first, fields = talk(port, "GET")
        etag, now = fields["etag"], "Cache-Control: no-cache"
# --8<-- [end:first]
# --8<-- [start:again]
        print("[again]")
        again, hit = talk(port, "GET", f"If-None-Match: {etag}")
        assert (first, again, hit["cache-status"]) == (200, 304, "edge; hit")
# --8<-- [end:again]
# --8<-- [start:write]
        print("[write]")
        blind, _ = talk(port, "PUT", body='{"city":"Oslo"}')
        won, _ = talk(port, "PUT", f"If-Match: {etag}", body='{"city":"Oslo"}')
        lost, _ = talk(port, "PUT", f"If-Match: {etag}", body='{"city":"Paris"}')
        changed, _ = talk(port, "GET", f"If-None-Match: {etag}", now)
        assert (blind, won, lost, changed) == (428, 204, 412, 200)
# --8<-- [end:write]
