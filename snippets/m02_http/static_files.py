# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# ///
"""Let nginx serve a file: resume a broken download, miss a change within a second."""

import os
from pathlib import Path

import httpx
from snippet_support import free_port, running, work_in_temporary_folder

folder = work_in_temporary_folder()
NGINX = """
daemon off; master_process off; pid nginx.pid;
events {}
http {
    access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
    fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    server { listen 127.0.0.1:PORT; root FOLDER; }
}
"""
SECOND = 1_800_000_000  # a whole second; files are dated with parts of it
film, price = folder / "film.bin", folder / "price.txt"


def publish(file: Path, content: bytes, at: float) -> None:
    file.write_bytes(content)
    os.utime(file, ns=(int(at * 10**9), int(at * 10**9)))


# --8<-- [start:resume]
def resume(client: httpx.Client, part: bytes, etag: str) -> bytes:
    """Ask for the rest, or for the whole if the thing has changed meanwhile."""
    ask = {"Range": f"bytes={len(part)}-", "If-Range": etag}
    answer = client.get("/film.bin", headers=ask)
    where = answer.headers.get("content-range", "no Content-Range")
    print(f"  {answer.status_code}, {where}, {len(answer.content)} bytes")
    return part + answer.content if answer.status_code == 206 else answer.content


def download(client: httpx.Client) -> None:
    original, edited = bytes(range(256)) * 40, bytes(range(255, -1, -1)) * 40
    publish(film, original, SECOND)
    with client.stream("GET", "/film.bin") as answer:
        part = next(answer.iter_bytes(4096))  # and here the line breaks
    etag, size = answer.headers["etag"], answer.headers["content-length"]
    print(f"[resume]\n  200, but only {len(part)} of {size} bytes came")
    assert answer.headers["accept-ranges"] == "bytes"
    assert resume(client, part, etag) == original
    publish(film, edited, SECOND + 60)
    assert resume(client, part, etag) == edited
    beyond = client.get("/film.bin", headers={"Range": "bytes=99999-"})
    print(f"  {beyond.status_code}, {beyond.headers['content-range']}")
    assert beyond.status_code == 416
# --8<-- [end:resume]


# --8<-- [start:second]
def change_twice(client: httpx.Client) -> list[int]:
    """Publish three prices of the same length, two of them within one second."""
    statuses = []
    publish(price, b"price 10", SECOND)
    known = client.get("/price.txt")
    print("[second]")
    print(known.headers["etag"], known.headers["last-modified"])
    for content, at in ((b"price 20", SECOND + 0.5), (b"price 30", SECOND + 1)):
        publish(price, content, at)
        ask = {"If-None-Match": known.headers["etag"]}
        answer = client.get("/price.txt", headers=ask)
        statuses.append(answer.status_code)
        verdict = f"{answer.status_code} {answer.text}".rstrip()
        print(f"  {content.decode()}, {at - SECOND:g} s later -> {verdict}")
    return statuses
# --8<-- [end:second]


port = free_port()
config = NGINX.replace("PORT", str(port)).replace("FOLDER", str(folder))
Path("nginx.conf").write_text(config)
folder.chmod(0o755)
with (
    running(["nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"], port=port),
    httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
):
    download(client)
    assert change_twice(client) == [304, 200]
