"""A site with one fault of every kind, each on a page of its own, and with every right oddity that a checker may trip over.

    python tests/trust/seeded.py FOLDER

writes it, for a look.
"""

from __future__ import annotations

import gzip
import json
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

BASE = "https://docs.example/kb/"
"""Where the site says that it is."""
NOBODY = "http://127.1:9/"
"""Stands for a server where nobody asks one. It is a loopback address that the check does not know for one."""
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
NFC, NFD = "blåbær-é", unicodedata.normalize("NFD", "blåbær-é")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One fault, or one oddity that is right."""

    name: str
    """Its name, which is its page's too."""
    code: str = ""
    """What the check calls it; empty for what is right."""
    body: str = ""
    """What its page holds."""
    head: str = ""
    """What stands in its page's head."""
    files: dict[str, str | bytes] = field(default_factory=dict)
    """Files that it brings."""
    linked: bool = True
    """Whether the home page links to it."""
    raw: bytes | None = None
    """The bytes of its page, where it isn't made from head and body."""
    outside: bool = False
    """Whether only a request to another server shows it."""


def link(address: str, text: str = "words") -> str:
    return f'<a href="{address}">{text}</a>'


def redirect(address: str) -> str:
    return f'<!doctype html><title>x</title><meta http-equiv="refresh" content="0; url={address}">' + link(
        address
    )


def faults(server: str, secure: str) -> Iterator[Seed]:
    """Yield every fault."""
    yield from _files()
    yield from _loads()
    yield from _anchors_and_ids()
    yield from _addresses()
    yield from _redirects()
    yield from _texts()
    yield from _lists()
    yield from _answers(server, secure)


def _files() -> Iterator[Seed]:
    for name, code, address in (
        ("missing-page", "missing-file", "../gone/"), ("missing-html-ending", "missing-file", "../there/plain"),
        ("missing-markdown", "missing-file", "../there/index.mdx"), ("left-md-ending", "missing-file", "../there.md"),
        ("missing-download", "missing-file", "../there/paper.pdf"), ("folder-without-index", "missing-file", "../assets/"),
        ("wrong-case-of-page", "wrong-case", "../There/"), ("wrong-case-of-file", "wrong-case", "../there/Plain.html"),
        ("missing-behind-a-query", "missing-file", "../gone-query/?a=1"), ("own-address-of-a-missing-page", "missing-file", f"{BASE}gone-own/"),
        ("mixed-case-scheme-of-a-missing-page", "missing-file", "HTTPS://docs.example/kb/gone-scheme/"),
        ("upper-case-host-of-a-missing-page", "missing-file", "https://DOCS.example/kb/gone-host/"),
        ("absolute-path-of-a-missing-page", "missing-file", "/kb/gone-absolute/"), ("forgotten-scheme", "missing-file", "www.python.org"),
        ("forgotten-mailto", "missing-file", "somebody@docs.example"), ("forgotten-colon", "missing-file", "https//docs.example/"),
        ("nfd-for-nfc", "wrong-normalisation", f"../names/{NFD}/"), ("percent-encoded-nfd-for-nfc", "wrong-normalisation", "../names/bla%CC%8Ab%C3%A6r-e%CC%81/"),
        ("missing-emoji-page", "missing-file", "../%F0%9F%A7%A8/"), ("percent-encoded-twice", "missing-file", "../names/bl%25C3%25A5b%25C3%25A6r-%25C3%25A9/"),
        ("percent-encoded-latin-1", "bad-encoding", "../names/bl%E5b%E6r-%E9/"), ("percent-without-digits", "bad-encoding", "../100%/"),
        ("percent-zero", "bad-encoding", "../there/%00"), ("unescaped-space", "unescaped", "../names/a space/"),
        ("unescaped-space-and-missing", "unescaped", "../names/no space/"), ("backslash", "unescaped", "..\\there\\"),
        ("above-the-root", "above-root", "../../../there/"), ("above-the-root-from-a-picture", "above-root", "../../there/"),
        ("absolute-path-without-the-base", "outside-base", "/there/"), ("own-host-without-the-base", "outside-base", "https://docs.example/there/"),
        ("protocol-relative", "protocol-relative", "//docs.example/kb/there/"), ("protocol-relative-by-mistake", "protocol-relative", "//there/"),
    ):  # fmt: skip
        yield Seed(name=name, code=code, body=link(address))
    yield Seed(
        name="missing-area",
        code="missing-file",
        body=f'<img src="{PIXEL}" alt="x" usemap="#m"><map name="m"><area href="../gone-area/" alt="x" shape="default"></map>',
    )
    yield Seed(
        name="missing-iframe", code="missing-file", body='<iframe src="../gone-frame/" title="x"></iframe>'
    )
    yield Seed(
        name="missing-form-target",
        code="missing-file",
        body='<form action="../gone-form/"><button>x</button></form>',
    )
    yield Seed(
        name="missing-below-base-element",
        code="missing-file",
        head='<base href="../there/">',
        body=link("gone-below-base/"),
    )
    yield Seed(
        name="missing-link-in-drawing",
        code="missing-file",
        body='<svg><a xlink:href="../gone-svg/"><text>x</text></a></svg>',
    )
    yield Seed(
        name="quotation-source", code="missing-file", body='<blockquote cite="../gone-cite/">x</blockquote>'
    )


