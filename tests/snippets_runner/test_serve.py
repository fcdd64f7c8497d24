"""A live preview: what is saved runs beside the server, and its page shows what came of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from html import unescape

import pytest
from sample import Sample

SITE = """
    site_name: A site
    theme: mkdocs
    plugins:
      - snippets_runner
    markdown_extensions:
      - pymdownx.superfences
    """
HELLO = 'import sys\nsys.path.insert(0, __file__.replace("a.py", "_help"))\nfrom _parts import WORD\nprint(WORD)\n'


class Preview:
    """The server while it runs."""

    def __init__(self, sample: Sample) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", self.address],
            cwd=sample.root,
            env=sample.environment(NO_MKDOCS_2_WARNING="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def page(self) -> str:
        """Return the page as it is served now; nothing if the server does not answer yet."""
        try:
            with urllib.request.urlopen(f"http://{self.address}/a/", timeout=10) as answer:
                return unescape(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            return ""

    def until(self, *words: str, within: float = 60) -> str:
        """Wait until the page has all these words; return it."""
        deadline = time.monotonic() + within
        while not all(word in (page := self.page()) for word in words):
            assert self.process.poll() is None, self.process.stdout and self.process.stdout.read()
            assert time.monotonic() < deadline, f"no {words} in {page}"
            time.sleep(0.1)
        return page

    def end(self) -> str:
        """Press Ctrl-C; return what was said."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.communicate(timeout=20)[0]


@pytest.fixture
def preview(sample: Sample) -> Iterator[Preview]:
    sample.write(
        {"mkdocs.yml": SITE, "docs/index.md": "# Home\n", "snippets/_help/_parts.py": 'WORD = "hello"\n'}
    )
    sample.settings()
    sample.snippet("a", HELLO, out="hello\n")
    made = Preview(sample)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            os.killpg(made.process.pid, signal.SIGKILL)
            made.process.communicate()


def test_what_is_saved_runs_and_its_page_shows_what_came_of_it(sample: Sample, preview: Preview) -> None:
    preview.until("not verified here")

    sample.write({"snippets/a.py": HELLO + "# saved\n"})
    assert "hello" in preview.until("ran in")

    sample.write({"snippets/a.py": "def f():\n    return 1 / 0\n\n\nf()\n"})
    page = preview.until("snippet-badge--failed", "ZeroDivisionError: division by zero", "line 2, in f")
    assert "return 1 / 0" in page

    sample.write({"snippets/a.py": "print('good bye')\n"})
    assert "-hello" in preview.until("snippet-badge--failed", "+good bye")

    assert sample.run("update").status == 0
    page = preview.until("ran in", "good bye")
    assert "snippet-badge--failed" not in page

    sample.write({"snippets/a.py": "def f(:\n"})
    preview.until("snippet-badge--failed", "SyntaxError")

    sample.write({"snippets/a.py": HELLO, "snippets/a.out": "hello\n"})
    assert "good bye" not in preview.until("ran in", "hello")

    sample.write({"snippets/_help/_parts.py": 'WORD = "hallo"\n'})
    preview.until("snippet-badge--failed", "+hallo")

    sample.write({"snippets/_help/_parts.py": 'WORD = "hello"\n'})
    assert "hallo" not in preview.until("ran in")
    said = preview.end()
    assert preview.process.returncode in (0, 130, -signal.SIGINT), said
    assert "KeyboardInterrupt" not in said
