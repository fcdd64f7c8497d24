"""Tell the browser what each page may load and run: a Content-Security-Policy, made from the page as it was built.

The theme's pages hold short scripts of their own; each is allowed by its hash, and no other text on a page can become a script. A
preview has no policy: `mkdocs serve` adds a script to the pages that it serves.
"""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.plugins import event_priority

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

DATA = re.compile(r'\btype="?application/(?:ld\+)?json\b', re.I)
"""On a script that is data, and is never run."""
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.I)
_HEAD = re.compile(r"<head>\s*(?:<meta charset=[^>]*>)?", re.I)
_run = {"command": "build"}


def on_startup(*, command: str, **_: Any) -> None:
    """Note whether this is a preview."""
    _run["command"] = command


@event_priority(-90)
def on_post_build(config: MkDocsConfig) -> None:
    """Write the policy of each page into it, when nothing else changes the pages any more."""
    if _run["command"] == "serve":
        return
    site = Path(config.site_dir)
    compiles = any(site.rglob("*.wasm")) or any(site.rglob("wasm.*.pagefind"))
    for file in sorted(site.rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        file.write_text(add_policy(text, compiles=compiles), encoding="utf-8")


def add_policy(html: str, *, compiles: bool = False) -> str:
    """Return a page with its policy right behind the declaration of its characters, before all that it loads."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(html, compiles=compiles)}">'
    return _HEAD.sub(lambda head: f"{head[0]}{meta}", html, count=1)


def policy(html: str, *, compiles: bool = False) -> str:
    """Return what a page may do: load from its own site, run the scripts that it holds now, and no others."""
    hashes = dict.fromkeys(f"'sha256-{_hash(text)}'" for text in inline_scripts(html))
    scripts = ["'self'", *(["'wasm-unsafe-eval'"] if compiles else []), *hashes]
    parts = {
        "default-src": "'none'",
        "script-src": " ".join(scripts),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def inline_scripts(html: str) -> list[str]:
    """Return the text of each script that a page holds and runs."""
    return [
        text
        for attributes, text in _SCRIPT.findall(html)
        if not re.search(r"\bsrc=", attributes) and not DATA.search(attributes)
    ]


def _hash(text: str) -> str:
    return base64.b64encode(sha256(text.encode()).digest()).decode()