def _loads() -> Iterator[Seed]:
    bodies = {
        "missing-picture": '<img src="no.png" alt="x">', "missing-srcset-candidate": f'<img src="{PIXEL}" srcset="../there/dot.svg 1x, no2.png 2x" alt="x">',
        "missing-source": f'<picture><source srcset="no3.webp"><img src="{PIXEL}" alt="x"></picture>', "missing-poster": '<video poster="no4.png"></video>',
        "missing-video": '<video src="no5.mp4"></video>', "missing-track": '<video><track src="no6.vtt"></video>', "missing-audio": '<audio src="no7.mp3"></audio>',
        "missing-object": '<object data="no8.svg"></object>', "missing-embed": '<embed src="no9.pdf">', "missing-script": '<script src="no10.js"></script>',
        "missing-style-attribute": '<p style="background: url(no11.png)">x</p>', "missing-input-picture": '<input type="image" src="no12.png" alt="x">',
        "missing-drawing-part": '<svg><use href="../there/dot.svg#nothing"/></svg>', "missing-drawing-file": '<svg><use href="no13.svg#x"/></svg>',
        "missing-picture-in-drawing": '<svg><image href="no14.png"/></svg>', "missing-lazy-picture": f'<img src="{PIXEL}" data-src="no15.png" alt="x">',
        "picture-in-wrong-case": '<img src="../there/Dot.svg" alt="x">', "missing-module": '<script type="module" src="no16.js"></script>',
        "missing-import": '<script type="module">import { a } from "./no17.js";</script>',
    }  # fmt: skip
    for name, body in bodies.items():
        yield Seed(
            name=name,
            code={"missing-drawing-part": "missing-anchor", "picture-in-wrong-case": "wrong-case"}.get(
                name, "missing-file"
            ),
            body=body,
        )
    heads = {
        "missing-style-sheet": '<link rel="stylesheet" href="no18.css">', "missing-icon": '<link rel="icon" href="no19.svg">',
        "missing-preload": '<link rel="preload" as="font" href="no20.woff2">', "missing-manifest": '<link rel="manifest" href="no21.webmanifest">',
        "missing-inline-style": "<style>p { background: url(no22.png) }</style>", "missing-social-picture": '<meta property="og:image" content="no23.png">',
        "missing-canonical": f'<link rel="canonical" href="{BASE}gone-canonical/">', "missing-next": '<link rel="next" href="../gone-next/">',
        "missing-language": '<link rel="alternate" hreflang="nb" href="../gone-nb/">', "missing-feed": '<link rel="alternate" type="application/rss+xml" href="../gone.rss">',
    }  # fmt: skip
    for name, head in heads.items():
        yield Seed(name=name, code="missing-file", head=head)
    sheets = {
        "missing-css-picture": "p { background: url('no24.png') }", "missing-font": "@font-face { font-family: x; src: local(x), url(no25.woff2) format('woff2') }",
        "missing-css-import": '@import "no26.css";', "missing-image-set": 'p { background: image-set("no27.png" 1x, url(../there/dot.svg) 2x) }',
    }  # fmt: skip
    for name, sheet in sheets.items():
        yield Seed(
            name=name,
            code="missing-file",
            head='<link rel="stylesheet" href="own.css">',
            files={f"{name}/own.css": sheet},
        )
    yield Seed(
        name="two-canonicals",
        code="contradiction",
        head=f'<link rel="canonical" href="{BASE}there/"><link rel="canonical" href="{BASE}">',
    )
    yield Seed(
        name="one-language-twice",
        code="contradiction",
        head='<link rel="alternate" hreflang="nb" href="../there/"><link rel="alternate" hreflang="nb" href="../">',
    )
    yield Seed(
        name="script-without-encryption",
        code="mixed-content",
        body='<script src="http://cdn.example/x.js"></script>',
    )
    yield Seed(
        name="missing-in-a-module",
        code="missing-file",
        body='<script type="module" src="own.mjs"></script>',
        files={"missing-in-a-module/own.mjs": "export * from './no28.js';\n"},
    )


