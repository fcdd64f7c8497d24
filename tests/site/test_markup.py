"""What a page's code and drawings are made smaller to, and which rules of the style sheets stay: by small examples."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from tools.diagrams import RECORDINGS

HOOKS = Path(__file__).parents[2] / "hooks"
CODE = '''def read(path: str) -> list[int]:
    """Say
    it."""
    if path is None:
        raise ValueError(f"no {path!r}\\n")
    return [1, 0xFF, len(path)]  # twice
    # said
'''


@pytest.fixture(autouse=True)
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(HOOKS)


def block(code: str) -> str:
    return highlight(code, PythonLexer(), HtmlFormatter(nowrap=False, wrapcode=True))[
        len('<div class="highlight">') :
    ].removesuffix("</div>\n")


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def test_code_keeps_its_text_and_only_marks_that_have_a_colour() -> None:
    from code_marks import NAMED, tidy

    written = block(CODE)
    tidied = tidy(written)

    assert plain(tidied) == plain(written) == CODE
    assert set(re.findall(r'<span class="([^"]+)"', tidied)) == {"k", "nf", "nb", "c", "s", "se", "m"}
    assert tidied.count("<span") * 2 < written.count("<span")
    assert tidied.count("<span") == tidied.count("</span>")
    assert '<span class="k">is</span>' in tidied
    assert '<code style="--rows:7">' in tidied
    assert len({name for names in NAMED.values() for name in names.split()}) == sum(
        len(names.split()) for names in NAMED.values()
    )


def test_neighbours_of_one_colour_are_one_mark() -> None:
    from code_marks import tidy

    said = '<pre><code><span class="s2">"a </span><span class="si">{</span><span class="n">b</span><span class="si">}</span><span class="s2">"</span></code></pre>'

    assert tidy(said) == ('<pre><code><span class="s">"a {</span>b<span class="s">}"</span></code></pre>')


def test_every_name_that_the_theme_colours_stands_for_that_colour() -> None:
    """The theme's style sheet says which of Pygments' names look alike; a name of its own stays its own."""
    import material
    from code_marks import NAMED

    sheet = next((Path(material.__file__).parent / "templates/assets/stylesheets").glob("main.*.min.css"))
    ruled = re.findall(
        r"((?:\.highlight \.[a-z0-9]+,?)+)\{color:var\(--md-code-hl-([a-z]+)-color\)\}", sheet.read_text()
    )
    colours = {name: colour for names, colour in ruled for name in re.findall(r"\.highlight \.(\w+)", names)}
    marked = {name: one for one, names in NAMED.items() for name in names.split()}

    assert len(colours) > 50
    for name, one in marked.items():
        if name in colours and name != "ow":
            assert colours[name] == colours[one], name
    assert {colours[name] for name in colours.keys() - marked.keys()} == {"name", "operator", "punctuation"}


def test_a_line_longer_than_the_column_is_an_element_that_wraps() -> None:
    from code_marks import tidy

    long = "    " + "x" * 90

    assert f'<span class="code-long" style="--in:8ch">{long}\n</span>' in tidy(
        f"<pre><code>{long}\nshort\n</code></pre>"
    )


def test_what_is_not_one_block_of_code_stays_as_it_is() -> None:
    from code_marks import tidy

    assert tidy("<script>a < b</script>") == "<script>a < b</script>"


def test_a_sketched_outline_is_drawn_once_and_stays_where_it_was() -> None:
    from drawing_paths import NEAR, lighten, outline

    sketched = [
        (path, outline(path))
        for file in sorted(RECORDINGS.glob("*.svg"))
        for path in re.findall(r' d="(M[^"]*C[^"]*)"', file.read_text("utf-8"))
        if outline(path) != path
    ]

    assert len(sketched) > 10
    for before, after in sketched:
        assert len(after) < len(before) / 3
        for at in (0, 1):
            old, new = (
                [float(point[at]) for point in re.findall(r"(-?[\d.]+)[ ,]\s?(-?[\d.]+)", path)]
                for path in (before, after)
            )
            assert abs(min(old) - min(new)) <= 2 * NEAR
            assert abs(max(old) - max(new)) <= 2 * NEAR
    assert lighten('<rect style=";" fill="var(--site-ink, #24292e)"/>') == '<rect fill="var(--site-ink)"/>'


def test_a_path_that_is_no_sketch_stays_as_it_is() -> None:
    from drawing_paths import outline

    edge = "M95.9,156L95.9,161C95.9,166,95.9,176,95.9,185.3L95.9,212"

    assert outline(edge) == edge
    assert outline("M0 0 C1 1, 2 2, 3 3") == "M0 0 C1 1, 2 2, 3 3"


@pytest.mark.parametrize(
    ("selector", "stays"),
    [
        (".seen", True),
        (".unseen", False),
        (".made-by-a-script", True),
        (".only_a_variable", False),
        ('.seen[data-kind="a"]', True),
        (".seen[data-kind=b]", False),
        (".seen:is(.whatever)", True),
        (".seen a.focus-visible", False),
        ("[dir=rtl] .seen", False),
        (".tabbed-block:nth-child(3)", True),
        (".tabbed-block:nth-child(4)", False),
    ],
)
def test_a_rule_stays_if_something_can_answer_to_it(selector: str, *, stays: bool) -> None:
    from styles import Used, fits

    page = '<div class="seen tabbed-block" data-kind="a" data-tabs="1:3"><a href="x">y</a></div>'
    script = 'const only_a_variable = 1;\nplace.className = "made-by-a-script";'

    assert fits(selector, Used([page], [script])) is stays


PAGE = (
    '<!doctype html><html><head>{links}</head><body class="seen">{scripts}'
    '<script type="module" src="../assets/javascripts/own.js"></script></body></html>'
)
WRITTEN = (
    '<link rel="stylesheet" href="../assets/stylesheets/{0}.css">',
    '<script src="../assets/javascripts/{0}.js" defer></script>',
)
WRITTEN_ANEW = (
    '<link href="../assets/stylesheets/{0}.css" rel="stylesheet"/>',
    '<script defer="" src="../assets/javascripts/{0}.js"></script>',
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Write a site of two pages, one of them as a plugin writes it that parses pages; one script is on one page only."""
    for folder in ("one", "two", "assets/javascripts", "assets/stylesheets"):
        (tmp_path / folder).mkdir(parents=True)
    for page, (link, script) in {"one": WRITTEN, "two": WRITTEN_ANEW}.items():
        names = ("first", "second", *(["alone"] if page == "two" else []))
        html = PAGE.format(
            links="\n".join(link.format(name) for name in ("a", "b")),
            scripts="\n".join(script.format(name) for name in names),
        )
        (tmp_path / page / "index.html").write_text(html, "utf-8")
    for name in ("first", "second", "alone", "own"):
        (tmp_path / f"assets/javascripts/{name}.js").write_text(f'(() => {{\n"{name}";\n}})();\n', "utf-8")
    for name in ("a", "b"):
        (tmp_path / f"assets/stylesheets/{name}.css").write_text(
            f".seen {{ --{name}: 1; order: var(--{name}) }}"
        )
    return tmp_path


