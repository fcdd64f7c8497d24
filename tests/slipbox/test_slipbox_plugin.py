"""The plugin in real builds, by MkDocs and by ProperDocs: what is shown, and what must not be there at all."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from slipbox.config import parse_options
from slipbox.graph_page import graph_page
from slipbox.pages import with_language
from slipbox.pipeline import read_edition
from slipbox.testing import write_vault
from slipbox.visibility import without

CONFIG = """\
site_name: Test
site_url: https://example.org/
theme: {{name: material, font: false}}
strict: true
plugins:
  search: {{}}
  slipbox:
    audience: {audience}
    url_case: lower
    planned_notes: planned.txt
markdown_extensions: [tables, toc, attr_list, pymdownx.superfences]
validation: {{links: {{anchors: warn, unrecognized_links: warn, absolute_links: warn}}}}
"""
VAULT = {
    "docs/index.md": "# Home\n\nTo [[Sagas]], [[🛠 Ressurser/Slipbox/Microservices|long]], [[Microservices#Hvorfor ikke?]], "
    "[[Hemmelig plan|planen]], [[Hemmelig plan]], [[planlagt]], ![[bilde.png]].\n",
    "docs/🛠 Ressurser/Slipbox/Sagas.md": "---\naliases: Sagaene\ntittel: Sagaer <b>her</b>\nlang: nb\n---\n\nEn setning om [[Microservices]].\n",
    "docs/🛠 Ressurser/Slipbox/Omtale.md": "---\nlang: nb\ncssclasses: wide, 9bad\ntags: [Drift/Logg]\nlivsyklus: spirende\n---\n\n# Omtale\n\nHer nevnes Microservices uten lenke. "
    "Og #drift/mål.\n",
    "docs/🛠 Ressurser/Slipbox/Microservices.md": '---\n{"permalink": "/ressurser/ms/", "dg-publish": true}\n---\n\n## Hvorfor ikke?\n\nTekst.\n',
    "docs/🛠 Ressurser/Hemmelig plan.md": "---\nsynlighet: intern\naliases: [Kodenavn-TOKEN]\ntags: [TOKEN-merke]\n---\n\n"
    "# TOKEN\n\nLenker til [[Sagas]]. ![[token-bilde.png]] ![b](token-bilde2.png)\n",
    "docs/🛠 Ressurser/token-bilde.png": b"TOKEN-bytes",
    "docs/🛠 Ressurser/token-bilde2.png": b"TOKEN-bytes",
    "docs/🛠 Ressurser/bilde.png": b"seen",
    "docs/TOKEN-mappe/ødelagt.md": "---\ntitle: a: b\n---\n\nTOKEN\n",
    "docs/unlisted.md": "---\nvisibility: unlisted\n---\n\nOnly by address.\n",
    "docs/Status.md": "Status: this line is text, not a property.\n",
    "planned.txt": "planlagt\n",
}


def build(folder: Path, *, audience: str, engine: str = "mkdocs") -> Path:
    """Build the test vault; return the site's folder."""
    write_vault(folder, VAULT)
    (folder / "mkdocs.yml").write_text(CONFIG.format(audience=audience), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", engine, "build", "--strict", "-f", str(folder / "mkdocs.yml"), "-d", str(folder / "site")],
        capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (folder / "log.txt").write_text(done.stdout + done.stderr, "utf-8")
    return folder / "site"


@pytest.fixture(scope="module", params=["mkdocs", "properdocs"])
def public(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("public"), audience="public", engine=request.param)


@pytest.fixture(scope="module")
def internal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("internal"), audience="serve")


def texts(site: Path) -> Iterator[tuple[Path, str]]:
    """Yield every file of a site but the theme's own, as text, also unpacked and decoded."""
    for file in sorted(site.rglob("*")):
        if file.is_file() and "assets/javascripts" not in str(file):
            raw = file.read_bytes()
            raw = gzip.decompress(raw) if file.suffix == ".gz" else raw
            text = raw.decode("utf-8", errors="replace")
            yield file.relative_to(site), f"{file.relative_to(site)}\n{text}\n{unquote(text)}"


def test_a_page_links_by_addresses_that_exist(public: Path) -> None:
    home = (public / "index.html").read_text("utf-8")

    assert '<a class="slipbox-link" href="ressurser/slipbox/sagas/">Sagas</a>' in home
    assert '<a class="slipbox-link" href="ressurser/ms/">long</a>' in home
    assert '<a class="slipbox-link" href="ressurser/ms/#hvorfor-ikke">' in home
    assert '<span class="slipbox-planned" title="Not written yet">planlagt</span>' in home
    assert (public / "ressurser/slipbox/sagas/index.html").is_file()
    assert (public / "ressurser/ms/index.html").is_file()