def _anchors_and_ids() -> Iterator[Seed]:
    for name, address in (
        ("missing-anchor-here", "#nowhere"), ("missing-anchor-there", "../there/#nowhere"), ("anchor-in-wrong-case", "../there/#Heading"),
        ("anchor-percent-encoded-wrong", "../there/#bl%C3%A5b%C3%A6%CC%8Ar"), ("footnote-without-target", "#fn:1"), ("footnote-without-reference", "#fnref:7"),
        ("anchor-of-the-original-in-an-embedded-copy", "#original-heading"), ("empty-page-anchor", "../there/?q#gone"), ("own-address-with-missing-anchor", f"{BASE}there/#gone"),
    ):  # fmt: skip
        yield Seed(
            name=name, code="missing-anchor", body=link(address) + '<h2 id="copy-1-original-heading">x</h2>'
        )
    yield Seed(
        name="anchor-made-by-script",
        code="missing-anchor",
        body=link("#made") + "<script>document.body.lastChild.id = 'made'</script><p>x</p>",
    )
    yield Seed(
        name="anchor-in-a-comment",
        code="missing-anchor",
        body=link("#commented") + '<!-- <p id="commented"> -->',
    )
    yield Seed(name="duplicate-id", code="duplicate-id", body='<p id="twice">x</p><p id="twice">x</p>')
    yield Seed(
        name="duplicate-id-in-drawings",
        code="duplicate-id",
        body='<svg><path id="arrow"/></svg><svg><path id="arrow"/></svg>',
    )
    yield Seed(name="empty-id", code="duplicate-id", body='<p id="">x</p>')
    bodies = {
        "label-without-field": '<label for="gone">x</label>', "labelled-by-nothing": '<p aria-labelledby="gone">x</p>', "described-by-nothing": '<p aria-describedby="there gone">x</p><p id="there">x</p>',
        "controls-nothing": '<button aria-controls="gone">x</button>', "owns-nothing": '<p aria-owns="gone">x</p>', "headers-of-nothing": '<table><tr><td headers="gone">x</td></tr></table>',
        "list-of-nothing": '<input list="gone" aria-label="x">', "form-of-nothing": '<button form="gone">x</button>', "popover-of-nothing": '<button popovertarget="gone">x</button>',
        "map-of-nothing": f'<img src="{PIXEL}" alt="x" usemap="#gone">', "filled-with-nothing": '<svg><path fill="url(#gone)"/></svg>', "marker-of-nothing": '<svg><path marker-end="url(#gone)"/></svg>',
    }  # fmt: skip
    for name, body in bodies.items():
        yield Seed(name=name, code="missing-id", body=body)
    yield Seed(name="use-of-nothing", code="missing-anchor", body='<svg><use href="#gone"/></svg>')
    yield Seed(name="old-use-of-nothing", code="missing-anchor", body='<svg><use xlink:href="#gone"/></svg>')


