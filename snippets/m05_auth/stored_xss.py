# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "markupsafe>=3", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Five stored texts that want to be scripts, against four ways to build the page."""

import html.parser
import secrets
from urllib.parse import urlsplit

import httpx
from markupsafe import Markup
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

STORED = {  # what members wrote as their name, and as their home page
    "a script": ("<script>go()</script>", "https://a.example"),
    "an image": ("<img src=x onerror=go()>", "https://a.example"),
    "out of the quotes": ("Ada", '"><script>go()</script>'),
    "a handler": ("Ada", 'x" onmouseover="go()'),
    "a javascript: link": ("Ada", "javascript:go()"),
}


# --8<-- [start:pages]
def raw(name: str, home: str) -> str:
    return f'<p>{name}</p><a href="{home}">home</a>'


def escaped(name: str, home: str) -> str:
    return str(Markup('<p>{}</p><a href="{}">home</a>').format(name, home))


def checked(name: str, home: str) -> str:
    """Escaping keeps a text a text; whether it is a safe link is another question."""
    return escaped(name, home if urlsplit(home).scheme in ("http", "https") else "#")


PAGES = {"raw": raw, "escaped": escaped, "scheme": checked, "raw, CSP": raw}


async def member(request: Request) -> HTMLResponse:
    name, home = STORED[request.query_params["who"]]
    how, nonce = request.query_params["page"], secrets.token_urlsafe(16)
    page = PAGES[how](name, home) + f'<script nonce="{nonce}">ours()</script>'
    policy = (f"script-src 'nonce-{nonce}' 'strict-dynamic'; object-src 'none'; "
              "base-uri 'none'; frame-ancestors 'none'")
    headers = {"Content-Security-Policy": policy} if how.endswith("CSP") else {}
    return HTMLResponse(page, headers=headers)
# --8<-- [end:pages]


# --8<-- [start:reader]
class Scripts(html.parser.HTMLParser):
    """Collect what a browser would run: scripts, handlers, javascript: links."""

    def __init__(self, reply: httpx.Response) -> None:
        super().__init__()
        self.policy = reply.headers.get("content-security-policy", "")
        self.run: list[str] = []
        self.wanted = False
        self.feed(reply.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag == "script":  # a policy with a nonce lets those run that carry it
            nonce = values.get("nonce", "")
            self.wanted = not self.policy or f"'nonce-{nonce}'" in self.policy
            return
        inline = [value for key, value in values.items() if key.startswith("on")]
        inline += [v for v in values.values() if v.startswith("javascript:")]
        self.run += inline if not self.policy else []  # no nonce can be put on these

    def handle_data(self, data: str) -> None:
        self.run += [data] if self.wanted else []
        self.wanted = False
# --8<-- [end:reader]


# --8<-- [start:table]
app = Starlette(routes=[Route("/member", member)])
ran: dict[str, list[str]] = {}
with serve(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
    for who in STORED:
        seen = [Scripts(client.get("/member", params={"who": who, "page": page})).run
                for page in PAGES]
        assert all("ours()" in scripts for scripts in seen), "our own always runs"
        ran[who] = ["runs" if "go()" in "".join(scripts) else "-" for scripts in seen]
print(f"{'':20}{''.join(f'{page:10}' for page in PAGES)}".rstrip())
for who, row in ran.items():
    print(f"{who:20}{''.join(f'{word:10}' for word in row)}".rstrip())
# --8<-- [end:table]
assert [column.count("runs") for column in zip(*ran.values(), strict=True)] == [5, 1, 0, 0]
