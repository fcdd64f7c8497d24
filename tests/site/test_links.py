"""Everything that the built site names is there; two checkers look, and neither finds anything."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from site_checker.address import Base
from site_checker.origin import Sources
from site_checker.pipeline import Told, Wishes, check_site, own_base
from site_checker.site import read_site

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml without running what it names."""


_Loader.add_multi_constructor("", lambda *_: None)


def check(site: Path) -> Told:
    settings = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), _Loader)["plugins"]["site_checker"]
    wishes = Wishes(unlinked=tuple(settings["unlinked"]))
    return check_site(site, wishes, lambda files: Sources.guess(DOCS, files))


def test_everything_that_the_site_names_is_there(public_site: Path) -> None:
    told = check(public_site)

    assert (told.pages > 100, told.links > 10_000) == (True, True)
    assert [str(finding) for finding in told.findings] == []


def test_the_lists_for_programs_are_looked_into(public_site: Path) -> None:
    """A check that knew no list would find nothing in it either."""
    names = {file.name for file in public_site.rglob("*") if file.is_file()}

    assert {"graph.json", "llms.txt", "service-worker.js", "sitemap.xml"} <= names
    assert any(name.endswith(".pf_fragment") for name in names)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('href="../m03-routing/', 'href="../m03-rooting/', "missing-file"),
        ("<h2 id=", "<p id='twice'></p><p id='twice'></p><h2 id=", "duplicate-id"),
    ],
)
def test_a_fault_that_is_put_into_it_is_found(
    public_site: Path, tmp_path: Path, old: str, new: str, told: str
) -> None:
    site = tmp_path / "site"
    shutil.copytree(public_site, site)
    page = site / "curriculum/m01-request-flow/index.html"
    text = page.read_text("utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), "utf-8")

    findings = check(site).findings
    assert {(each.path, each.code.value) for each in findings} == {
        ("docs/curriculum/m01-request-flow.md", told)
    }


def test_the_count_of_links_is_shown_where_a_page_asks_for_it(public_site: Path) -> None:
    promise = (public_site / "about/how-this-site-keeps-its-word/index.html").read_text(encoding="utf-8")
    shown = re.search(r"<span>([\d,]+)</span>\s+links", promise)

    assert 'data-figure="links"' not in promise
    assert shown and int(shown[1].replace(",", "")) > 10_000
    assert own_base(read_site(public_site)) == Base()


def test_linkchecker_finds_nothing(site_url: str, tmp_path: Path) -> None:
    """Its own check of anchors reads a page again for each anchor, minutes for one long page; the tests above do that part."""
    settings = tmp_path / "linkcheckerrc"
    settings.write_text(
        "[checking]\nmaxrequestspersecond=1000\nthreads=4\n[filtering]\ncheckextern=0\n[output]\nstatus=0\nwarnings=1\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [Path(sys.executable).with_name("linkchecker"), "--config", settings, "--no-status", site_url],
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 errors found" in done.stdout