def _addresses() -> Iterator[Seed]:
    for name, code, address in (
        ("empty-address", "empty-link", ""), ("blank-address", "empty-link", "  "), ("javascript", "script-link", "javascript:void(0)"), ("javascript-in-mixed-case", "script-link", "JavaScript:alert(1)"),
        ("vbscript", "script-link", "vbscript:x"), ("data-link", "data-link", "data:text/html,x"), ("file-link", "local-address", "file:///home/me/x.html"), ("drive-letter", "local-address", "C:\\docs\\x.html"),
        ("localhost", "local-address", "http://localhost:8000/there/"), ("loopback", "local-address", "http://127.0.0.1:8000/"), ("mailto-without-address", "bad-address", "mailto:"),
        ("mailto-without-host", "bad-address", "mailto:somebody"), ("mailto-with-slashes", "bad-address", "mailto://a@docs.example"), ("mailto-with-a-blank", "bad-address", "mailto:a b@docs.example"),
        ("mailto-in-mixed-case", "bad-address", "MailTo:a@@docs.example"), ("second-mailbox-bad", "bad-address", "mailto:a@docs.example,b"), ("tel-without-number", "bad-address", "tel:call-me"),
        ("misspelt-scheme", "bad-address", "htps://docs.example/"), ("one-slash", "bad-address", "https:/docs.example/"), ("no-host", "bad-address", "https:///there/"),
        ("bad-port", "bad-address", "https://docs.example:99999/"), ("bad-host", "bad-address", "https://exa mple.org/"), ("space-in-external-path", "unescaped", "https://other.example/a b"),
        ("percent-in-external-path", "bad-encoding", "https://other.example/100%"),
    ):  # fmt: skip
        yield Seed(name=name, code=code, body=link(address))
    yield Seed(name="empty-picture", code="empty-link", body='<img src="" alt="x">')
    yield Seed(name="picture-without-source-value", code="empty-link", body='<img src alt="x">')


def _redirects() -> Iterator[Seed]:
    yield Seed(name="redirect-to-nothing", code="missing-file", raw=redirect("../gone-redirect/").encode())
    yield Seed(
        name="redirect-to-missing-anchor", code="missing-anchor", raw=redirect("../there/#gone").encode()
    )
    yield Seed(name="redirect-to-itself", code="redirect-loop", raw=redirect("./").encode())
    yield Seed(
        name="redirect-in-a-circle",
        code="redirect-loop",
        raw=redirect("other/").encode(),
        files={"redirect-in-a-circle/other/index.html": redirect("../")},
    )
    yield Seed(
        name="redirect-chain",
        code="redirect-chain",
        raw=redirect("next/").encode(),
        files={"redirect-chain/next/index.html": redirect("../../there/")},
    )
    yield Seed(name="alias-in-place-of-a-page", code="listed-redirect", raw=redirect("../there/").encode())
    yield Seed(
        name="page-and-folder-of-one-name",
        code="collision",
        files={"page-and-folder-of-one-name.html": redirect("there/")},
    )
    yield Seed(
        name="names-that-differ-by-case",
        code="collision",
        files={"Names-that-differ-by-case/index.html": redirect("../there/")},
    )
    yield Seed(name="rule-to-nothing", code="missing-file")
    yield Seed(name="rule-that-a-page-hides", code="collision")
    yield Seed(name="orphan", code="orphan-page", linked=False)


