"""Pages that mkdocstrings makes of Python code are kept, and are those of a build from nothing whatever is changed in the code."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from typing import Any

import pytest

MakeSite = Callable[..., "Site"]  # noqa: F821 - of conftest
LONG = "def join(first: str, second: str, third: str, *, with_a_mark_between: str = ', ', twice: bool = False) -> str:"
CODE = f'"""A package."""\n\n\n{LONG}\n    """Join three words."""\n    return first\n'
PLUGINS = """  - mkdocstrings:
      enable_inventory: false
      handlers: {python: {paths: [code], options: {show_submodules: true, separate_signature: true%s}}}
"""
CONFIG = f"site_name: Test\ntheme: material\nplugins:\n  - incremental_build: {{processes: 1}}\n{PLUGINS}"


def project(make_site: MakeSite, options: str = "") -> Site:  # noqa: F821
    return make_site(
        **{
            "mkdocs.yml": CONFIG % options,
            "docs/api.md": "# Code\n\n::: words\n",
            "code/words/__init__.py": CODE,
            "code/words/more.py": '"""More of it."""\n\nONE = 1\n"""The first."""\n',
        }
    )


def kept(site: Site) -> dict[str, Any]:  # noqa: F821
    """Return what is kept of the page."""
    with sqlite3.connect(site.root / ".cache/incremental_build/kept.sqlite3") as connection:
        rows = connection.execute("SELECT key, value FROM kept WHERE kind = 'html' AND name = 'api.md'")
        return {key: json.loads(zlib.decompress(value[1:])) for key, value in rows}


CHANGES: dict[str, Callable[..., object]] = {
    "a docstring": lambda site: site.write({"code/words/__init__.py": CODE.replace("three words", "them")}),
    "a signature": lambda site: site.write({"code/words/__init__.py": CODE.replace("twice", "thrice")}),
    "a new module": lambda site: site.write({"code/words/new.py": '"""A new one."""\n'}),
    "a module that is gone": lambda site: (site.root / "code/words/more.py").unlink(),
    "the formatter's settings": lambda site: site.write({"ruff.toml": "[format]\nquote-style = 'single'\n"}),
    "an option": lambda site: site.write({"mkdocs.yml": CONFIG % ", show_source: false"}),
    "another page": lambda site: site.write({"docs/two.md": "# Two\n\n## Other\n\n[Code](api.md)\n"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_the_page_is_that_of_a_build_from_nothing(make_site: MakeSite, change: str) -> None:
    site = project(make_site)
    assert site.build().returncode == 0
    before = kept(site)
    assert len(before) == 1
    CHANGES[change](site)
    assert site.build().returncode == 0
    assert (kept(site) == before) == (change == "another page")
    made = site.files()
    site.write(
        {"mkdocs.yml": (site.root / "mkdocs.yml").read_text("utf-8").replace("  - incremental_build: {processes: 1}\n", "")}
    )  # fmt: skip
    assert site.build("--site-dir", "clean").returncode == 0
    assert made == site.files("clean")


def test_a_page_is_not_kept_whose_code_names_another_package_of_its_folder(make_site: MakeSite) -> None:
    site = project(make_site)
    site.write({"code/other/__init__.py": "", "code/words/more.py": "import os, other\n"})
    assert site.build().returncode == 0
    assert kept(site) == {}


def test_a_page_is_not_kept_that_shows_what_lies_elsewhere(make_site: MakeSite) -> None:
    site = project(make_site)
    site.write({"docs/api.md": "# Code\n\n::: json.decoder\n"})
    assert site.build().returncode == 0
    assert kept(site) == {}


def test_a_signature_is_formatted_once(make_site: MakeSite) -> None:
    site = project(make_site)

    def formatted() -> list[tuple[str, str]]:
        with sqlite3.connect(site.root / ".cache/incremental_build/kept.sqlite3") as connection:
            return list(connection.execute("SELECT name, key FROM kept WHERE kind = 'format'"))

    site.build()
    first = formatted()
    assert len(first) == 1
    site.write({"docs/two.md": "# Two\n\nThe page of the code is not made anew.\n"})
    site.build()
    assert formatted() == first
    site.write({"code/words/__init__.py": CODE.replace("twice", "thrice")})
    site.build()
    assert len(formatted()) == 1
    assert formatted() != first


HOOK = """
from beside import WORD

def at_once(kind, name, key, make):
    return make()

keep = at_once

def on_page_content(html, page, config, files):
    def make():
        with open("made.txt", "a") as file:
            print(page.file.src_uri, file=file)
        return f"{html}{WORD}"
    return keep("words", page.file.src_uri, html, make)
"""


def test_a_hook_that_asks_is_given_what_it_made_before_of_the_same_by_the_same_code(
    make_site: MakeSite,
) -> None:
    site = make_site("hooks: [hook.py]\n", **{"hook.py": HOOK, "beside.py": "WORD = 'one'\n"})
    made = site.root / "made.txt"

    def build() -> list[str]:
        made.write_text("", encoding="utf-8")
        assert site.build(PYTHONPATH=".").returncode == 0
        return sorted(made.read_text("utf-8").split())

    assert build() == ["index.md", "two.md"]
    site.write({"docs/two.md": "# Two\n\nOther words.\n"})
    assert build() == ["two.md"]
    site.write({"beside.py": "WORD = 'two'\n"})
    assert build() == ["index.md", "two.md"]
    assert b"two" in site.files()["index.html"]
