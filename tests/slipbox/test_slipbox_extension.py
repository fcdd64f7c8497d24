"""The extension alone, under plain Python-Markdown: it links, and it refuses what must not be seen."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from markdown import Markdown

from slipbox.errors import UnknownOption
from slipbox.testing import write_vault

VAULT = {
    "Home.md": "---\ntitle: Home\n---\n\nTo [[Part]] and [[Secret|it]]. ==marked== $x$ %%hidden%%\n\n![[Part]]\n\n> [!tip] Do\n> it\n",
    "Part.md": "| a |\n|---|\n| [[Home\\|back]] |\n\nAside^[words].\n",
    "Secret.md": "---\npublish: false\n---\n\nSECRET\n",
    "Broken.md": "---\ntitle: a: b\n---\n\nSECRET too\n",
}


def convert(vault: Path, text: str, **options: str) -> str:
    """Render a text as an engine does that knows nothing of slipbox's plugin."""
    configs = {"slipbox": {"vault": str(vault), **options}}
    return Markdown(extensions=["slipbox"], extension_configs=configs).convert(text)


def test_a_note_is_known_by_its_text_and_its_links_work(tmp_path: Path) -> None:
    html = convert(write_vault(tmp_path, VAULT), VAULT["Home.md"])

    assert '<p>To <a class="slipbox-link" href="Part.md">Part</a> and it. <mark>marked</mark>' in html
    assert '<span class="arithmatex">\\(x\\)</span>' in html
    assert '<div class="slipbox-embed"><table>' in html
    assert '<a class="slipbox-link" href="Home.md">back</a>' in html
    assert 'class="footnote-ref"' in html
    assert '<p class="admonition-title">Do</p>' in html
    assert "hidden" not in html


@pytest.mark.parametrize("name", ["Secret.md", "Broken.md"])
@pytest.mark.parametrize("body_only", [False, True], ids=["whole-file", "body-only"])
def test_a_hidden_note_becomes_a_blank_page_and_an_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, body_only: bool
) -> None:
    text = VAULT[name]
    text = text.split("---\n")[2] if body_only else text

    with caplog.at_level(logging.DEBUG, "slipbox"):
        assert convert(write_vault(tmp_path, VAULT), text) == ""

    assert [
        (record.levelno, record.getMessage()) for record in caplog.records if record.name == "slipbox"
    ] == [
        (logging.ERROR, "a note is internal: it is not rendered (level DEBUG names it)"),
        (logging.DEBUG, f"not rendered: {name}"),
    ]


def test_a_hidden_note_is_rendered_for_who_may_see_it(tmp_path: Path) -> None:
    assert "SECRET" in convert(write_vault(tmp_path, VAULT), VAULT["Secret.md"], audience="internal")


def test_without_a_vault_properties_still_decide(tmp_path: Path) -> None:
    assert Markdown(extensions=["slipbox"]).convert("---\ndg-publish: false\n---\n\nSECRET\n") == ""
    assert Markdown(extensions=["slipbox"]).convert("[[Nowhere]]\n") == (
        '<p><span class="slipbox-unresolved" title="No such note">Nowhere</span></p>'
    )


def test_one_markdown_renders_many_notes(tmp_path: Path) -> None:
    vault = write_vault(tmp_path, VAULT)
    markdown = Markdown(extensions=["slipbox"], extension_configs={"slipbox": {"vault": str(vault)}})

    assert markdown.convert(VAULT["Secret.md"]) == ""
    assert "Part" in markdown.reset().convert(VAULT["Home.md"])
    assert markdown.reset().convert("Not in the vault.\n") == "<p>Not in the vault.</p>"


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(UnknownOption, match="did you mean"):
        Markdown(extensions=["slipbox"], extension_configs={"slipbox": {"audiense": "public"}})


def test_a_link_to_a_heading_and_an_embedded_section_need_no_other_extension(tmp_path: Path) -> None:
    vault = write_vault(
        tmp_path, {"Home.md": "[[Long#A part]]\n\n![[Long#A part]]\n", "Long.md": "## A part\n\nWords.\n"}
    )

    html = convert(vault, "[[Long#A part]]\n\n![[Long#A part]]\n")

    assert '<a class="slipbox-link" href="Long.md#a-part">' in html
    assert '<h2 id="e1-a-part">A part</h2>\n<p>Words.</p>' in html
    assert '<h2 id="a-part">' in convert(vault, "## A part\n\nWords.\n")


@pytest.mark.parametrize("ending", ["\r\n", "\r"], ids=["windows", "old-mac"])
def test_a_text_with_another_systems_line_ends_begins_where_its_properties_end(
    tmp_path: Path, ending: str
) -> None:
    html = convert(write_vault(tmp_path, VAULT), VAULT["Home.md"].replace("\n", ending))

    assert html.startswith('<p>To <a class="slipbox-link" href="Part.md">Part</a>')
