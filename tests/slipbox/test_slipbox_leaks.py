"""What tells of a hidden note is found in every byte of what was made for an audience, and nothing else is taken for it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest

from incremental_build.memo import Memo
from slipbox.config import Options
from slipbox.errors import LeakError
from slipbox.export import export
from slipbox.leaks import Told, look_through
from slipbox.pipeline import Edition, read_edition
from slipbox.sieve import Sieve
from slipbox.signs import watch_for
from slipbox.testing import write_vault

TITLE = 'Lønn & "tillegg" for Kåre'
SENTENCE = "The board wants to sell the northern warehouse before the summer"
HIDDEN = f"---\ntitle: '{TITLE}'\naliases: [Warehouse deal 2027]\nsynlighet: intern\n---\n\n# {TITLE}\n\n{SENTENCE}.\n"
VAULT = {
    "index.md": "# Home\n\nSee [[talks/Sale plan]] and [[Open]].\n",
    "Open.md": "# Open\n\nWords that anybody may read.\n",
    "talks/Sale plan.md": HIDDEN,
    "talks/ledger-2027.pdf": "figures",
}
CONFIG = """\
site_name: Leaks
theme: {name: material, font: false}
hooks: [hook.py]
plugins:
  search: {}
  slipbox: {%s}
"""
HOOK = """\
from pathlib import Path

def on_post_build(config):
    Path(config.site_dir, "feed.json").write_text('{\\n "items": ["%s"]}')
