# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "httpx>=0.28", "python-multipart>=0.0.18", "snippet-support", "starlette>=0.41",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Six forged requests against five defences, sent by a program that keeps a browser's rules."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

import httpx
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

SITE, SESSION, KEY = "https://bank.example", "s-1", secrets.token_bytes(32)


# --8<-- [start:server]
def csrf_token(session: str) -> str:
    """Bind a random value to the session, so that nobody can make one for another's."""
    nonce = secrets.token_hex(8)
    mac = hmac.new(KEY, f"{session}!{nonce}".encode(), hashlib.sha256)
    return f"{nonce}.{mac.hexdigest()}"


def signed(request: Request, sent: str) -> bool:
    nonce, _, mac = sent.partition(".")
    session = request.cookies.get("__Host-session", "")
    wanted = hmac.new(KEY, f"{session}!{nonce}".encode(), hashlib.sha256)
    return hmac.compare_digest(mac.encode(), wanted.hexdigest().encode())


def fetch_metadata(request: Request, sent: str) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is None:  # an old browser: fall back on the origin
        return request.headers.get("origin") == SITE
    return site == "same-origin" or (site == "none" and request.method == "GET")


CHECKS = {
    "nothing": lambda request, sent: True,
    "SameSite": lambda request, sent: True,  # the browser does it
    "double": lambda request, sent: sent != "" and sent == request.cookies.get("csrf"),
    "signed": signed,
    "metadata": fetch_metadata,
}


async def transfer(request: Request) -> Response:
    async with request.form() as form:
        sent = str(form.get("csrf", ""))
    if request.cookies.get("__Host-session") != SESSION:
        return PlainTextResponse("log in", 401)
    allowed = CHECKS[request.path_params["defence"]](request, sent)
    return PlainTextResponse("done" if allowed else "refused", 200 if allowed else 403)
# --8<-- [end:server]


# --8<-- [start:browser]
@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where a request comes from, and what that page can make the browser do."""

    origin: str
    site: str  # what the browser says of it: same-origin, same-site, cross-site
    method: str = "POST"
    csrf: str = ""  # the form field it can fill in
    tossed: str = ""  # the cookie it can plant, for the whole domain
    modern: bool = True  # sends Sec-Fetch-Site


def send(client: httpx.Client, page: Page, *, defence: str) -> str:
    headers = {"Origin": page.origin} if page.method == "POST" else {}
    if page.modern:
        headers["Sec-Fetch-Site"] = page.site
    lax = defence == "SameSite"  # the others were set with SameSite=None
    cookies = [f"csrf={page.tossed or csrf}"]
    if page.site != "cross-site" or page.method == "GET" or not lax:
        cookies.append(f"__Host-session={SESSION}")  # Lax: not with a cross-site POST
    headers["Cookie"] = "; ".join(cookies)
    form = {"csrf": page.csrf} if page.method == "POST" else None
    return client.request(page.method, f"/{defence}", data=form, headers=headers).text
# --8<-- [end:browser]


csrf = csrf_token(SESSION)
# --8<-- [start:table]
EVIL, SHOP = "https://evil.example", "https://shop.bank.example"
PAGES = {
    "the bank's own form": Page(origin=SITE, site="same-origin", csrf=csrf),
    "form on another site": Page(origin=EVIL, site="cross-site"),
    "link to a GET with effect": Page(origin=EVIL, site="cross-site", method="GET"),
    "form on a sub-domain": Page(origin=SHOP, site="same-site"),
    "… that plants a cookie": Page(origin=SHOP, site="same-site", csrf="x", tossed="x"),
    "old browser, another site": Page(origin=EVIL, site="cross-site", modern=False),
}
app = Starlette(routes=[Route("/{defence}", transfer, methods=["GET", "POST"])])
with serve(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
    got = {name: [send(client, page, defence=check) for check in CHECKS]
           for name, page in PAGES.items()}
for name, row in {"": list(CHECKS), **got}.items():
    print(f"{name:26}{''.join(f'{word:10}' for word in row)}".rstrip())
# --8<-- [end:table]
assert set(got["the bank's own form"]) == {"done"}
assert got["form on another site"] == ["done", "log in", "refused", "refused", "refused"]
assert [row[1] for row in got.values()].count("done") == 4, "SameSite alone has three holes"
assert [row[2] for row in got.values()].count("done") == 2, "the naive pair is beaten once"
assert all(row[3:] == ["refused"] * 2 for row in list(got.values())[1:])
