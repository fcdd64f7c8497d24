# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# ///
"""Let two careless servers read the same bytes, then show them to nginx."""

import socket
from collections.abc import Callable
from pathlib import Path

from snippet_support import free_port, running, work_in_temporary_folder

work_in_temporary_folder()
# --8<-- [start:careless]
HIDDEN = b"GET /admin HTTP/1.1\r\nHost: api.shop.example\r\n\r\n"
CONTENT = b"0\r\n\r\n" + HIDDEN  # for a reader of chunks, "0" is the end
ATTACK = (
    b"POST /search HTTP/1.1\r\nHost: api.shop.example\r\n"
    b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n%s"
) % (len(CONTENT), CONTENT)


def believe_length(head: bytes, rest: bytes) -> int:
    if b"Content-Length: " not in head:
        return 0
    return int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])


def believe_chunks(head: bytes, rest: bytes) -> int:
    chunked = b"Transfer-Encoding: chunked" in head
    return rest.index(b"0\r\n\r\n") + 5 if chunked else 0


def requests_seen(data: bytes, end: Callable[[bytes, bytes], int]) -> list[str]:
    """Cut a connection's bytes into requests, by one idea of where content ends."""
    seen = []
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        seen.append(head.split(b" HTTP/")[0].decode())
        data = data[end(head, data):]
    return seen


front, back = (requests_seen(ATTACK, end) for end in (believe_length, believe_chunks))
print(f"a proxy that believes Content-Length sees {front}")
print(f"a server that believes the chunks sees    {back}")
assert (front, back) == (["POST /search"], ["POST /search", "GET /admin"])
# --8<-- [end:careless]

NGINX = """
daemon off; master_process off; pid nginx.pid;
events {}
http {
    access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
    fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    server { listen 127.0.0.1:PORT; location / { return 200 "ok"; } }
}
"""


# --8<-- [start:nginx]
def status(port: int, message: bytes) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(message)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read().split(b"\r\n")[0].decode()


port = free_port()
Path("nginx.conf").write_text(NGINX.replace("PORT", str(port)))
with running(["nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"], port=port):
    both = status(port, ATTACK)
    chunks = status(port, ATTACK.replace(b"Content-Length", b"X-No-Length"))
print(f"nginx, both fields:  {both}")
print(f"nginx, chunked only: {chunks}")
assert " 400 " in both and " 200 " in chunks
# --8<-- [end:nginx]
