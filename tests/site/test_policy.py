"""Each page says what it may load and run, by the hashes of the scripts that it holds."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from hooks.policy import add_policy, inline_scripts, policy

META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
LOADS = re.compile(r"<(?:script|link|img|style)\b")


def rules(html: str) -> dict[str, list[str]]:
    """Return the policy of a page: what each directive allows."""
    found = META.findall(html)
    assert len(found) == 1
    parts = [part.split() for part in found[0].split("; ")]
    return {name: values for name, *values in parts}


def test_every_page_has_a_policy_before_all_that_it_loads(public_site: Path) -> None:
    files = sorted(public_site.rglob("*.html"))
    assert len(files) > 10

    for file in files:
        html = file.read_text(encoding="utf-8")
        allowed = rules(html)
        assert allowed["default-src"] == ["'none'"], file
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & set(allowed["script-src"]), file
        first = LOADS.search(html)
        assert first is None or html.index("Content-Security-Policy") < first.start(), file
        assert html.encode().find(b"<meta charset") < 1024, file


def test_a_page_allows_the_scripts_that_it_holds_and_no_others(public_site: Path) -> None:
    for file in sorted(public_site.rglob("*.html")):
        html = file.read_text(encoding="utf-8")
        hashes = {each for each in rules(html)["script-src"] if each.startswith("'sha256-")}
        sums = {hashlib.sha256(text.encode()).digest() for text in inline_scripts(html)}
        assert hashes == {f"'sha256-{base64.b64encode(each).decode()}'" for each in sums}, file


def test_no_page_has_a_script_in_an_attribute(public_site: Path) -> None:
    """The policy would refuse it."""
    for file in sorted(public_site.rglob("*.html")):
        assert not re.search(r"<[a-z][^<>]*\son[a-z]+=[\"']", file.read_text(encoding="utf-8")), file


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<script>a()</script>", ["a()"]),
        ('<script src="a.js" defer></script>', []),
        ('<script type="application/json">{}</script><script type="module">b()</script>', ["b()"]),
        ("<SCRIPT>\na()\n</SCRIPT>", ["\na()\n"]),
        ("<code>&lt;script&gt;a()&lt;/script&gt;</code>", []),
    ],
)
def test_what_is_run_is_what_is_hashed(html: str, texts: list[str]) -> None:
    assert inline_scripts(html) == texts


def test_a_page_that_says_nothing_of_its_characters_has_its_policy_at_the_head_s_beginning() -> None:
    assert add_policy("<head><title>x</title></head>").startswith("<head><meta http-equiv=")


def test_webassembly_is_allowed_where_the_site_has_some() -> None:
    assert "'wasm-unsafe-eval'" in policy("", compiles=True)
    assert "'wasm-unsafe-eval'" not in policy("")
