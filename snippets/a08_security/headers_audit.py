# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41", "trustme>=1.2"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Score a site's headers over HTTPS: as it came, with headers pasted in, and mended."""

import re
import ssl
from collections.abc import Callable

import httpx
import trustme
from snippet_support import serve, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

CSP = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


# --8<-- [start:rules]
def hsts(reply: httpx.Response) -> bool:
    age = re.search(r"max-age=(\d+)", reply.headers.get("strict-transport-security", ""))
    return age is not None and int(age[1]) >= 365 * 24 * 3600  # 0 switches it off


def csp(reply: httpx.Response) -> dict[str, list[str]]:
    parts = reply.headers.get("content-security-policy", "").split(";")
    return {words[0]: words[1:] for part in parts if (words := part.split())}


def no_foreign_scripts(reply: httpx.Response) -> bool:
    policy = csp(reply)
    sources = policy.get("script-src", policy.get("default-src", ["*"]))
    return not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & {*sources}


def closed_cookies(reply: httpx.Response) -> bool:
    cookies = [each.lower() for each in reply.headers.get_list("set-cookie")]
    wanted = ("; secure", "; httponly", "; samesite=")
    return all(word in cookie for cookie in cookies for word in wanted)


def says(reply: httpx.Response, header: str, pattern: str) -> bool:
    return bool(re.search(pattern, reply.headers.get(header, "")))


Rule = tuple[str, int, Callable[[httpx.Response], bool]]
RULES: list[Rule] = [
    ("HTTPS for a year", 20, hsts),
    ("no foreign scripts", 25, no_foreign_scripts),
    ("no foreign frames", 10, lambda reply: "'none'" in csp(reply).get("frame-ancestors", "")),
    ("closed cookies", 20, closed_cookies),
    ("types not guessed", 10, lambda reply: says(reply, "x-content-type-options", "nosniff")),
    ("address kept in", 5, lambda reply: says(reply, "referrer-policy", "origin")),
    ("version untold", 10, lambda reply: not says(reply, "server", r"/\d")),
]
# --8<-- [end:rules]


# --8<-- [start:sites]
BARE = {"server": "shop/2.4.1", "set-cookie": "session=7f3a"}
PASTED = BARE | {
    "strict-transport-security": "max-age=0",
    "content-security-policy": "default-src * 'unsafe-inline'",
    "x-content-type-options": "nosniff",
    "x-xss-protection": "1; mode=block",  # gone from browsers; counts for nothing
}
MENDED = {
    "server": "shop",
    "set-cookie": "__Host-session=7f3a; Path=/; Secure; HttpOnly; SameSite=Lax",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
}
# --8<-- [end:sites]


def site(headers: dict[str, str]) -> Starlette:
    def page(request: Request) -> Response:
        return HTMLResponse("<h1>Shop</h1>", headers=headers)

    return Starlette(routes=[Route("/", page)])


# --8<-- [start:run]
def main(trust: ssl.SSLContext) -> None:
    replies = list[httpx.Response]()
    for headers in (BARE, PASTED, MENDED):
        files = {"certfile": "cert.pem", "keyfile": "key.pem"}
        with serve(site(headers), **files, server_header=False) as url:  # only ours
            replies.append(httpx.get(url, verify=trust))
    scores = [sum(points for _, points, good in RULES if good(each)) for each in replies]
    grades = ["A" if score >= 90 else "C" if score >= 60 else "F" for score in scores]
    print(f"{'':18} bare  pasted  mended")
    for name, points, good in RULES:
        marks = [points if good(each) else 0 for each in replies]
        print(f"{name:18} {marks[0]:4}  {marks[1]:6}  {marks[2]:6}")
    print(f"{'grade':18} {grades[0]:>4}  {grades[1]:>6}  {grades[2]:>6}")
    assert grades == ["F", "F", "A"]
# --8<-- [end:run]


if __name__ == "__main__":
    folder, authority = work_in_temporary_folder(), trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for pem in certificate.cert_chain_pems:
        pem.write_to_path(folder / "cert.pem", append=True)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    main(context)