def _texts() -> Iterator[Seed]:
    bodies = {
        "left-wikilink": "See [[No such note]].", "left-embed": "![[No such note]]", "left-footnote": "As said.[^9]", "left-reference": "See [the book][undefined].",
        "left-short-reference": "See [the book][].", "left-link-with-space": "See [a](b c.md).", "left-picture": "![a](b c.png)", "left-include": "--8&lt;-- &quot;gone.py&quot;",
    }  # fmt: skip
    for name, body in bodies.items():
        yield Seed(name=name, code="left-as-text", body=f"<p>{body}</p>")
    for name, inner in (("empty-text", ""), ("blank-text", " &nbsp;\u200b"), ("picture-without-words", f'<img src="{PIXEL}" alt="">'), ("drawing-without-title", '<svg><path d="M0 0"/></svg>')):  # fmt: skip
        yield Seed(name=name, code="empty-text", body=link("../there/", inner))
    yield Seed(name="not-utf-8", code="unreadable", raw="<title>x</title><p>blåbær</p>".encode("latin-1"))


def _lists() -> Iterator[Seed]:
    """Yield faults in the lists that `write` makes: each entry bears the fault's name."""
    for name in ("sitemap", "search-index", "pagefind", "graph", "feed", "atom", "llms", "worker", "robots", "manifest-icon", "json-feed"):  # fmt: skip
        yield Seed(name=f"missing-in-{name}", code="missing-file")
    yield Seed(name="missing-anchor-in-search-index", code="missing-anchor")
    yield Seed(name="other-site-in-sitemap", code="outside-base")
    yield Seed(name="broken-feed", code="unreadable", files={"broken-feed.xml": "<rss><channel>"})
    yield Seed(name="broken-index", code="unreadable", files={"broken-index.json": "{"})


def _answers(server: str, secure: str) -> Iterator[Seed]:
    for name in ("404", "410", "500", "redirects-for-ever", "redirect-loop", "hangs", "closes"):
        yield Seed(name=f"answer-{name}", code="dead-external", body=link(f"{server}{name}"), outside=True)
    yield Seed(name="answer-untrusted", code="dead-external", body=link(f"{secure}x"), outside=True)
    yield Seed(
        name="answer-no-host", code="dead-external", body=link("https://nowhere.invalid/"), outside=True
    )


