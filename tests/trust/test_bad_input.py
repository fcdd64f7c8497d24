"""Whatever somebody writes into a vault or a snippet: a finding or a clear error, never a traceback, a hang or a loss."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hostile_inputs import inputs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown import Markdown

from slipbox.anchors import Anchors
from slipbox.bounds import bound
from slipbox.brackets import look_once
from slipbox.config import Options
from slipbox.desk import Desk
from slipbox.lint import lint
from slipbox.model import NotePath
from slipbox.note import parse_note
from slipbox.patience import patient
from slipbox.pipeline import read_edition
from slipbox.render import Renderer
from slipbox.testing import render_vault, write_vault
from snippets_runner.config import load_config
from snippets_runner.discover import discover

SLOW = ("note-of-ten-megabytes", "note-of-seventeen-megabytes", "snippet-of-megabytes", "files-many")
"""Left to the night."""
NOTHING = ("text-callout-title-only", "text-empty", "text-one-newline")
"""What holds no text that could be kept."""
TRIALS = Path(__file__).with_name("trials.py")
quick = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    left_out = () if os.environ.get("NIGHTLY") else SLOW
    command = [sys.executable, TRIALS, tmp_path_factory.mktemp("trials"), *left_out]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(inputs()) - len(left_out) >= 118
    return {row["name"]: row for row in rows}


def test_nothing_ends_in_a_traceback_or_hangs(told: dict[str, dict[str, Any]]) -> None:
    assert {
        name: row.get("traceback", row.get("hang")) for name, row in told.items() if "told" not in row
    } == {}
    assert {name: row["seconds"] for name, row in told.items() if row["seconds"] > 10} == {}


def test_nothing_needs_much_memory(told: dict[str, dict[str, Any]]) -> None:
    assert {name: row["megabytes"] for name, row in told.items() if row["megabytes"] > 512} == {}


def test_nothing_is_lost_in_silence(told: dict[str, dict[str, Any]]) -> None:
    """What isn't on a page is told of."""
    assert [name for name, row in told.items() if not row["kept"] and not row["told"]] == [
        name for name in told if name in NOTHING
    ]


def test_nothing_outside_of_the_vault_and_the_snippets_is_read_and_nothing_is_run(
    told: dict[str, dict[str, Any]],
) -> None:
    assert [name for name, row in told.items() if row["outside"] or row["pwned"]] == []


def pieces(*words: str) -> st.SearchStrategy[str]:
    """Return texts of these words and of others in between."""
    return st.lists(st.one_of(st.sampled_from(words), st.text(max_size=5)), max_size=30).map("".join)


@quick
@given(block=pieces("a: ", "- ", "\n", "  ", "{", "}", "[", "]", ": ", "'", '"', "&a ", "*a", "|\n", "? ", "!!str ", "publish: true\n", "tags:", "---\n", "\t"))  # fmt: skip
def test_any_properties_are_read_or_told_of(block: str) -> None:
    note = parse_note(NotePath("a.md"), f"---\n{block}\n---\nText.\n", Options())

    assert len(note.shown) == len(note.text)
    for finding in note.findings:
        assert finding.line >= 1 and finding.column >= 1


@quick
@given(
    text=pieces(
        "[[",
        "]]",
        "![[",
        "B",
        "#h",
        "#^b",
        "|",
        "\\|",
        "> [!note]",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "`",
        "$",
        "%%",
        "^b",
        "<b>",
        "</b>",
        "==",
        "| a |\n|-|\n",
        "    ",
        "```\n",
        "# h\n",
    ),
)
def test_any_text_is_rendered_with_its_links_embeds_and_callouts(tmp_path: Path, text: str) -> None:
    vault = write_vault(
        tmp_path, {"A.md": text.encode(errors="surrogatepass"), "B.md": "# h\n\nText. ^b\n\n![[A]]\n"}
    )

    lint(vault, vault, Options())
    assert set(render_vault(vault, Options())) <= {NotePath("A.md"), NotePath("B.md")}


@quick
@given(
    target=pieces("a.py", ":", "x", "..", "/", "1", "\\", "~", " ", "%2e", '"', "[", "*", "\0"),
    head=pieces(
        "# /// script\n",
        "# ///\n",
        "# ",
        "[tool.snippets-runner]\n",
        "timeout = ",
        "1",
        "redact = ",
        "[{",
        "}]",
        "'",
        "# --8<-- [start:x]\n",
        "# --8<-- [end:x]\n",
        "dependencies = ['a']\n",
    ),
)
def test_any_include_and_any_script_block_is_read_or_told_of(tmp_path: Path, target: str, head: str) -> None:
    """The folder is written anew for each example."""
    for name, text in {"docs/A.md": f'```python\n--8<-- "{target}"\n```\n', "snippets/a.py": head}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode(errors="surrogatepass"))

    for finding in discover(load_config(tmp_path)).findings:
        assert str(finding.where).startswith(("docs/A.md:", "snippets/a.py:"))


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.sampled_from(["text", "file", "link", "group", "A.md", "left"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "type", "text", "file", "url", "x", "y", "width", "height", "color", "label", "nodes", "edges", "fromNode", "toNode", "fromSide"]), inner, max_size=6),
    max_leaves=12,
)  # fmt: skip


