"""A live preview that takes what it can from the last build: what was saved is seen, on the other pages too, whatever happens to the files."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

MakeSite = Callable[..., "Site"]  # noqa: F821 - of conftest
CONFIG = "site_name: Test\ntheme: {name: null, custom_dir: theme}\nplugins: [incremental_build, slipbox]\n"


class Preview:
    """The server while it runs."""

    def __init__(self, root: Path) -> None:
        self.docs = root / "docs"
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", self.address],
            cwd=root,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def save(self, name: str, text: str) -> None:
        (self.docs / f"{name}.md").write_text(text, encoding="utf-8")

    def page(self, name: str) -> str:
        """Return a page as it is served now; nothing if there is none."""
        try:
            with urllib.request.urlopen(f"http://{self.address}/{name}/", timeout=30) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return ""

    def until(self, name: str, holds: Callable[[str], bool]) -> None:
        """Wait until a page is as it should be."""
        deadline = time.monotonic() + 60
        while not holds(page := self.page(name)):
            assert self.process.poll() is None
            assert time.monotonic() < deadline, page
            time.sleep(0.1)


@pytest.fixture
def preview(make_site: MakeSite) -> Iterator[Preview]:
    site = make_site(**{f"docs/note-{number}.md": f"# Note {number}\n" for number in range(12)})
    site.write({"mkdocs.yml": CONFIG})
    made = Preview(site.root)
    try:
        made.until("note-1", lambda page: "Note 1" in page)
        yield made
    finally:
        os.killpg(made.process.pid, signal.SIGKILL)
        made.process.wait()


def test_what_happens_to_the_files_is_seen_on_all_pages(preview: Preview) -> None:
    preview.save("note-1", "# Note 1\n\nA word on [[note-2]].\n")
    preview.until("note-1", lambda page: "A word on" in page)
    preview.until("note-2", lambda page: "A word on" in page)  # its backlink

    preview.save("note-1", "# Another title\n\nA word on [[note-3]].\n")
    preview.until("note-3", lambda page: "Another title" in page)
    assert "A word on" not in preview.page("note-2")

    (preview.docs / "note-1.md").rename(preview.docs / "renamed.md")
    preview.until("renamed", lambda page: "Another title" in page)
    assert preview.page("note-1") == ""
    preview.until("note-3", lambda page: "../renamed/" in page)

    (preview.docs / "renamed.md").unlink()
    preview.until("renamed", lambda page: not page)
    preview.until("note-3", lambda page: page != "" and "Another title" not in page)


def test_what_is_no_note_yet_does_not_end_it(preview: Preview) -> None:
    for broken in (
        "---\ntitle: [\n---\n\n# Broken\n",
        "---\ntitle: x",
        "![[note-1",
        "```\n",
        "\x00\ufffd",
        "",
    ):
        preview.save("note-1", broken)
        time.sleep(0.2)  # as a person who goes on typing
    (preview.docs / "note-2.md").write_bytes(b"\xff\xfe\xfa no text")
    preview.save("note-1", "# Mended\n\nTo [[note-4]].\n")
    preview.until("note-1", lambda page: "Mended" in page)
    preview.until("note-4", lambda page: "Mended" in page)


def test_of_fast_typing_the_last_word_stays(preview: Preview) -> None:
    for number in range(25):
        preview.save("note-1", f"# Note 1\n\nWord {number} on [[note-{number % 10}]].\n")
        preview.save(f"note-{2 + number % 3}", f"# Note\n\nOther {number}.\n")
        time.sleep(0.04)
    preview.until("note-1", lambda page: "Word 24 on" in page)
    preview.until("note-4", lambda page: "Word 24 on" in page)
    preview.until("note-2", lambda page: "Other 24." in page)
    assert "Word " not in preview.page("note-3")