def oddities() -> Iterator[Seed]:
    """Yield what is right, though it looks odd."""
    for name, address in (
        ("folder-without-slash", "../there"), ("named-index", "../there/index.html"), ("query", "../there/?a=1&amp;b=2"), ("top", "#top"), ("hash", "#"), ("text-fragment", "../there/#:~:text=x"),
        ("anchor-and-text-fragment", "../there/#heading:~:text=x"), ("percent-encoded-name", "../names/bl%C3%A5b%C3%A6r-%C3%A9/"), ("utf-8-name", f"../names/{NFC}/"), ("emoji", "../names/%F0%9F%9B%A0/"),
        ("raw-emoji", "../names/🛠/"), ("escaped-space", "../names/a%20space/"), ("plus", "../names/a+b/"), ("lower-case-percent", "../names/bl%c3%a5b%c3%a6r-%c3%a9/"), ("blanks-around", " ../there/ "),
        ("dots", "./../there/./"), ("double-slash", "..//there/"), ("absolute-in-base", "/kb/there/"), ("own-address", f"{BASE}there/"), ("own-address-in-capitals", "HTTPS://DOCS.EXAMPLE/kb/there/#heading"),
        ("root-of-base", "/kb/"), ("base-without-slash", "https://docs.example/kb"), ("elsewhere", "https://other.example/a?b=(c)&amp;d=%20#e"), ("international-host", "https://blåbær.example/"), ("port", "https://other.example:8443/"),
        ("user-information", "https://me@other.example/"), ("ipv6", "https://[2001:db8::1]/"), ("mailto", "mailto:a.b+c@docs.example?subject=x%20y"), ("two-mailboxes", "mailto:a@docs.example,b@docs.example"),
        ("mailto-subject-only", "mailto:?subject=x"), ("tel", "tel:+47-22-22-55-55"), ("sms", "sms:+4722225555?body=x"), ("other-scheme", "obsidian://open?vault=x"), ("magnet", "magnet:?xt=urn:btih:x"),
        ("anchor-utf-8", "../there/#blåbær"), ("anchor-percent-encoded", "../there/#bl%C3%A5b%C3%A6r"), ("anchor-of-name", "../there/#old-name"), ("pdf-page", "../there/doc.pdf#page=3"), ("drawing-view", "../there/dot.svg#dot"),
        ("markdown-file-that-is-there", "../there/index.md"), ("colon-in-a-path", "../names/a:b/"), ("comma-in-a-path", "../names/a,b/"), ("parentheses", "../names/(v1.2)/"), ("anchor-with-dots", "#a.b:c"),
        ("alias-page", "../alias/"), ("irc", "irc://irc.libera.chat/x"), ("tilde", "../names/~me/"), ("semicolon", "../there/?a;b"), ("apostrophe", "../names/it's/"),
    ):  # fmt: skip
        yield Seed(name=f"right-{name}", body=link(address) + '<p id="a.b:c">x</p>')
    bodies = {
        "placeholder-link": "<a>x</a>", "named-anchor": '<a name="x"></a>', "id-anchor": '<a id="x"></a>', "link-in-a-comment": '<!-- <a href="../nowhere/">x</a> -->', "link-in-code": "<pre><code>&lt;a href='../nowhere/'&gt; [[x]] [a][b] [^1]</code></pre>",
        "wikilink-in-code": "<code>[[x]]</code> <kbd>[[y]]</kbd>", "index-in-prose": "<p>the cell matrix[0][1] and f(x)[2](3)</p>", "checkbox-in-prose": "<p>[ ] todo, [x] done, [sic] and (so)</p>", "mathematics": r'<span class="arithmatex">\([[a]]\)</span>',
        "script-text": "<script>var x = 'a[b](c)'; var y = [[1]];</script>", "data-picture": f'<img src="{PIXEL}" alt="">', "srcset-with-commas": f'<img srcset="{PIXEL} 1x, ../there/dot.svg 2x" src="{PIXEL}" alt="x">',
        "labelled-link": '<a href="../there/" aria-label="x"></a>', "picture-link": f'<a href="../there/"><img src="{PIXEL}" alt="x"></a>', "drawing-link": '<a href="../there/"><svg><title>x</title></svg></a>', "titled-link": '<a href="../there/" title="x"></a>',
        "hidden-link": '<a href="../there/" aria-hidden="true" tabindex="-1"></a>', "label-of-map": f'<img src="{PIXEL}" alt="x" usemap="#m"><map name="m"><area href="../there/" alt="x"></map>', "label-of-field": '<label for="f">x</label><input id="f">',
        "described-by-two": '<p aria-describedby="one two">x</p><p id="one">x</p><p id="two">x</p>', "drawing-parts": '<svg><defs><marker id="m1"/></defs><path marker-end="url(#m1)"/><use href="#m1"/></svg>', "outer-drawing-part": '<svg><use href="../there/dot.svg#dot"/></svg>',
        "form-without-action": "<form><button>x</button></form>", "form-with-empty-action": '<form action=""><button>x</button></form>', "unescaped-ampersand": '<a href="../there/?a=1&b=2">x</a>', "unquoted": "<a href=../there/>x</a>",
        "upper-case-tags": '<A HREF="../there/">x</A>', "same-link-twice": link("../there/") * 2, "same-id-in-template": '<p id="t">x</p><template><p id="t">x</p></template>', "blob": '<img src="blob:https://docs.example/x" alt="x">',
        "footnotes": '<sup id="fnref:1"><a href="#fn:1">1</a></sup><li id="fn:1">x <a href="#fnref:1">↩</a></li>', "noscript": '<noscript><img src="../there/dot.svg" alt="x"></noscript>', "text-with-brackets": "<p>an array [[ ]] and a note [1] [2]</p>",
        "escaped-link": "<p>an empty pair []() and one word](</p>", "about-blank": '<iframe src="about:blank" title="x"></iframe>',
    }  # fmt: skip
    for name, body in bodies.items():
        yield Seed(name=f"right-{name}", body=body)
    heads = {
        "preconnect": '<link rel="preconnect" href="https://other.example">', "own-language": '<link rel="alternate" hreflang="en" href="./"><link rel="alternate" hreflang="x-default" href="./">', "base-element": '<base href="../there/">',
        "style-with-data": f"<style>@namespace svg url(http://www.w3.org/2000/svg); p {{ background: url({PIXEL}); filter: url(#f) }}</style>", "canonical": f'<link rel="canonical" href="{BASE}there/">',
    }  # fmt: skip
    for name, head in heads.items():
        yield Seed(
            name=f"right-{name}", head=head, body=link("./" if name != "base-element" else "plain.html")
        )
    yield Seed(
        name="right-style-sheet",
        head='<link rel="stylesheet" href="own.css?v=1">',
        files={
            "right-style-sheet/own.css": "/* url(no.png) */ @import '../there/plain.css'; p { background: url( \"../there/dot.svg#dot\" ) }"
        },
    )
    yield Seed(name="right-hidden-page", head='<meta name="robots" content="noindex">', linked=False)
    yield Seed(
        name="right-byte-order-mark", raw=b"\xef\xbb\xbf<!doctype html><title>x</title><p>\xc3\xa5</p>"
    )
    yield Seed(
        name="right-module",
        body='<script type="module" src="own.js"></script>',
        files={"right-module/own.js": "// import './no.js'\nimport { x } from '../there/part.js';\n"},
    )