def test_what_is_hidden_is_nowhere_in_the_public_site(public: Path) -> None:
    for file, text in texts(public):
        assert "token" not in text.casefold(), file
        assert "hemmelig" not in text.casefold(), file
    assert "planen, private note, " in (public / "index.html").read_text("utf-8")
    assert (public / "🛠 Ressurser/bilde.png").is_file()


def test_the_author_sees_everything(internal: Path) -> None:
    assert "TOKEN" in (internal / "ressurser/hemmelig-plan/index.html").read_text("utf-8")
    assert (internal / "🛠 Ressurser/token-bilde.png").is_file()


def test_a_page_that_is_unlisted_has_an_address_and_is_in_no_list(public: Path) -> None:
    assert "Only by address." in (public / "unlisted/index.html").read_text("utf-8")
    for name in ("search/search_index.json", "sitemap.xml", "index.html"):
        assert "unlisted" not in (public / name).read_text("utf-8"), name
    assert b"unlisted" not in gzip.decompress((public / "sitemap.xml.gz").read_bytes())


def test_a_page_speaks_its_language(public: Path) -> None:
    page = (public / "ressurser/ms/index.html").read_text("utf-8")
    assert '<html lang="en"' in page
    assert '<h2 id="slipbox-backlinks" lang="en">Linked from</h2>' in page
    assert '<p class="slipbox-context" lang="nb">En setning om <mark>Microservices</mark>.</p>' in page
    assert '<html lang="nb"' in (public / "ressurser/slipbox/sagas/index.html").read_text("utf-8")


def test_a_title_from_the_properties_is_text(public: Path) -> None:
    page = (public / "ressurser/slipbox/sagas/index.html").read_text("utf-8")
    assert "<h1>Sagaer &lt;b&gt;her&lt;/b&gt;</h1>" in page


def test_a_first_line_with_a_colon_stays_text(public: Path) -> None:
    assert "Status: this line is text" in (public / "status/index.html").read_text("utf-8")


def test_another_name_of_a_note_leads_to_it(public: Path) -> None:
    page = (public / "sagaene/index.html").read_text("utf-8")
    assert '<meta http-equiv="refresh" content="0; url=../ressurser/slipbox/sagas/">' in page
    assert '<html lang="nb">' in page
    assert "sagaene/" not in (public / "sitemap.xml").read_text("utf-8")


def test_the_graph_has_addresses_that_exist(public: Path) -> None:
    graph = json.loads((public / "graph.json").read_text("utf-8"))
    titles = {note["title"]: note for note in graph["notes"]}
    assert titles["Sagaer <b>her</b>"]["url"] == "ressurser/slipbox/sagas/"
    assert all((public / unquote(note["url"]) / "index.html").is_file() for note in graph["notes"])
    assert "unlisted" not in titles


def test_tags_and_folders_have_pages(public: Path) -> None:
    for address in ("tags/drift", "tags/drift/logg", "tags/drift/mål", "ressurser/slipbox"):
        page = (public / address / "index.html").read_text("utf-8")
        assert '/omtale/">Omtale</a>' in page or 'href="omtale/">Omtale</a>' in page, address
    assert "Slipbox</a>" in (public / "ressurser/index.html").read_text("utf-8")
    assert '<a class="slipbox-tag" href="../../../tags/drift/mål/">#drift/mål</a>' in unquote(
        (public / "ressurser/slipbox/omtale/index.html").read_text("utf-8")
    )
    assert not (public / "orphans").exists()
    assert '<html lang="nb"' in (public / "tags/drift/index.html").read_text("utf-8"), (
        "its only note is Norwegian"
    )
    assert '<html lang="en"' in (public / "tags/index.html").read_text("utf-8")


def test_the_author_is_told_of_loose_ends(internal: Path) -> None:
    page = (internal / "orphans/index.html").read_text("utf-8")
    assert "Omtale</a>" in page
    assert "Links to nothing" in page


def test_a_page_begins_with_a_quiet_line(public: Path) -> None:
    page = (public / "ressurser/slipbox/omtale/index.html").read_text("utf-8")
    start = page.index("<h1")
    line = page[start : page.index("</p>", start)]
    assert '<p class="slipbox-line" lang="nb" data-search-exclude>1 min lesetid · ' in line
    assert '<div class="wide">' in page
    assert '<span class="slipbox-stage">spirende</span> · <a class="slipbox-tag"' in line


