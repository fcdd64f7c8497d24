"""Two sites of faults, written by somebody who had read the list of kinds, but neither the check's code nor its own test site.

    PYTHONPATH=. python tests/trust/unseen.py

prints how many the check finds now, and how many it found when it saw them for the first time. Each fault has a twin that is right.
What it missed then is found now, so the figure that says something about faults yet to come is the first one.
"""

from __future__ import annotations

import json
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from site_checker.address import Base
from site_checker.model import Finding
from site_checker.origin import Sources
from site_checker.pipeline import Wishes, check_site

BASE = "https://kb.example.org/book/"
MISSED_AT_FIRST = {
    "own-host-with-its-port",
    "picture-in-a-drawing",
    "link-in-srcdoc",
    "picture-in-linked-data",
}
"""What the check did not find when it saw these sites for the first time, on 2026-11-30."""
MISNAMED_AT_FIRST = {"script-behind-a-tab", "escaped-url"}
"""What it found then, and called by another name."""
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
EMOJI = "🛠\ufe0f"
Files = dict[str, str | bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault on a page of its own, and beside it the same thing done right."""

    name: str
    """Its name, which is its page's too."""
    code: str
    """What it is to be called."""
    body: str = ""
    """What its page holds."""
    right: str = ""
    """What the page of its twin holds."""
    head: str = ""
    """What stands in its page's head."""
    right_head: str = ""
    """What stands in the head of its twin's page."""
    files: Files = field(default_factory=dict)
    """Files that it brings."""
    told: str = ""
    """What the finding names, where it isn't on its page."""


def sheet(name: str) -> str:
    return f'<link rel="stylesheet" href="../css/{name}.css">'


def link(address: str, text: str = "Words") -> str:
    return f'<a href="{address}">{text}</a>'


def picture_map(address: str) -> str:
    return f'<img src="../img/here.png" alt="Map" usemap="#m"><map name="m"><area shape="rect" coords="0,0,9,9" href="{address}" alt="x"></map>'


def svg(inner: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{inner}</svg>'


FIRST = (
    Fault(name="area-of-a-map", code="missing-file", body=picture_map("../nowhere/"), right=picture_map("../there/")),
    Fault(name="anchor-of-another-case", code="missing-anchor", body=link("../there/?from=two#Part"), right=link("../there/?from=two#part")),
    Fault(name="picture-to-preload", code="missing-file", head='<link rel="preload" as="image" imagesrcset="../img/here.png 1x, ../img/gone@2x.png 2x">', right_head='<link rel="preload" as="image" imagesrcset="../img/here.png 1x, ../img/big.png 2x">'),
    Fault(name="import-by-string", code="missing-file", head=sheet("string"), right_head=sheet("string-right"), files={"css/string.css": '@import "gone-string.css" layer(base) screen;', "css/string-right.css": '@import "there.css" layer(base) screen;'}, told="gone-string"),
    Fault(name="image-set-by-string", code="missing-file", head=sheet("set"), right_head=sheet("set-right"), files={"css/set.css": '.a{background-image:image-set("../img/gone-set.avif" type("image/avif"), "../img/here.png" 1x)}', "css/set-right.css": '.a{background-image:image-set("../img/big.png" 2x, "../img/here.png" 1x)} .q::before{content:"no/file.png"}'}, told="gone-set"),
    Fault(name="font-in-a-style-element", code="missing-file", head='<style>@font-face{font-family:S;src:local("S"),url(../gone.woff2)format("woff2")}</style>', right_head='<style>@font-face{font-family:S;src:local("S"),url(../here.woff2)format("woff2")}</style>'),
    Fault(name="import-of-a-script", code="missing-file", body='<script type="module" src="../js/seven.js"></script>', right='<script type="module" src="../js/seven-right.js"></script>', files={"js/seven.js": 'import {there} from "./there.js";\nimport {gone} from "./gone-seven.js";\nconsole.log(there, gone);\n', "js/seven-right.js": 'import {there} from "./there.js";\n// import x from "./comment.js"\nconsole.log(there);\n'}, told="gone-seven"),
    Fault(name="composed-for-decomposed", code="wrong-normalisation", body=link("../sm%C3%B8rbr%C3%B8d-%C3%A9/"), right=link("../sm%C3%B8rbr%C3%B8d-e%CC%81/")),
    Fault(name="odd-refresh", code="missing-file", head="<META HTTP-EQUIV=\"Refresh\" CONTENT=\"0 ;  URL = '../nine-moved/'\">", right_head="<META HTTP-EQUIV=\"Refresh\" CONTENT=\"0 ;  URL = '../there/'\">"),
    Fault(name="language-in-the-sitemap", code="missing-file", told="nb/gone-language"),
    Fault(name="sound-of-a-feed", code="missing-file", told="gone-sound"),
    Fault(name="picture-of-a-worker", code="missing-file", told="gone-worker"),
    Fault(name="second-of-two-ids", code="missing-id", body='<p id="one">One</p><button aria-describedby="one two">B</button>', right='<p id="one">One</p><p id="two">Two</p><button aria-describedby="one two">B</button>'),
    Fault(name="symbol-of-a-sprite", code="missing-anchor", body='<svg><use href="../img/sprite.svg#moon"/></svg>', right='<svg><use href="../img/sprite.svg#star"/></svg>'),
    Fault(name="link-of-a-mute-picture", code="empty-text", body='<a href="../there/"><img src="../img/here.png" alt=""></a>', right='<a href="../there/"><img src="../img/here.png" alt="Two"></a><a href="../there/" aria-label="Two"><img src="../img/here.png" alt=""></a>'),
    Fault(name="mailbox-with-two-dots", code="bad-address", body=link("mailto:team@example..org?subject=Hi"), right=link("mailto:team@example.org,second@example.org?subject=Hi%20there")),
    Fault(name="script-behind-a-tab", code="script-link", body=link("java&#9;script:alert(1)"), right=link("../there/?q=javascript:")),
    Fault(name="part-in-the-search-index", code="missing-anchor", told="no-such-part"),
    Fault(name="id-in-two-drawings", code="duplicate-id", body='<svg><defs><linearGradient id="g"/></defs><path fill="url(#g)"/></svg>' * 2, right='<svg><defs><linearGradient id="g"/></defs><path fill="url(#g)"/></svg><template><i id="g"></i></template>'),
    Fault(name="encoded-dots", code="above-root", body=link("../%2e%2e/%2E%2E/there/"), right=link("../area-of-a-map/%2e%2e/there/")),
)  # fmt: skip
SECOND = (
    Fault(name="own-host-in-capitals", code="missing-file", body=link("HTTPS://KB.example.ORG/book/gone-one/"), right=link("HTTPS://KB.example.ORG/book/there/")),
    Fault(name="own-host-with-its-port", code="missing-file", body=link("https://kb.example.org:443/book/gone-two/"), right=link("https://kb.example.org:443/book/there/")),
    Fault(name="percent-of-latin-1", code="bad-encoding", body=link("../bl%E5b%E6r/"), right=link("../bl%C3%A5b%c3%a6r/")),
    Fault(name="emoji-without-its-selector", code="missing-file", body=link("../%F0%9F%9B%A0/"), right=link("../%F0%9F%9B%A0%EF%B8%8F/")),
    Fault(name="encoded-twice", code="missing-file", body=link("../bl%25C3%25A5b%25C3%25A6r/"), right=link("../bl%C3%A5b%C3%A6r/")),
    Fault(name="picture-in-a-drawing", code="missing-file", body='<img src="../img/six.svg" alt="Six">', right='<img src="../img/six-right.svg" alt="Six">', files={"img/six.svg": svg('<image xlink:href="gone-six.png"/>'), "img/six-right.svg": svg('<defs><path id="p"/></defs><use href="#p"/><image href="here.png"/>')}, told="gone-six"),
    Fault(name="link-in-srcdoc", code="missing-file", body='<iframe title="S" srcdoc="&lt;a href=&quot;../gone-seven/&quot;&gt;Go&lt;/a&gt;"></iframe>', right='<iframe title="S" srcdoc="&lt;a href=&quot;../there/&quot;&gt;Go&lt;/a&gt;&lt;a href=&quot;#in&quot;&gt;Go&lt;/a&gt;"></iframe>'),
    Fault(name="escaped-url", code="missing-file", head=sheet("escaped"), right_head=sheet("escaped-right"), files={"css/escaped.css": ".a{background:url(../img/g\\6fne-\\(1\\).png)}", "css/escaped-right.css": ".a{background:url(../img/h\\65 re.png)}"}, told="gone-(1)"),
    Fault(name="icon-of-a-manifest", code="missing-file", head='<link rel="manifest" href="../manifest.webmanifest">', told="gone-icon"),
    Fault(name="sitemap-of-robots", code="missing-file", told="gone-sitemap"),
    Fault(name="page-for-language-models", code="missing-file", told="gone-for-models"),
    Fault(name="relative-entry-of-a-feed", code="missing-file", told="gone-entry"),
    Fault(name="circle-of-three", code="redirect-loop", body=link("../loop-a/"), files={f"loop-{a}/index.html": f'<!doctype html><title>x</title><meta http-equiv="refresh" content="0;url=../loop-{b}/">' for a, b in ("ab", "bc", "ca")}, told="loop-b"),
    Fault(name="paint-of-no-gradient", code="missing-id", body='<svg><path fill="url(#lost)" d="M0 0"/></svg>', right='<svg><defs><linearGradient id="kept"/></defs><path fill="url(#kept)" d="M0 0"/></svg>'),
    Fault(name="label-for-nothing", code="missing-id", body='<label for="nobody">Name</label><input id="somebody">', right='<label for="somebody">Name</label><input id="somebody">'),
    Fault(name="popover-of-nothing", code="missing-id", body='<button popovertarget="none">P</button>', right='<button popovertarget="some">P</button><div popover id="some">x</div>'),
    Fault(name="footnote-left-as-text", code="left-as-text", body="<p>It is so.[^9]</p>", right="<p>The class <code>[^9]</code> is not nine.</p>"),
    Fault(name="link-of-no-width", code="empty-text", body=link("../there/", "&#8203;&nbsp;"), right=link("../there/", "&#8203;Two")),
    Fault(name="anchor-in-utf-8", code="missing-anchor", body=link("#s%C3%B8k") + '<h2 id="sok">Search</h2>', right=link("#s%C3%B8k") + '<h2 id="søk">Search</h2>'),
    Fault(name="path-like-the-base", code="outside-base", body=link("/bookish/there/"), right=link("/book/there/")),
    Fault(name="picture-for-others", code="missing-file", head=f'<meta property="og:image" content="{BASE}img/gone-card.png">', right_head=f'<meta property="og:image" content="{BASE}img/here.png">'),
    Fault(name="picture-in-linked-data", code="missing-file", head=f'<script type="application/ld+json">{{"@id": "{BASE}#it", "image": "{BASE}img/gone-ld.png"}}</script>', right_head=f'<script type="application/ld+json">{{"@id": "{BASE}#it", "image": ["{BASE}img/here.png"]}}</script>'),
)  # fmt: skip
FAULTS = (*FIRST, *SECOND)


def page(body: str, head: str = "", up: str = "../") -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title>{head}</head><body><h1 id="top">x</h1>'
        f'<h2 id="part">Part</h2><p><a href="{up}index.html">Home</a></p>{body}</body></html>'
    )


def lists() -> Files:
    """Return what the site says to programs, right and wrong."""
    atom = "".join(
        f'<entry><title>a</title><id>urn:{each}</id><link href="{each}/"/></entry>'
        for each in ("there", "gone-entry")
    )
    return {
        "sitemap.xml": f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"><url><loc>{BASE}there/</loc><xhtml:link rel="alternate" hreflang="nb" href="{BASE}nb/gone-language/"/></url></urlset>',
        "feed_rss_created.xml": f'<rss version="2.0"><channel><title>F</title><link>{BASE}</link><item><link>{BASE}there/</link><enclosure url="{BASE}gone-sound.mp3" type="audio/mpeg" length="3"/></item><item><link>{BASE}there/</link><enclosure url="{BASE}img/here.png" type="image/png" length="3"/></item></channel></rss>',
        "atom.xml": f'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="{BASE}atom.xml"/>{atom}</feed>',
        "sw.js": 'const FILES = ["./", "there/", "img/here.png", "img/gone-worker.png"];\n',
        "search/search_index.json": json.dumps({"docs": [{"location": each} for each in ("there/", "there/#no-such-part", "there/#top")]}),
        "manifest.webmanifest": json.dumps({"start_url": "./", "icons": [{"src": "img/here.png"}, {"src": "img/gone-icon.png"}]}),
        "robots.txt": f"User-agent: *\nDisallow:\nSitemap: {BASE}gone-sitemap.xml\nSitemap: {BASE}sitemap.xml\n",
        "llms.txt": f"# K\n\n- [Two]({BASE}there/): right\n- [Gone]({BASE}gone-for-models/index.md): wrong\n",
    }  # fmt: skip


def write(folder: Path) -> None:
    """Write the site with all faults and their twins."""
    files: Files = {
        "img/here.png": PNG, "img/big.png": PNG, "here.woff2": b"wOF2", "css/there.css": "p{color:red}", "js/there.js": "export const there = 1;",
        "img/sprite.svg": svg('<symbol id="star"><path d="M0 0"/></symbol>'), **lists(),
    }  # fmt: skip
    names = ["there", "blåbær", EMOJI, unicodedata.normalize("NFD", "smørbrød-é")]
    files |= {f"{name}/index.html": page("<p>Here.</p>") for name in names}
    for each in FAULTS:
        files |= {f"{each.name}/index.html": page(each.body, each.head), **each.files}
        names.append(each.name)
        if each.right or each.right_head:
            files[f"{each.name}-right/index.html"] = page(each.right, each.right_head)
            names.append(f"{each.name}-right")
    items = "".join(f"<li>{link(f'{quote(name)}/')}</li>" for name in names)
    files["index.html"] = page(f"<ul>{items}</ul>", f'<link rel="canonical" href="{BASE}">', "")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def check() -> list[Finding]:
    """Return what the check finds in the site."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        return check_site(Path(folder), Wishes(base=Base.of(BASE)), lambda _: Sources(files={})).findings


def meant(finding: Finding, fault: Fault) -> bool:
    """Return whether a finding is of this fault."""
    place = fault.told or f"{fault.name}/index.html"
    return finding.code.value == fault.code and place in f"{finding.page} {finding.message}"


def main() -> None:
    """Print the figures."""
    findings = check()
    found = sum(any(meant(each, fault) for each in findings) for fault in FAULTS)
    alarms = [each for each in findings if not any(meant(each, fault) for fault in FAULTS)]
    first = len(FAULTS) - len(MISSED_AT_FIRST)
    print(
        json.dumps(
            {
                "faults": len(FAULTS),
                "first": first,
                "misnamed": len(MISNAMED_AT_FIRST),
                "now": found,
                "alarms": len(alarms),
            }
        )
    )


if __name__ == "__main__":
    main()