@quick
@given(nodes=json_values, edges=json_values)
def test_any_canvas_is_drawn_or_told_of(tmp_path: Path, nodes: object, edges: object) -> None:
    canvas = json.dumps({"nodes": [nodes], "edges": [edges]})
    vault = write_vault(tmp_path, {"A.md": "KEPT ![[c.canvas]]\n", "c.canvas": canvas})

    lint(vault, vault, Options())
    assert "KEPT" in render_vault(vault, Options())[NotePath("A.md")]


def test_a_page_that_takes_too_long_is_left_empty_and_named(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    vault = write_vault(tmp_path, {"Slow.md": "x\n"})
    edition = read_edition(vault, vault, Options())
    desk = Desk(renderer=Renderer(edition=edition, anchors=Anchors()))
    desk.lay(edition.notes[NotePath("Slow.md")])
    convert = patient(Markdown().convert, desk, seconds=0.2)

    assert convert("*fine*") == "<p><em>fine</em></p>"
    assert convert("[" * 20_000) == '<p class="slipbox-unsupported">This page could not be made</p>'
    assert "Slow.md:1:1: too-slow" in caplog.text


@pytest.mark.parametrize("text", ["[", "![", "[a](", "[[", "[a][", "![a]("])
def test_a_run_of_open_brackets_is_rendered_in_time(tmp_path: Path, text: str) -> None:
    """Each took Python-Markdown half a minute and more: it looked for the end of each through the rest."""
    vault = write_vault(tmp_path, {"A.md": "KEPT " + text * (40_000 // len(text))})

    assert "KEPT" in render_vault(vault, Options())[NotePath("A.md")]


@pytest.mark.parametrize(
    "text",
    [
        '[a](b) [c [d] e](f "g") ![h](i) [j][k] [l] ![m][k] [a](<b c> \'d\') [n]( o ) \\[p](q) [`]`](r)\n\n[k]: /x "t"\n[l]: /y\n',
        '[a [b](c)](d) [e](f(g)h) [i](j "k\' ) [l](m\'n "o") [p]q](r) [[s](t) [u](v "w" x) [](y) [z]()\n',
    ],
)
def test_links_are_those_of_markdown_all_the_same(text: str) -> None:
    plain, ours = Markdown(), Markdown()
    look_once(ours)
    assert ours.convert(text) == plain.convert(text)


LINKS = ("[a](b)", "![a](b)", "[a][k]", "[k]", "[", "]", "(", ")", '"', "'", "<", ">", " ", "a")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=st.lists(st.sampled_from(LINKS), max_size=14).map("".join))
def test_any_links_are_those_of_markdown_all_the_same(text: str) -> None:
    plain, ours = Markdown(), Markdown()
    look_once(ours)
    assert ours.convert(f"{text}\n\n[k]: /x\n") == plain.convert(f"{text}\n\n[k]: /x\n")


MARKS = (
    "`",
    "``",
    "```",
    "a",
    " ",
    "\n\n",
    "\\(",
    "\\)",
    "$",
    "\\",
    "x < y",
    "<a ",
    "<b>",
    "!!! note\n",
    "??? tip\n",
    "    text\n",
    "**",
    "# a\n",
    "## b ##\n",
    "- c\n",
    "[^",
    "^[",
    "]",
)


def bounded(text: str) -> tuple[str, str]:
    """Return a text as Markdown renders it with the extensions of a site, and with our bounds."""
    names = [
        "admonition",
        "footnotes",
        "md_in_html",
        "pymdownx.superfences",
        "pymdownx.details",
        "pymdownx.arithmatex",
    ]
    plain, ours = Markdown(extensions=names), Markdown(extensions=names)
    bound(ours)
    return ours.convert(text), plain.convert(text)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=st.lists(st.sampled_from(MARKS), max_size=20).map("".join), far=st.booleans(), many=st.booleans())
def test_code_formulas_tags_and_admonitions_are_those_of_markdown_all_the_same(
    text: str, *, far: bool, many: bool
) -> None:
    """`far` puts the marks beyond where they are looked for at first, `many` makes long runs of them."""
    whole = f"{text} {'word ' * 300}\n{text}" if far else text
    whole += "\n\n" + "".join(f"!!! note\n{'    text' * (number % 7 == 0)}" for number in range(120)) + "# a\n## b ##\n" * 60 + f"\n\n{text}" + "<a " * 120 if many else ""  # fmt: skip
    ours, plain = bounded(whole)

    assert ours == plain


@pytest.mark.parametrize(
    "text",
    [
        "``a`",
        "<a ",
        "<a href='x' ",
        '<a href="',
        "\\(",
        "!!! a\n",
        "??? a\n",
        "# a\n",
        "## a ##\n",
        "# a {#b}\n",
        "<",
        "^[",
    ],
)
def test_a_long_run_is_rendered_and_not_ended(
    caplog: pytest.LogCaptureFixture, tmp_path: Path, text: str
) -> None:
    vault = write_vault(tmp_path, {"A.md": "KEPT\n\n" + text * (64_000 // len(text))})

    assert "KEPT" in render_vault(vault, Options())[NotePath("A.md")]
    assert "too-slow" not in caplog.text