def test_a_page_ends_with_mentions_and_the_notes_around_it(public: Path) -> None:
    page = (public / "ressurser/ms/index.html").read_text("utf-8")
    assert "Mentioned without a link" in page
    assert (
        '<p class="slipbox-context" lang="nb">Her nevnes <mark>Microservices</mark> uten lenke.</p>' in page
    )
    assert '<svg viewBox="0 0 300 60" role="group" aria-labelledby="slipbox-graph">' in page
    assert '<a xlink:href="../slipbox/sagas/"><title>Sagaer &lt;b&gt;her&lt;/b&gt;</title>' in page


def test_a_page_ends_with_the_ways_to_all_notes_and_to_a_random_one(public: Path) -> None:
    page = (public / "ressurser/slipbox/omtale/index.html").read_text("utf-8")
    ways = page[page.index('<nav class="slipbox-ways" aria-label="Andre veier" lang="nb"') :]
    assert '<a href="../../../graph/">Alle notater</a>' in ways
    assert '<a href="../../../graph/" data-slipbox-random="../graph.json">Et tilfeldig notat</a>' in ways
    assert '<script src="../../../assets/slipbox/random.js" defer></script>' in page
    assert "Sagaer" not in ways, "the list is fetched when it is asked for, never on the page"


def test_the_whole_graph_has_a_page_with_a_table_that_says_the_same(public: Path) -> None:
    page = unquote((public / "graph/index.html").read_text("utf-8"))
    assert (
        '<td><a href="../ressurser/slipbox/sagas/" lang="nb">Sagaer &lt;b&gt;her&lt;/b&gt;</a></td>' in page
    )
    assert 'src="../assets/slipbox/graph.js"' in page
    assert (public / "assets/slipbox/graph.js").is_file()
    assert "assets/slipbox/graph.js" not in (public / "index.html").read_text("utf-8")
    assert "assets/slipbox/preview.js" in (public / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("note", "settings", "language", "title"),
    [
        ("---\nlang: nb\n---\n", {}, "nb", "Alle notater"),  # its notes have one language
        ("---\nlang: nb\n---\n", {"languages": {"graph": "en"}}, "en", "All notes"),
        ("English.\n", {"languages": {"graph": "nb"}}, "nb", "Alle notater"),
        ("English.\n", {}, "en", "All notes"),
    ],
)
def test_what_is_made_of_the_vault_speaks_the_language_of_its_notes_or_of_its_folder(
    tmp_path: Path, note: str, settings: dict[str, object], language: str, title: str
) -> None:
    vault = write_vault(tmp_path, {"A.md": note})
    edition = read_edition(vault, vault, parse_options(settings))

    assert graph_page(edition, lambda note: "", "").startswith(f'---\ntitle: "{title}"\nlang: {language}\n')


def test_a_note_can_be_read_as_markdown_and_followed_in_a_feed(public: Path) -> None:
    copy = (public / "index.md").read_text("utf-8")
    assert copy.startswith("# Home\n\nTo [Sagas](<ressurser/slipbox/sagas/>), [long](<ressurser/ms/>), ")
    assert "- [Sagaer <b>her</b>](ressurser/slipbox/sagas/index.md)\n" in (public / "llms.txt").read_text(
        "utf-8"
    )
    assert (public / "ressurser/slipbox/sagas/index.md").is_file()
    feed = (public / "feed.xml").read_text("utf-8")
    assert "<link>https://example.org/</link>" in feed
    assert not (public / "unlisted/index.md").exists()


def test_pages_with_a_file_name_are_linked_to_by_it(tmp_path: Path) -> None:
    """Without directories for addresses, everything that the vault makes still leads to files that exist."""
    files = {
        "mkdocs.yml": "site_name: x\nuse_directory_urls: false\nplugins: {slipbox: {}}\n",
        "docs/index.md": "# Home\n\n[[One]]\n",
        "docs/a/One.md": "---\naliases: [Uno]\ntags: [t]\n---\n\n# One\n\n[[index]]\n",
    }
    write_vault(tmp_path, files)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    for page in (
        "index.html",
        "a/One.html",
        "a/index.html",
        "graph/index.html",
        "tags/t/index.html",
        "Uno/index.html",
    ):
        text = (site / page).read_text("utf-8")
        for href in re.findall(r'(?:href="|url=)([^"#:]+\.(?:html|md|css))[#"]', text):
            assert (site / page).parent.joinpath(unquote(href)).resolve().is_file(), f"{page} leads to {href}"
    assert "One.html" in (site / "Uno/index.html").read_text("utf-8")
    for _, copy in re.findall(r"\[(.*?)\]\((.*?)\)", (site / "llms.txt").read_text("utf-8")):
        assert (site / copy).is_file(), copy