def write(
    folder: Path, server: str = NOBODY, secure: str = NOBODY, base: str = BASE
) -> tuple[list[Seed], list[Seed]]:
    """Write the site, and beside it in `docs/` what its pages were made from; return the faults and the oddities.

    `server` and `secure` give the bad answers (see `answers.py`); `base` is where the site is published.
    """
    bad, good = list(faults(server, secure)), list(oddities())
    files: dict[str, str | bytes] = {
        "there/index.html": page("<h2 id='heading'>x</h2><p id='blåbær'>x</p><a name='old-name'></a>" + link("plain.html")),
        "there/plain.html": page("x"), "there/index.md": "x", "there/doc.pdf": b"%PDF", "there/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg"><circle id="dot"/></svg>', "there/plain.css": "", "there/part.js": "",
        "assets/x.txt": "x", "alias/index.html": redirect("../there/"), "404.html": page(link("/kb/there/")), "google123.html": "google-site-verification",
    }  # fmt: skip
    names = (NFC, "🛠", "a space", "a+b", "a:b", "a,b", "(v1.2)", "~me", "it's")
    files |= {f"names/{name}/index.html": page("x") for name in names}
    for seed in (*bad, *good):
        files[f"{seed.name}/index.html"] = page(seed.body, seed.head) if seed.raw is None else seed.raw
        files |= seed.files
    first = "".join(
        f'<li><a href="{seed.name}/">{seed.name}</a></li>' for seed in (*bad, *good) if seed.linked
    )
    others = "".join(f"<li>{link(f'names/{quoted(name)}/')}</li>" for name in names)
    files["index.html"] = page(
        f"<ul>{first}{others}<li>{link('there/')}</li></ul>",
        f'<link rel="canonical" href="{BASE}"><link rel="manifest" href="site.webmanifest">',
    )
    files |= lists()
    for name, content in files.items():
        path = folder / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode()
        data = data.replace(BASE.encode(), base.encode()) if not name.endswith(".pf_fragment") else data
        path.write_bytes(data.replace(b"https://docs.example/", base.removesuffix("kb/").encode()))
    for seed in (*bad, *good):
        path = folder / "docs" / f"{seed.name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {seed.name}\n\nFirst, a line.\n\n{seed.head}{seed.body}\n", encoding="utf-8")
    return bad, good


