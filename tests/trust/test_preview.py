"""The live preview survives a rough day: after each step the server answers, and shows what is in the notes now."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from sample import Sample

CONFIG = """\
site_name: x
theme: {name: mkdocs, custom_dir: theme}
plugins: [incremental_build, search, slipbox, snippets_runner]
markdown_extensions: [pymdownx.superfences, {pymdownx.snippets: {base_path: [snippets], check_paths: true}}]
"""
FRONT = "---\npublish: {}\n---\n\n# Hidden\n\nsecret {}\n"


class Preview:
    """`mkdocs serve` on a project, and the steps of the day."""

    def __init__(self, sample: Sample) -> None:
        self.root, self.count = sample.root, 0
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self.log = sample.root.parent / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--watch-theme", "--dev-addr", self.address.removeprefix("http://")],
                cwd=sample.root, env=sample.environment(NO_MKDOCS_2_WARNING="1"), stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def write(self, name: str, content: str | bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def note(self, name: str) -> str:
        """Write a note with a word that it never had; return the word."""
        self.count += 1
        word = f"word{self.count}word"
        self.write(f"docs/{name}.md", f"# {name}\n\n{word}\n")
        return word

    def get(self, url: str) -> str:
        """Return a page; nothing if it isn't there or the server doesn't answer yet."""
        try:
            with urllib.request.urlopen(f"{self.address}/{url}", timeout=20) as answer:
                return str(answer.read().decode(errors="replace"))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return ""

    def until(self, holds: Callable[[], bool], what: str, within: float = 120) -> None:
        """Wait until something holds; the server must live all the while."""
        deadline = time.monotonic() + within
        while not holds():
            assert self.process.poll() is None, f"{what}: the server ended\n{self.log.read_text()[-3000:]}"
            assert time.monotonic() < deadline, f"{what}\n{self.log.read_text()[-3000:]}"
            time.sleep(0.2)

    def shows(self, url: str, word: str) -> None:
        self.until(lambda: word in self.get(url), f"/{url} doesn't show {word}")

    def hides(self, url: str, word: str) -> None:
        self.until(lambda: word not in self.get(url), f"/{url} still shows {word}")

    def lives(self) -> None:
        """Save a note, and see it: what the step before did is over."""
        self.shows("a/", self.note("a"))


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    folder = tmp_path_factory.mktemp("preview")
    sample = Sample(folder / "project", temporary=folder / "temporary")
    sample.write({"mkdocs.yml": CONFIG, "docs/index.md": "# Home\n\n[[a]] [[b]]\n", "theme/extra.html": ""})
    sample.settings()
    sample.snippet("shown", "print('one')\n", out="one\n")
    for name in "ab":
        sample.write({f"docs/{name}.md": f"# {name}\n"})
    made = Preview(sample)
    try:
        made.until(lambda: "Home" in made.get(""), "it doesn't begin")
        yield made
    finally:
        if made.process.poll() is None:
            os.killpg(made.process.pid, signal.SIGKILL)
        made.process.communicate()


def a_save(at: Preview) -> None:
    at.shows("a/", at.note("a"))


def a_save_without_a_change(at: Preview) -> None:
    path = at.root / "docs/a.md"
    path.write_bytes(path.read_bytes())


def a_new_note(at: Preview) -> None:
    at.shows("new/", at.note("new"))


def a_renamed_note(at: Preview) -> None:
    word = at.note("new")
    (at.root / "docs/new.md").rename(at.root / "docs/newer.md")
    at.shows("newer/", word)
    at.hides("new/", word)


def a_deleted_note(at: Preview) -> None:
    (at.root / "docs/newer.md").unlink()
    at.until(lambda: at.get("newer/") == "", "a deleted note is still there")


def an_editor_s_save_beside_and_rename(at: Preview) -> None:
    word = "written-beside"
    at.write("docs/.b.md.swp", f"# b\n\n{word}\n")
    (at.root / "docs/.b.md.swp").rename(at.root / "docs/b.md")
    at.shows("b/", word)


def an_empty_moment(at: Preview) -> None:
    at.write("docs/a.md", "")
    time.sleep(0.3)
    at.shows("a/", at.note("a"))


def fifty_saves_in_a_burst(at: Preview) -> None:
    for _ in range(49):
        at.note("a")
    at.shows("a/", at.note("a"))


def properties_that_do_not_parse(at: Preview) -> None:
    at.write("docs/b.md", "---\ntitle: a: b\naliases: [\n---\n\n# b\n\nbroken properties\n")
    at.lives()
    at.shows("b/", at.note("b"))


def bytes_that_are_not_utf_8(at: Preview) -> None:
    at.write("docs/b.md", b"# b\n\n\xff\xfe\x00 text\n")
    at.lives()
    at.shows("b/", at.note("b"))


def a_loop_of_links_and_a_pipe(at: Preview) -> None:
    (at.root / "docs/loop").symlink_to(".")
    (at.root / "docs/self.md").symlink_to("self.md")
    os.mkfifo(at.root / "docs/pipe.md")
    at.lives()
    for name in ("loop", "self.md", "pipe.md"):
        (at.root / "docs" / name).unlink()


def a_note_made_internal_and_back(at: Preview) -> None:
    at.write("docs/h.md", FRONT.format("true", "open"))
    at.shows("h/", "secret open")
    at.write("docs/h.md", FRONT.format("internal", "shut"))
    at.until(lambda: at.get("h/") == "", "a hidden note is still there")
    at.write("docs/h.md", FRONT.format("true", "again"))
    at.shows("h/", "secret again")


def a_missing_include_and_its_file(at: Preview) -> None:
    at.write("docs/i.md", '# i\n\n```python\n--8<-- "later.py"\n```\n')
    time.sleep(1.0)
    at.write("snippets/later.py", "print('came later')\n")
    at.write("docs/i.md", '# i\n\nnow\n\n```python\n--8<-- "later.py"\n```\n')
    at.shows("i/", "came later")


def settings_that_do_not_parse(at: Preview) -> None:
    at.write("mkdocs.yml", "site_name: [x\n")
    time.sleep(1.5)
    at.write("mkdocs.yml", CONFIG.replace("site_name: x", "site_name: Renamed"))
    at.shows("a/", "Renamed")


def a_template_with_an_error(at: Preview) -> None:
    at.write("theme/main.html", "{% extends 'base.html' %}{% block nothing")
    time.sleep(1.5)
    at.write("theme/main.html", "{% extends 'base.html' %}{% block footer %}mended{% endblock %}")
    at.shows("a/", "mended")


def a_folder_of_notes_renamed(at: Preview) -> None:
    at.write("docs/folder/f.md", "# f\n\nin a folder\n")
    at.shows("folder/f/", "in a folder")
    (at.root / "docs/folder").rename(at.root / "docs/other")
    at.shows("other/f/", "in a folder")


def an_older_version_with_an_older_date(at: Preview) -> None:
    """As when another branch is checked out by a tool that keeps dates."""
    word = at.note("a")
    os.utime(at.root / "docs/a.md", (1_000_000_000, 1_000_000_000))
    at.shows("a/", word)


def the_folder_of_notes_moved_away_and_back(at: Preview) -> None:
    (at.root / "docs").rename(at.root / "away")
    time.sleep(2.0)
    (at.root / "away").rename(at.root / "docs")
    at.lives()


def the_cache_deleted(at: Preview) -> None:
    away = (at.root / ".cache").rename(at.root / "away")
    shutil.rmtree(away, ignore_errors=True)  # what the build before left there may just be on its way out
    at.lives()


STEPS = (
    a_save, a_save_without_a_change, a_new_note, a_renamed_note, a_deleted_note, an_editor_s_save_beside_and_rename, an_empty_moment,
    fifty_saves_in_a_burst, properties_that_do_not_parse, bytes_that_are_not_utf_8, a_loop_of_links_and_a_pipe, a_note_made_internal_and_back,
    a_missing_include_and_its_file, settings_that_do_not_parse, a_template_with_an_error, a_folder_of_notes_renamed,
    an_older_version_with_an_older_date, the_folder_of_notes_moved_away_and_back, the_cache_deleted,
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_the_preview_shows_what_is_there_after(step: Callable[[Preview], None], preview: Preview) -> None:
    step(preview)

    preview.lives()
