"""The feed of a site that has an address, by the rules of RSS 2.0; and where pages say that it and their copies are."""

from __future__ import annotations

import re
import subprocess
import sys
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

ADDRESS = "https://example.org/docs/"
SELF = "{http://www.w3.org/2005/Atom}link"
PAGES = {
    "index.md": "---\ndescription: Where it begins.\n---\n\n# Home\n",
    "a/Kø & <mer>.md": "---\nlang: nb\ndescription: Om [[Secret|det]] & mer.\n---\n\n# Kø & &lt;mer&gt;\n",
    "Secret.md": "---\npublish: false\nvisibility: internal\ndescription: Nobody's.\n---\n\n# Secret\n",
    "Hidden.md": "---\nvisibility: unlisted\n---\n\n# Hidden\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a small site with history and return its folder."""
    folder = tmp_path_factory.mktemp("feed")
    for name, text in PAGES.items():
        (folder / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    (folder / "mkdocs.yml").write_text(
        f"site_name: Small & fine\nsite_url: {ADDRESS}\ntheme: {{name: material, font: false}}\n"
        "plugins: {slipbox: {url_case: lower}}\n",
        encoding="utf-8",
    )
    for command in (
        ["git", "init", "-q"],
        ["git", "add", "-A"],
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "Begin"],
        [sys.executable, "-m", "mkdocs", "build", "-q"],
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def channel(site: Path) -> ElementTree.Element:
    root = ElementTree.parse(site / "feed.xml").getroot()
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    [channel] = root
    return channel


def test_the_channel_says_what_the_rules_ask_for(channel: ElementTree.Element) -> None:
    assert channel.findtext("title") == "Small & fine"
    assert channel.findtext("link") == ADDRESS
    assert channel.findtext("description")
    assert channel.findtext("language") == "en"
    assert parsedate_to_datetime(channel.findtext("lastBuildDate") or "").tzinfo is not None
    [own] = channel.findall(SELF)
    assert own.attrib == {"href": f"{ADDRESS}feed.xml", "rel": "self", "type": "application/rss+xml"}


def test_each_item_is_known_by_an_absolute_address_that_leads_to_its_page(
    site: Path, channel: ElementTree.Element
) -> None:
    items = channel.findall("item")
    addresses = [item.findtext("link") or "" for item in items]

    assert len(addresses) == len(set(addresses)) == 2
    for item, address in zip(items, addresses, strict=True):
        assert address.startswith(ADDRESS)
        assert address.isascii() and not re.search(r"[\s<>\"]", address), address
        assert (site / unquote(address.removeprefix(ADDRESS)) / "index.html").is_file()
        guid = item.find("guid")
        assert guid is not None and guid.text == address and guid.get("isPermaLink") == "true"
        assert parsedate_to_datetime(item.findtext("pubDate") or "").utcoffset() is not None


def test_titles_and_descriptions_say_nothing_of_what_is_hidden(
    site: Path, channel: ElementTree.Element
) -> None:
    told = {item.findtext("title"): item.findtext("description") for item in channel.findall("item")}

    assert told == {"Home": "Where it begins.", "Kø & <mer>": "Om det & mer."}
    llms = (site / "llms.txt").read_text("utf-8")
    assert "(index.md): Where it begins." in llms
    assert "index.md): Om det & mer." in llms
    assert "Secret" not in llms and "Hidden" not in llms


def test_a_page_says_where_the_feed_and_its_copy_are(site: Path) -> None:
    head = (site / "index.html").read_text("utf-8").partition("</head>")[0]

    assert (
        f'<link rel="alternate" type="application/rss+xml" title="Small &amp; fine" href="{ADDRESS}feed.xml">'
        in head
    )
    assert '<link rel="alternate" type="text/markdown" href="index.md">' in head
    hidden = (site / "hidden/index.html").read_text("utf-8").partition("</head>")[0]
    assert "text/markdown" not in hidden


def test_without_an_address_there_is_no_feed_and_none_is_named(public_site: Path) -> None:
    if (public_site / "feed.xml").exists():
        pytest.skip("this site was built for an address")
    assert "application/rss+xml" not in (public_site / "index.html").read_text("utf-8")
