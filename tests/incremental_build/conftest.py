"""Sites for these tests: small, with a theme of two lines, built by MkDocs itself in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

TEMPLATE = """<html><head><title>{{ page.title }} - {{ config.site_name }}</title></head><body>
<nav>{% for item in nav %}<a href="{{ item.url | url }}">{{ item.title }}</a>{% endfor %}</nav>
{{ page.content }}{% for item in page.toc %}<i>{{ item.title }}</i>{% endfor %}</body></html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A project that MkDocs builds."""

    root: Path

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def build(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", *arguments],
            cwd=self.root,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000", **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def files(self, folder: str = "site") -> dict[str, bytes]:
        top = self.root / folder
        return {
            path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()
        }

    def beside(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir() if path.name.startswith(".site"))


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Site]:
    def make(config: str = "", **files: str) -> Site:
        site = Site(root=tmp_path)
        site.write(
            {
                "theme/main.html": TEMPLATE,
                "mkdocs.yml": "site_name: Test\ntheme: {name: null, custom_dir: theme}\n"
                f"plugins: [incremental_build]\n{config}",
                "docs/index.md": "# Home\n\nTo [two](two.md).\n",
                "docs/two.md": "# Two\n\n## Part\n\nBack to [home](index.md).\n",
                **files,
            }
        )
        return site

    return make