def test_a_note_named_like_a_file_gets_an_address_beside_it(tmp_path: Path) -> None:
    files = {
        "mkdocs.yml": "site_name: x\nplugins: {slipbox: {}}\n",
        "docs/index.md": "[[data.csv]] [[data.csv.md]] [md](data.csv.md)\n",
        "docs/data.csv": "1,2\n",
        "docs/data.csv.md": "# About the data\n",
    }
    write_vault(tmp_path, files)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site/data.csv").read_text("utf-8") == "1,2\n"
    assert "About the data" in (tmp_path / "site/data.csv-2/index.html").read_text("utf-8")
    assert "[md](<data.csv-2/>)" in (tmp_path / "site/index.md").read_text("utf-8")


def test_anchors_are_those_of_the_configured_slugify_and_addresses_those_of_a_garden(tmp_path: Path) -> None:
    files = {
        "mkdocs.yml": "site_name: x\nplugins: {slipbox: {}}\nvalidation: {links: {anchors: warn}}\nmarkdown_extensions:\n"
        "  - toc: {separator: _, slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}}\n",
        "docs/index.md": "[[One#Why, då?]] [[Two]]\n",
        "docs/One.md": "---\ndg-permalink: moved/here\n---\n\n## Why, då?\n",
        "docs/Two.md": "---\ndg-path: garden/Two\n---\n\nText.\n",
    }
    write_vault(tmp_path, files)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    home = (tmp_path / "site/index.html").read_text("utf-8")
    assert 'href="moved/here/#why_då"' in home
    assert 'href="garden/Two/"' in home
    assert '<h2 id="why_då">' in (tmp_path / "site/moved/here/index.html").read_text("utf-8")
    assert (tmp_path / "site/garden/Two/index.html").is_file()


@pytest.mark.parametrize("engine", ["mkdocs", "properdocs"])
def test_the_engine_knows_the_ids_of_copies(tmp_path: Path, engine: str) -> None:
    files = {
        "mkdocs.yml": "site_name: x\ntheme: {name: material, font: false}\nplugins: {slipbox: {}}\nvalidation: {links: {anchors: warn}}\n",
        "docs/index.md": "![[One]]\n",
        "docs/One.md": "Text[^1].\n\n[^1]: A note.\n",
    }
    write_vault(tmp_path, files)
    command = [sys.executable, "-m", engine, "build", "--strict"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert "there is no such anchor" not in done.stderr
    assert done.returncode == 0, done.stderr
    assert 'id="e1-fn:1"' in (tmp_path / "site/index.html").read_text("utf-8")


def test_backlinks_are_not_searched(public: Path) -> None:
    index = (public / "search/search_index.json").read_text("utf-8")
    assert "Linked from" not in index


def test_an_unknown_option_is_refused_with_the_nearest(tmp_path: Path) -> None:
    write_vault(
        tmp_path,
        {"docs/index.md": "Hi\n", "mkdocs.yml": "site_name: x\nplugins: [{slipbox: {audiense: public}}]\n"},
    )
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 1
    assert 'unknown option "audiense"' in done.stderr
    assert 'did you mean "audience"?' in done.stderr


def test_a_navigation_loses_what_is_hidden() -> None:
    nav = [{"Home": "index.md"}, {"Secret": ["a.md", {"B": "b.md"}]}, "c.md"]

    assert without(nav, {"a.md", "b.md"}) == [{"Home": "index.md"}, "c.md"]


def test_the_language_replaces_the_one_of_the_theme() -> None:
    assert with_language('<!doctype html><html lang="en" class="no-js"><p>', "nb") == (
        '<!doctype html><html lang="nb" class="no-js"><p>'
    )


def test_the_navigation_holds_so_many_entries_of_a_folder_and_its_page(tmp_path: Path) -> None:
    notes = {
        f"docs/area-{area}/note-{number}.md": "# N\n\nText.\n" for area in range(6) for number in range(6)
    }
    config = "site_name: x\ntheme: {name: material, font: false}\nplugins: [{slipbox: {nav_most: 3}}]\n"
    write_vault(tmp_path, {"mkdocs.yml": config, "docs/index.md": "# Home\n", **notes})
    build = [sys.executable, "-m", "mkdocs", "build", "-q", "--strict"]
    subprocess.run(build, cwd=tmp_path, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})

    page = (tmp_path / "site/area-5/note-5/index.html").read_text("utf-8")
    navigation = set(
        re.findall(r'class="md-nav__link[^"]*"[^>]*href="|href="([^"]+)" class="md-nav__link', page)
    )
    assert {"../../area-0/note-0/", "../../area-1/", "../../graph/"} <= navigation
    assert not {link for link in navigation if "area-2" in link or "note-4" in link}
    assert "note-5" in (tmp_path / "site/area-5/index.html").read_text("utf-8"), "its folder's page has it"
