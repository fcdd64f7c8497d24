# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Play a browser's part of CORS: what is sent to the server, and what is readable."""

from typing import NamedTuple

import httpx
from snippet_support import serve
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SHOP, EVIL = "https://shop.example", "https://evil.example"
UNTOLD = {"accept", "accept-encoding", "connection", "user-agent", "date", "server"}
handled, preflights = list[str](), list[httpx.Response]()


async def orders(request: Request) -> JSONResponse:
    handled.append(request.method)
    return JSONResponse({"orders": 3})
# --8<-- [start:server]
class Cors(CORSMiddleware):
    def preflight_response(self, request_headers: object) -> Response:
        """Say 204; Starlette says 200 with the content "OK". Browsers take either."""
        answer = super().preflight_response(request_headers)  # type: ignore[arg-type]
        if answer.status_code == 200:
            keep = {k: v for k, v in answer.headers.items() if k[:8] != "content-"}
            answer = Response(status_code=204, headers=keep)
        return answer


METHODS = ["GET", "POST", "PUT", "DELETE"]
api = Starlette(routes=[Route("/orders", orders, methods=METHODS)])
strict = Cors(
    api, allow_origins=[SHOP], allow_methods=METHODS, allow_credentials=True,
    allow_headers=["authorization", "content-type"], max_age=86400,
)
star = Cors(api, allow_origins=["*"])
reflecting = Cors(api, allow_origins=["*"], allow_credentials=True)  # a trap
# --8<-- [end:server]
def lines(headers: httpx.Headers) -> list[str]:
    return [f"{name}: {headers[name]}" for name in headers if name not in UNTOLD]
# --8<-- [start:browser]
SAFE_METHODS = {"GET", "HEAD", "POST"}
SAFE_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
SAFE_FIELDS = {"accept", "accept-language", "content-language", "content-type"}


class Call(NamedTuple):
    origin: str
    method: str
    headers: dict[str, str]
    credentials: bool = False

    def unsafe_fields(self) -> list[str]:
        odd = self.headers.keys() - SAFE_FIELDS
        unsafe_type = self.headers.get("content-type", "text/plain") not in SAFE_TYPES
        return sorted(odd | {"content-type"} if unsafe_type else odd)


def permits(answer: httpx.Response, call: Call) -> bool:
    """The CORS check: exact origin, or * when no credentials are involved."""
    allowed = answer.headers.get("access-control-allow-origin")
    if not call.credentials:
        return allowed in {"*", call.origin}
    flag = answer.headers.get("access-control-allow-credentials")
    return bool(allowed == call.origin and flag == "true")


def fetch(url: str, call: Call) -> str:
    origin = {"Host": "api.shop.example", "Origin": call.origin}
    if call.method not in SAFE_METHODS or call.unsafe_fields():
        ask = origin | {"Access-Control-Request-Method": call.method}
        if odd := call.unsafe_fields():
            ask["Access-Control-Request-Headers"] = ",".join(odd)
        answer = httpx.options(url, headers=ask)  # never with credentials
        preflights.append(answer)
        named = answer.headers["access-control-allow-methods"].split(", ")
        if not (answer.is_success and permits(answer, call) and call.method in named):
            return f"pre-flight {answer.status_code}; request not sent"
    answer = httpx.request(call.method, url, headers=origin | call.headers)
    return "readable" if permits(answer, call) else "sent, answer withheld"
# --8<-- [end:browser]
# --8<-- [start:cases]
print("[cases]")
JSON = {"content-type": "application/json", "authorization": "Bearer made-up"}
TEXT = {"content-type": "text/plain"}
with serve(strict) as ours, serve(star) as public, serve(reflecting) as trap:
    verdicts = []
    for what, server, call in (
        ("simple GET", ours, Call(SHOP, "GET", {})),
        ("simple POST, wrong origin", ours, Call(EVIL, "POST", TEXT)),
        ("PUT of JSON", ours, Call(SHOP, "PUT", JSON)),
        ("PUT of JSON, wrong origin", ours, Call(EVIL, "PUT", JSON)),
        ("with cookies", ours, Call(SHOP, "GET", {}, True)),
        ("with cookies, server says *", public, Call(SHOP, "GET", {}, True)),
        ("with cookies, reflected", trap, Call(EVIL, "GET", {}, True)),
    ):
        handled.clear()
        verdicts.append(fetch(f"{server}/orders", call))
        print(f"{what:<28}{verdicts[-1]:<34}handler ran: {'yes' if handled else 'no'}")
words = " ".join(verdict.split()[0] for verdict in verdicts)
assert words == "readable sent, readable pre-flight readable sent, readable"
# --8<-- [end:cases]
# --8<-- [start:preflight]
asked, told = preflights[0].request, preflights[0]
print("[preflight]", "OPTIONS /orders HTTP/1.1", *lines(asked.headers), sep="\n")
print(f"\nHTTP/1.1 {told.status_code} No Content", *lines(told.headers), sep="\n")
# --8<-- [end:preflight]
