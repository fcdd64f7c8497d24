# /// script
# requires-python = ">=3.11"
# dependencies = ["brotli>=1.1", "httpx>=0.28", "snippet-support", "starlette>=0.41",
#                 "zstandard>=0.23"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# redact = [{ pattern = '\d+ bytes', as = "… bytes" }]
# ///
"""Choose type, language and coding by q-values; compress; say 406 when nothing fits."""

import gzip
import json
from collections.abc import Callable

import brotli
import httpx
import zstandard
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ORDERS = [{"id": n, "status": "paid", "total": f"{n * 7 % 90}.50"} for n in range(200)]
JSON = json.dumps(ORDERS).encode()
XML = "".join(f"<order id='{o['id']}' total='{o['total']}'/>" for o in ORDERS)
XML = f"<orders>{XML}</orders>"
TYPES = {"application/json": JSON, "application/xml": XML.encode()}


# --8<-- [start:choose]
def weights(field: str) -> dict[str, float]:
    """Read 'a, b;q=0.5' into {'a': 1.0, 'b': 0.5}."""
    found = {}
    for item in field.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        if name:
            found[name] = float(quality)
    return found


def patterns(offer: str) -> list[str]:
    """List what may match an offer, the most specific first."""
    main, slash, _ = offer.partition("/")
    language = [offer.split("-")[0]] if "-" in offer else []
    return [offer, f"{main}/*", "*/*"] if slash else [offer, *language, "*"]


def choose(field: str | None, offers: list[str]) -> str | None:
    """Return the best offer; our order decides between equals. None: nothing fits."""
    if field is None:
        return offers[0]  # no preference stated
    wanted = weights(field)

    def quality(offer: str) -> float:
        named = [wanted[p] for p in patterns(offer.lower()) if p in wanted]
        return named[0] if named else float(offer == "identity") / 1000

    best = max(offers, key=quality)  # max keeps the first of equals
    return best if quality(best) > 0 else None
# --8<-- [end:choose]


# --8<-- [start:handler]
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": zstandard.ZstdCompressor(level=3).compress,
    "br": lambda data: brotli.compress(data, quality=5),
    "gzip": lambda data: gzip.compress(data, compresslevel=6, mtime=0),
    "identity": bytes,
}
VARY = {"Vary": "Accept, Accept-Encoding, Accept-Language"}


async def orders(request: Request) -> Response:
    ask = request.headers
    media = choose(ask.get("Accept"), list(TYPES))
    if media is None:  # or answer with a default: the standard allows either
        return Response(" ".join(TYPES), 406, VARY)
    language = choose(ask.get("Accept-Language"), ["en", "nb"]) or "en"  # a default
    coding = choose(ask.get("Accept-Encoding"), list(CODINGS)) or "identity"
    fields = VARY | {"Content-Language": language}
    if coding != "identity":
        fields["Content-Encoding"] = coding
    return Response(CODINGS[coding](TYPES[media]), 200, fields, media)
# --8<-- [end:handler]


# --8<-- [start:ask]
CASES = [
    {"Accept": "application/xml;q=0.4, application/json;q=0.7",
     "Accept-Encoding": "gzip, br;q=0.9", "Accept-Language": "en-US, en;q=0.8"},
    {"Accept": "application/xml", "Accept-Encoding": "gzip, br, zstd"},
    {"Accept": "*/*;q=0.1, application/json;q=0", "Accept-Encoding": "br"},
    {"Accept": "text/html", "Accept-Encoding": "gzip"},
    {"Accept-Encoding": "identity", "Accept-Language": "nb-NO, nb;q=0.9, en;q=0.1"},
]
app, results = Starlette(routes=[Route("/orders", orders)]), []
with serve(app) as url, httpx.Client() as client:
    client.headers.clear()
    for case in CASES:
        with client.stream("GET", f"{url}/orders", headers=case) as answer:
            size = sum(len(chunk) for chunk in answer.iter_raw())
        print(*(f"{name}: {value}" for name, value in case.items()), sep="\n")
        told = [answer.headers.get(f"content-{name}", "-") for name in
                ("type", "encoding", "language")]
        results.append(f"{answer.status_code} {' '.join(told)}")
        print(f"  -> {results[-1]} {size} bytes")
        assert answer.headers["vary"] == VARY["Vary"]
assert results == [
    "200 application/json gzip en", "200 application/xml zstd en",
    "200 application/xml br en", "406 - - -", "200 application/json - nb"]
# --8<-- [end:ask]
