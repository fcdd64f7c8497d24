# /// script
# requires-python = ">=3.11"
# dependencies = []
# [tool.snippets-runner]
# redact = [{ pattern = 'Bearer \S+', as = "Bearer …" }]
# ///
"""Write HTTP/1.1 by hand, read it strictly, and see what a wrong length does."""

import secrets
import socket
import threading

BODY = b'{"name":"Ada","email":"ada@example.com"}'
TOKEN = secrets.token_urlsafe(9)  # made for this run, worth nothing afterwards

# --8<-- [start:read]
class Refused(Exception):
    """What is on the wire can't be read in exactly one way."""


def read_head(data: bytes) -> tuple[str, dict[str, str], bytes]:
    """Split at the first empty line: start line, fields, and what follows."""
    head, _, rest = data.partition(b"\r\n\r\n")
    start, *lines = head.decode("ascii").split("\r\n")
    fields: dict[str, str] = {}
    for name, colon, value in (line.partition(":") for line in lines):
        if not colon or not name or name != name.strip() or name.lower() in fields:
            raise Refused(f"bad or doubled field {name!r}")
        fields[name.lower()] = value.strip(" \t")
    return start, fields, rest


def content_length(fields: dict[str, str]) -> int:
    """Return the length, if that is the one thing which frames the content."""
    if "content-length" in fields and "transfer-encoding" in fields:
        raise Refused("Content-Length and Transfer-Encoding")
    length = fields.get("content-length", "0")
    if length.isascii() and length.isdigit():
        return int(length)
    raise Refused(f"Content-Length is {length!r}")
# --8<-- [end:read]
# --8<-- [start:serve]
def answer(connection: socket.socket) -> bytes:
    data = b""
    connection.settimeout(0.5)  # patience for bytes that were promised
    try:
        while b"\r\n\r\n" not in data:
            if not (more := connection.recv(4096)):
                raise Refused("the head has no end")
            data += more
        _, fields, content = read_head(data)
        while len(content) < (declared := content_length(fields)):
            if not (more := connection.recv(4096)):
                raise Refused(f"{len(content)} of {declared}, then the end")
            content += more
        if surplus := content[declared:]:
            raise Refused(f"{surplus!r} is no next request")
    except TimeoutError:
        return reply("408 Request Timeout", f"{len(content)} of {declared}, silence")
    except Refused as error:
        return reply("400 Bad Request", str(error))
    return reply("201 Created", '{"id":42}', "Location: /api/users/42\r\n")


def reply(status: str, text: str, extra: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\n{extra}Content-Length: {len(text)}\r\n"
    return f"{head}Connection: close\r\n\r\n{text}".encode("ascii")


def serve(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(answer(connection))
# --8<-- [end:serve]
def request(*framing: str) -> bytes:
    lines = ["POST /api/users HTTP/1.1", "Host: api.shop.example"]
    lines += [f"Authorization: Bearer {TOKEN}", "Content-Type: application/json"]
    return "\r\n".join([*lines, *framing, "", ""]).encode() + BODY


def send(message: bytes, *, hang_up: bool = True) -> bytes:
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(message)
        if hang_up:
            connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read()


def tell(case: str, message: bytes, *, hang_up: bool = True) -> str:
    head, _, content = send(message, hang_up=hang_up).partition(b"\r\n\r\n")
    status = head.split(b"\r\n")[0].removeprefix(b"HTTP/1.1 ").decode()
    print(f"{case} -> {status}: {content.decode()}")
    return status[:3]


with socket.create_server(("127.0.0.1", 0)) as listener:
    address = listener.getsockname()
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
# --8<-- [start:exchange]
    assert len(BODY) == 40
    print("[exchange]")
    for message in ((create := request("Content-Length: 40")), send(create)):
        print(message.decode().replace("\r\n", "\n"), end="\n\n")
# --8<-- [end:exchange]
# --8<-- [start:compare]
    print("[compare]")
    chunked = "Transfer-Encoding: chunked"
    statuses = [
        tell("body=40 bytes; declared 40", create),
        tell("body=40 bytes; declared 41 -> rejected", request("Content-Length: 41")),
        tell("the same, client waits", request("Content-Length: 41"), hang_up=False),
        tell("body=40 bytes; declared 39", request("Content-Length: 39")),
        tell("two framings", request("Content-Length: 40", chunked)),
        tell("two lengths", request("Content-Length: 40", "Content-Length: 0")),
    ]
    assert statuses == ["201", "400", "408", "400", "400", "400"]
# --8<-- [end:compare]
