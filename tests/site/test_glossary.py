"""The terms of the glossary as they are marked: the first use in running text, and nothing else."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

HOOKS = Path(__file__).parents[2] / "hooks"
TABLE = """<table><thead><tr><th>Term</th><th>Meaning</th><th>Explained in</th></tr></thead><tbody>
<tr>
<td>ETag</td>
<td>A <em>mark</em> of a version</td>
<td><a href="../../curriculum/m02/#etag">HTTP</a></td>
</tr>
<tr><td>idempotent, idempotence</td><td>Twice is "once"</td><td>here</td></tr>
<tr><td>fan-out</td><td>One becomes many</td><td></td></tr>
</tbody></table>"""


@pytest.fixture(scope="module")
def glossary() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HOOKS)
        yield importlib.import_module("glossary")


def marked(glossary: ModuleType, html: str) -> list[str]:
    """Return what is marked in a page's content."""
    _, terms = glossary.read_terms(TABLE, glossary.GLOSSARIES[0])
    made = glossary.mark(html, terms, "../about/glossary/", glossary.GLOSSARIES[0].endings)
    assert re.sub(r'<a class="term"[^>]*>(.*?)</a>', r"\1", made) == html, "nothing else is changed"
    return re.findall(r'<a class="term"[^>]*>(.*?)</a>', made)


def test_a_row_gets_an_id_and_says_its_term(glossary: ModuleType) -> None:
    html, terms = glossary.read_terms(TABLE, glossary.GLOSSARIES[0])

    assert re.findall(r'<tr id="([^"]+)">', html) == ["term-etag", "term-idempotent", "term-fan-out"]
    assert terms[0].meaning == "A mark of a version"
    assert terms[0].explained == {"../../curriculum/m02/"}
    assert terms[1].names == ("idempotent", "idempotence")


def test_the_first_use_is_marked_in_the_form_in_which_it_stands(glossary: ModuleType) -> None:
    html = (
        "<p>Idempotent things. An idempotence, and two ETags, an <em>ETag</em>.</p><ul><li>Fan-out</li></ul>"
    )

    assert marked(glossary, html) == ["Idempotent", "ETags", "Fan-out"]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>ETag</h2>",
        "<p><code>ETag</code></p>",
        '<p><a href="x"><em>ETag</em></a></p>',
        "<details><summary>ETag</summary><p>ETag</p></details>",
        "<pre><code>ETag</code></pre>",
        '<div class="footnote"><ol><li><p>ETag</p></li></ol></div>',
        '<p class="admonition-title">ETag</p>',
        "<table><tr><td><p>ETag</p></td></tr></table>",
        "<section><p>ETag</p></section>",
        "<svg><text>ETag</text></svg>",
        "<p>etag, xETag, ETag-like, /ETag, nETags, ETagged</p>",
        "<p><!-- ETag --><img alt='ETag'></p>",
        '<p><span class="slipbox-planned" title="Not written yet">ETag</span></p>',
        "<p><strong>ETag.</strong> A mark. An ETag is weak or strong.</p>",
        '<h2 id="links">Links</h2><p>ETag</p>',
        "ETag",
    ],
)
def test_what_is_no_running_text_is_left_alone(glossary: ModuleType, html: str) -> None:
    assert marked(glossary, html) == []


def test_text_behind_what_is_left_alone_is_marked_again(glossary: ModuleType) -> None:
    html = '<p>A<br>line <code>x</code> of ETag</p><div class="footnote"><p>fan-out</p></div><p>fan-out</p>'

    assert marked(glossary, html) == ["ETag", "fan-out"]


def test_a_meaning_can_hold_any_sign(glossary: ModuleType) -> None:
    _, terms = glossary.read_terms(TABLE, glossary.GLOSSARIES[0])

    made = glossary.mark("<p>idempotent</p>", terms, "g/", "")

    assert made == (
        '<p><a class="term" href="g/#term-idempotent" data-meaning="Twice is &quot;once&quot;">idempotent</a></p>'
    )


def terms_of(public_site: Path, page: str) -> list[tuple[str, str]]:
    html = (public_site / page / "index.html").read_text(encoding="utf-8")
    return re.findall(r'<a class="term" href="[^"]*#([^"]+)"[^>]*>(.*?)</a>', html)


def test_a_module_marks_each_term_once_and_none_that_it_explains(public_site: Path) -> None:
    terms = terms_of(public_site, "curriculum/m12-caching")
    ids = [term for term, _ in terms]

    assert len(ids) == len(set(ids)) > 3
    assert not {"term-ttl", "term-stampede", "term-cache-aside"} & set(ids)
    glossary = (public_site / "about/glossary/index.html").read_text(encoding="utf-8")
    assert all(f'<tr id="{each}">' in glossary for each in ids)


def test_norwegian_pages_mark_norwegian_terms(public_site: Path) -> None:
    pages = [
        file.parent.relative_to(public_site).as_posix() for file in public_site.glob("be03/**/index.html")
    ]
    found = {term for page in pages for term, _ in terms_of(public_site, page)}

    assert {"term-utrulling", "term-servicenett"} <= found
    assert not {"term-hode", "term-drift", "term-spor"} & found, "they have other meanings as well"


def test_the_project_s_own_pages_have_none(public_site: Path) -> None:
    assert terms_of(public_site, "project/architecture") == []