"""


def edition(
    folder: Path, files: Mapping[str, str | bytes] = VAULT, options: Options | None = None
) -> Edition:
    return read_edition(write_vault(folder, files), folder, options or Options())


def looked(folder: Path, name: str, content: str | bytes, files: Mapping[str, str | bytes] = VAULT) -> Told:
    """Return what is found in a site of one file."""
    watch = watch_for(edition(folder / "vault", files))
    return look_through(write_vault(folder / "site", {name: content}), watch)


@pytest.mark.parametrize("length", [11, 12, 15, 40])
def test_a_string_is_found_wherever_it_stands(length: int) -> None:
    string = bytes(range(65, 65 + length))
    sieve = Sieve.of([string, b"another one of them", b"too short"])

    for before in range(33):
        for after in range(9):
            data = b"." * before + string + b"." * after
            assert list(sieve.find(data)) == [(before, 0)], (before, after)
    assert sorted(sieve.find(string + string)) == [(0, 0), (length, 0)]
    assert list(sieve.find(string[:-1])) == list(sieve.find(b"")) == []


GUISES: dict[str, tuple[str, str | bytes]] = {
    "text": ("llms.txt", TITLE),
    "small letters": ("search.txt", TITLE.lower()),
    "html": ("page.html", f"<p>{escape(TITLE)}</p>"),
    "html with numbers": ("page.html", TITLE.replace("&", "&amp;").encode("ascii", "xmlcharrefreplace")),
    "html with names": ("page.html", "L&oslash;nn &amp; \"tillegg\" for K&aring;re"),
    "html with quotes as numbers": ("page.html", escape(TITLE).replace("&quot;", "&#34;")),
    "typographer": ("page.html", "Lønn &amp; ”tillegg” for Kåre"),
    "xml": ("feed.xml", f"<title>{escape(TITLE)}</title>"),
    "json": ("graph.json", json.dumps({"title": TITLE}, ensure_ascii=False)),
    "json of ascii": ("graph.json", json.dumps({"title": TITLE})),
    "json in a script": ("page.html", json.dumps(TITLE).replace("&", "\\u0026")),
    "address": ("page.html", f"<a href='/{quote('talks/Sale plan')}/'>"),
    "address with plus": ("page.html", "?name=Warehouse+deal+2027"),
    "slug": ("page.html", "<a href='/talks/sale-plan/'>"),
    "alias as a slug": ("redirects.html", "<a href='/warehouse-deal-2027/'>"),
    "decomposed": ("page.html", TITLE.replace("å", "a\u030a").replace("&", "&amp;")),
    "sentence": ("page.md", f"Words. {SENTENCE}, words"),
    "sentence in an address": ("page.html", f"mailto:?body={quote(SENTENCE)}"),
    "gzip": ("sitemap.xml.gz", gzip.compress(SENTENCE.encode())),
    "base64": ("page.html", f"<img src='data:image/svg+xml;base64,{base64.b64encode(SENTENCE.encode()).decode()}'>"),
    "file": ("talks/ledger-2027.pdf", "other figures"),
    "path": ("talks/Sale plan/index.html", "nothing"),
    "binary": ("picture.png", b"\x89PNG\r\n\x1a\n\x00" + SENTENCE.encode() + b"\xff\x00"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(GUISES))
def test_what_is_hidden_is_found_in_every_guise(tmp_path: Path, name: str) -> None:
    told = looked(tmp_path, *GUISES[name])

    assert told.findings, f"{name}: not found"
    assert all(each.code.value == "leak" and "talks/" in each.message for each in told.findings)


def test_a_finding_names_file_line_and_column(tmp_path: Path) -> None:
    told = looked(tmp_path, "a/page.html", f"<p>\næøå {SENTENCE}.\n")

    assert [str(each).splitlines()[0] for each in told.findings] == [
        "a/page.html:2:5: leak: the sentence of a hidden note or file, talks/Sale plan.md, stands here"
    ]


HARMLESS: dict[str, tuple[dict[str, str], str]] = {
    "an index": ({"secret/index.md": "---\nsynlighet: intern\n---\n\nx\n"}, "<a href='index.html'>Index</a>"),
    "a word that is used everywhere": ({"Databases.md": "---\ndraft: true\n---\n\n# Databases\n"}, "Databases of all kinds"),
    "a title that a public note says": ({"Sale.md": "---\ndraft: true\n---\n\n# Words that anybody may read\n"}, "Words that anybody may read"),
    "a title that a public note says with markup": (
        {"Sale.md": "---\ndraft: true\n---\n\n# Plans of the house\n", "Open.md": "# Open\n\nThe *plans* of the [[index|house]].\n"},
        "<a id='plans-of-the-house'>",
    ),
    "the words of a link to it": (
        {"Sale.md": "---\ndraft: true\n---\n\n# Plans of the house\n", "index.md": "[[Sale|Plans of the house]]\n"},
        "Plans of the house",
    ),
    "a description that another note has": (
        {"Sale.md": f"---\ndraft: true\n---\n\n{SENTENCE}\n", "Open.md": f"---\ndescription: {SENTENCE}\n---\n\nx\n"},
        f'<meta name="description" content="{SENTENCE}">',
    ),
    "a day": ({"2027-01-31.md": "---\ndraft: true\n---\n\nx\n"}, "<time>2027-01-31</time>"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(HARMLESS))
def test_what_others_say_too_is_no_leak(tmp_path: Path, name: str) -> None:
    files, content = HARMLESS[name]
    plain = {path: text for path, text in VAULT.items() if not path.startswith("talks/")}
    folder = edition(tmp_path / "vault", {**plain, **files})
    site = write_vault(tmp_path / "site", {"page.html": content})

    watch = watch_for(folder)
    assert (
        look_through(site, watch, lambda: ["plans of the house"] if "markup" in name else []).findings == ()
    )


def test_a_name_that_a_public_note_only_links_to_is_still_looked_for(tmp_path: Path) -> None:
    """`[[talks/Sale plan]]` is a way to the hidden note, and no page shows it."""
    assert "talks/Sale plan" in VAULT["index.md"]
    assert looked(tmp_path, "page.html", "talks/Sale plan").findings


def test_a_comment_of_a_public_note_is_hidden_too(tmp_path: Path) -> None:
    files = {"index.md": f"# Home\n\n%%{SENTENCE}%% Text.\n"}

    told = looked(tmp_path, "page.html", SENTENCE, files)

    assert [each.message for each in told.findings] == ["a comment, index.md, stands here"]


def test_what_has_not_changed_is_not_looked_through_again(tmp_path: Path) -> None:
    watch = watch_for(edition(tmp_path / "vault"))
    site = write_vault(tmp_path / "site", {"a.html": SENTENCE, "b.html": "Words.", "c.html": "Others."})
    memo = Memo(tmp_path / "kept.sqlite3")
    first = look_through(site, watch, keep=memo.keep)
    memo.save(whole=True)
    (site / "c.html").write_text("New ones.", "utf-8")

    memo = Memo(tmp_path / "kept.sqlite3")
    again = look_through(site, watch, keep=memo.keep)

    assert again == first
    assert (len(first.findings), first.files, memo.misses) == (1, 3, 1)
    assert b"Sale" not in (tmp_path / "kept.sqlite3").read_bytes(), "what is kept names nothing hidden"


def build(
    folder: Path, settings: str = "", *options: str, leaked: str = SENTENCE
) -> subprocess.CompletedProcess[str]:
    """Build the vault with a hook that writes what it should not."""
    files = {f"docs/{path}": text for path, text in VAULT.items()}
    write_vault(folder, {"mkdocs.yml": CONFIG % settings, "hook.py": HOOK % leaked, **files})
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", *options], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip


def test_a_public_build_that_leaks_fails_and_names_the_place(tmp_path: Path) -> None:
    done = build(tmp_path)

    assert done.returncode == 1
    assert (
        "feed.json:2:13: leak: the sentence of a hidden note or file, talks/Sale plan.md, stands here"
        in done.stderr
    )
    assert "name them in `not_leaks`" in done.stderr


def test_without_a_leak_the_build_says_what_it_looked_for(tmp_path: Path) -> None:
    done = build(tmp_path, leaked="Words that anybody may read")

    assert done.returncode == 0, done.stderr
    assert "nothing of the hidden notes (1) stands in" in done.stderr


def test_a_leak_may_be_a_warning_or_allowed_or_ignored(tmp_path: Path) -> None:
    warned, strict = build(tmp_path, "leaks: warn"), build(tmp_path, "leaks: warn", "--strict")
    allowed = build(tmp_path, f"not_leaks: ['{SENTENCE}']", "--strict")
    ignored = build(tmp_path, "leaks: ignore", "--strict")
    internal = build(tmp_path, "audience: internal", "--strict")

    assert "WARNING" in warned.stderr and "feed.json:2:13: leak" in warned.stderr
    codes = [done.returncode for done in (warned, strict, allowed, ignored, internal)]
    assert codes == [0, 1, 0, 0, 0]


def test_the_words_of_the_theme_and_of_published_files_are_no_leak(tmp_path: Path) -> None:
    """Material says `Table of contents` on each page, and a script that the site brings may say anything."""
    for name in ("Table of contents", "Sequence diagram"):
        write_vault(tmp_path, {f"docs/{name}.md": f"---\ndraft: true\n---\n\n# {name}\n"})
    write_vault(tmp_path, {"docs/vendor.js": "const name = 'Sequence diagram';\n"})

    done = build(tmp_path, leaked="nothing")

    assert "Table of contents" in (tmp_path / "site/Open/index.html").read_text("utf-8")
    assert (tmp_path / "site/vendor.js").exists()
    assert done.returncode == 0, done.stderr


def test_with_an_incremental_build_the_last_good_site_stays(tmp_path: Path) -> None:
    config = CONFIG.replace("plugins:\n", "plugins:\n  incremental_build: {}\n")
    good = build(tmp_path, leaked="nothing")
    assert good.returncode == 0, good.stderr
    (tmp_path / "mkdocs.yml").write_text(config % "", "utf-8")
    (tmp_path / "hook.py").write_text(HOOK % SENTENCE, "utf-8")
    run = [sys.executable, "-m", "mkdocs", "build"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}

    done = [
        subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
        for _ in range(2)
    ]

    assert [each.returncode for each in done] == [1, 1]
    assert all("feed.json:2:13: leak" in each.stderr for each in done)
    assert "nothing" in (tmp_path / "site/feed.json").read_text("utf-8")


def test_an_export_that_would_leak_is_not_written(tmp_path: Path) -> None:
    """An attachment that is no text may say what is hidden too."""
    files = {**VAULT, "index.md": "![[slides.pdf]]\n", "slides.pdf": f"%PDF {SENTENCE}"}
    notes = edition(tmp_path / "vault", files)

    with pytest.raises(LeakError) as error:
        export(notes, tmp_path / "vault", tmp_path / "out")

    assert "slides.pdf:1:6: leak" in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_site_of_any_engine_can_be_looked_through(tmp_path: Path) -> None:
    write_vault(tmp_path / "docs", VAULT)
    site = write_vault(tmp_path / "site", {"a.html": SENTENCE, "b.html": "Words."})
    command = [sys.executable, "-c", "from slipbox.cli import main; main()", "leaks", "site"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    (site / "a.html").write_text("Words.", "utf-8")
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, again.returncode) == (1, 0), done.stderr
    assert done.stdout.startswith(
        "site/a.html:1:1: leak: the sentence of a hidden note or file, talks/Sale plan.md"
    )
    assert again.stdout == "1 hidden note, 2 files: nothing of them.\n"
