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
"""Ask who the client is, behind an L4 balancer and nginx, when the client lies."""

import json
import socket
from ipaddress import ip_address, ip_network
from pathlib import Path

from snippet_support import free_port, running, serve, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

work_in_temporary_folder()
CLIENT = "198.51.100.7"  # where the connection comes from
CLAIMED = "203.0.113.99"  # what the client writes into the header
OUR_PROXIES = [ip_network("127.0.0.0/8")]

# --8<-- [start:nginx]
NGINX = """
daemon off;
pid nginx.pid;
events {{ }}
http {{
    access_log off;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
    uwsgi_temp_path tmp; scgi_temp_path tmp;
    server {{
        listen 127.0.0.1:{port} proxy_protocol;  # the L4 balancer names the client,
        set_real_ip_from 127.0.0.0/8;            # and only the balancer is believed
        real_ip_header proxy_protocol;           # -> $remote_addr
        location /append {{
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_pass {app};
        }}
        location /replace {{
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header Forwarded "for=$remote_addr;proto=$scheme";
            proxy_pass {app};
        }}
    }}
}}
"""
# --8<-- [end:nginx]


# --8<-- [start:trust]
def client_address(peer: str, forwarded_for: str) -> str:
    """Walk back from our own socket to the first address that is not our proxy.

    That one is the client. What stands left of it was in the client's hands.
    """
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    for hop in reversed([*hops, peer]):
        if not any(ip_address(hop) in network for network in OUR_PROXIES):
            return hop
    return peer  # no stranger on the way: the request began inside


async def who(request: Request) -> JSONResponse:
    assert request.client is not None
    header = request.headers.get("x-forwarded-for", "")
    trusted = client_address(request.client.host, header)
    return JSONResponse(
        {"header": header, "naive": header.split(",")[0], "trusted": trusted}
    )
# --8<-- [end:trust]


# --8<-- [start:ask]
def ask(port: int, path: str) -> dict[str, str]:
    """Send what an L4 balancer sends: a PROXY line, then the client's own bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(
            f"PROXY TCP4 {CLIENT} 192.0.2.1 51234 443\r\n"
            f"GET {path} HTTP/1.0\r\nX-Forwarded-For: {CLAIMED}\r\n\r\n".encode()
        )
        reply = connection.makefile("rb").read()
    seen: dict[str, str] = json.loads(reply.partition(b"\r\n\r\n")[2])
    print(f"{path}: " + "  ".join(f"{name}={value}" for name, value in seen.items()))
    return seen


def compare(port: int) -> None:
    print(f"client {CLIENT} claims to be {CLAIMED}")
    appended, replaced = ask(port, "/append"), ask(port, "/replace")
    assert appended["naive"] == CLAIMED  # rate limits and geo rules see the lie
    assert appended["trusted"] == replaced["trusted"] == replaced["naive"] == CLIENT
    assert client_address(peer=CLIENT, forwarded_for=CLAIMED) == CLIENT
    print(f"past nginx, straight to the app: trusted={CLIENT}, header ignored")
    print("with trusted hops the client cannot choose the address the app sees")
# --8<-- [end:ask]


port = free_port()
with serve(Starlette(routes=[Route("/{path:path}", who)]), proxy_headers=False) as app:
    Path("nginx.conf").write_text(NGINX.format(port=port, app=app))
    with running(["nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"], port=port):
        compare(port)