def quoted(name: str) -> str:
    return "".join(letter if letter not in " :" else f"%{ord(letter):02X}" for letter in name)


def page(body: str, head: str = "") -> str:
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title>{head}</head><body>{body}</body></html>'


def lists() -> dict[str, str | bytes]:
    """Return the lists for programs: what is right in them, and the faults."""
    entries = ["", "there/", "there/#heading"]
    fragment = {"url": "/missing-in-pagefind-gone/", "anchors": [], "meta": {}}
    fine = {"url": "/there/", "anchors": [{"id": "heading"}], "meta": {}}
    locs = "".join(f"<url><loc>{each}</loc></url>" for each in (BASE, f"{BASE}there/", f"{BASE}missing-in-sitemap-gone/", f"{BASE}alias-in-place-of-a-page/", "https://docs.other/other-site-in-sitemap/"))  # fmt: skip
    docs = [
        {"location": each}
        for each in (*entries, "missing-in-search-index-gone/", "there/#missing-anchor-in-search-index")
    ]
    return {
        "sitemap.xml": f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>',
        "search/search_index.json": json.dumps({"docs": docs}),
        "search/fragment/en_1.pf_fragment": gzip.compress(b"pagefind_dcd" + json.dumps(fragment).encode()),
        "search/fragment/en_2.pf_fragment": gzip.compress(b"pagefind_dcd" + json.dumps(fine).encode()),
        "graph.json": json.dumps({"notes": [{"url": each} for each in (*entries, "missing-in-graph-gone/")]}),
        "feed.xml": f'<rss version="2.0"><channel><link>{BASE}</link><item><link>{BASE}there/</link><guid isPermaLink="false">x</guid></item><item><link>{BASE}missing-in-feed-gone/</link></item></channel></rss>',
        "feed.atom": f'<feed xmlns="http://www.w3.org/2005/Atom"><link href="{BASE}"/><entry><link href="{BASE}missing-in-atom-gone/"/></entry></feed>',
        "feed.json": json.dumps({"home_page_url": BASE, "items": [{"url": f"{BASE}there/"}, {"url": f"{BASE}missing-in-json-feed-gone/"}]}),
        "llms.txt": "# x\n\n- [x](there/index.md)\n- [x](missing-in-llms-gone/index.md)\n",
        "service-worker.js": 'self.SITE = {"pages":{"there/":"0","missing-in-worker-gone/":"1","":"2"}};\nimportScripts("there/part.js?1");\n',
        "robots.txt": f"User-agent: *\nSitemap: {BASE}sitemap.xml\nSitemap: {BASE}missing-in-robots-gone.xml\n",
        "site.webmanifest": json.dumps({"start_url": "./", "icons": [{"src": "there/dot.svg"}, {"src": "missing-in-manifest-icon-gone.png"}]}),
        "_redirects": "/old /kb/there/ 301\n/rule-to-nothing-old /kb/rule-to-nothing-gone/ 301\n/kb/rule-that-a-page-hides/ /kb/there/ 301\n/posts/* /kb/:splat 301\n".replace("/old ", "/kb/old ").replace("/rule-to-nothing-old", "/kb/rule-to-nothing-old"),
    }  # fmt: skip


if __name__ == "__main__":
    written = write(Path(sys.argv[1]))
    print(f"{len(written[0])} faults and {len(written[1])} right oddities in {sys.argv[1]}")
