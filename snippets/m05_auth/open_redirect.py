# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "pydantic>=2.10", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""A `next` that leads to another site, though it begins with a slash."""

from urllib.parse import urlsplit

import httpx
from pydantic import AnyUrl
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


# --8<-- [start:redirect]
def hopeful(target: str) -> str:
    return target if target.startswith("/") else "/"


def strict(target: str) -> str:
    """Only a path: no host, no backslash, nothing that a browser would leave out."""
    parts = urlsplit(target)
    ours = target.startswith("/") and not parts.scheme and not parts.netloc
    plain = all("!" <= mark <= "~" and mark != "\\" for mark in target)
    return target if ours and plain else "/"


RULES = {"hopeful": hopeful, "strict": strict}


async def login(request: Request) -> Response:
    where = RULES[request.path_params["rule"]](request.query_params["next"])
    return Response(status_code=303, headers={"Location": where})


def lands(location: str) -> str | None:
    """Resolve a Location as a browser does, with the parser of pydantic's URLs."""
    slashes = location.replace("\\", "/").startswith("//")
    return AnyUrl(f"https:{'' if slashes else '//shop.example'}{location}").host
# --8<-- [end:redirect]


# --8<-- [start:ask]
NEXT = ["/orders?page=2", "https://evil.example/", "//evil.example/",
        "/\\evil.example/"]
app = Starlette(routes=[Route("/{rule}", login)])
went: dict[str, list[str | None]] = {}
with serve(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
    for rule in RULES:
        replies = [client.get(f"/{rule}", params={"next": target}) for target in NEXT]
        went[rule] = [lands(reply.headers["location"]) for reply in replies]
for target, *hosts in zip(NEXT, *went.values(), strict=True):
    print(f"{target:22} hopeful: {hosts[0]:14} strict: {hosts[1]}")
# --8<-- [end:ask]
assert went["strict"] == ["shop.example"] * 4 and went["hopeful"].count("evil.example") == 2