def test_what_every_page_loads_is_one_script_in_the_same_order(site: Path) -> None:
    from scripts import join

    join(site)

    joined = next((site / "assets/javascripts").glob("site.*.js"))
    assert re.findall(r'"(\w+)"', joined.read_text("utf-8")) == ["first", "second"]
    assert sorted(file.name for file in joined.parent.iterdir()) == ["alone.js", "own.js", joined.name]
    for page, alone in (("one", []), ("two", ["../assets/javascripts/alone.js"])):
        html = (site / page / "index.html").read_text("utf-8")
        assert re.findall(r'src="([^"]+)"', html) == [
            f"../assets/javascripts/{joined.name}",
            *alone,
            "../assets/javascripts/own.js",
        ]


def test_what_every_page_loads_is_one_sheet_however_its_link_is_written(site: Path) -> None:
    from styles import join

    join(site)

    joined = next((site / "assets/stylesheets").glob("site.*.css"))
    assert joined.read_text("utf-8").index("--a") < joined.read_text("utf-8").index("--b")
    for page in ("one", "two"):
        html = (site / page / "index.html").read_text("utf-8")
        assert re.findall(r'href="([^"]+)"', html) == [f"../assets/stylesheets/{joined.name}"]


def test_a_long_line_within_a_mark_of_several_lines_wraps_too() -> None:
    from code_marks import tidy

    long, mark = "x" * 95, '<span class="c">'
    said = f'<pre><code>{mark}"""a\n{long}\n{long}2\nb"""</span>\ny\n<span class="hll">{long}\n</span>z</code></pre>'

    assert tidy(said) == (
        f'<pre><code style="--rows:7">{mark}"""a\n</span>'
        f'<span class="code-long" style="--in:4ch">{mark}{long}\n</span></span>'
        f'<span class="code-long" style="--in:4ch">{mark}{long}2\n</span></span>'
        f'{mark}b"""</span>\ny\n'
        f'<span class="code-long" style="--in:4ch"><span class="hll">{long}\n</span></span>z</code></pre>'
    )
