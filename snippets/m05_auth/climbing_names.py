# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Names that climb out of a folder: in a request, and in an archive."""

import io
import tarfile
from pathlib import Path

import httpx
from snippet_support import serve, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

root = work_in_temporary_folder().resolve()
(root / "public").mkdir()
(root / "public" / "terms.txt").write_text("Be kind.")
(root / "public-keys.txt").write_text("k-123")
(root / "secret.txt").write_text("s3cret")
print("[path]")


# --8<-- [start:path]
def joined(name: str) -> Path:
    return root / "public" / name


def prefixed(name: str) -> Path:
    file = (root / "public" / name).resolve()
    if not str(file).startswith(f"{root}/public"):  # a text, and not a folder
        raise PermissionError
    return file


def inside(name: str) -> Path:
    file = (root / "public" / name).resolve()  # links and dots are gone now
    if not file.is_relative_to(root / "public"):
        raise PermissionError
    return file


FINDERS = {"joined": joined, "prefixed": prefixed, "inside": inside}


def download(request: Request) -> PlainTextResponse:
    try:
        file = FINDERS[request.path_params["how"]](request.query_params["name"])
        return PlainTextResponse(file.read_text())
    except (OSError, ValueError):
        return PlainTextResponse("404", 404)


NAMES = ["terms.txt", "../secret.txt", f"{root}/secret.txt", "../public-keys.txt"]
app = Starlette(routes=[Route("/{how}", download)])
with serve(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
    got = {how: [client.get(f"/{how}", params={"name": name}).text for name in NAMES]
           for how in FINDERS}
for how, texts in got.items():
    print(f"{how:9}", " | ".join(texts))
# --8<-- [end:path]
assert "s3cret" in got["joined"] and "k-123" in got["prefixed"]
assert got["inside"] == ["Be kind.", "404", "404", "404"]
print("[archive]")

# --8<-- [start:archive]
buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode="w") as archive:
    member = tarfile.TarInfo("../crontab")
    member.size = 5
    archive.addfile(member, io.BytesIO(b"* * *"))
for find in (joined, inside):
    with tarfile.open(fileobj=io.BytesIO(buffer.getvalue())) as archive:
        for member in archive:
            content = archive.extractfile(member)
            try:
                find(member.name).write_bytes(content.read() if content else b"")
            except PermissionError:
                print(f"{find.__name__}: {member.name} refused")
    written = (root / "crontab").exists()
    print(f"{find.__name__}: written beside the folder: {written}")
    (root / "crontab").unlink(missing_ok=True)
# --8<-- [end:archive]
assert not written
