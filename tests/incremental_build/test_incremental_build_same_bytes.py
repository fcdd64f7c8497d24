"""A build that takes what it can from the last one is, byte for byte, the build that takes nothing: whatever was changed in between."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from copy import copy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mkdocs.commands.build import build as build_site
from mkdocs.config import load_config

from incremental_build.mkdocs_plugin import NothingChanged

WORDS = ("saga", "event", "queue", "cache", "schema", "index", "token", "broker", "replica", "leader")
NAMES = tuple(f"note {word}" for word in WORDS)
CONFIG = """site_name: "{name}"
theme: {{name: material, font: false, custom_dir: overrides, features: [navigation.tabs, navigation.indexes]}}
plugins:
  search:
  slipbox: {{previews: true}}
  snippets_runner:
{ours}
extra: {{said: {said}}}
markdown_extensions:
  - admonition
  - attr_list
  - pymdownx.details
  - toc: {{permalink: {permalink}}}
  - pymdownx.snippets: {{base_path: ['{root}/snippets'], check_paths: true}}
  - pymdownx.superfences
"""
OURS = "  incremental_build: {processes: 2}"


class Vault:
    """A project that is edited at random, and built twice after each edit: with what is kept, and from nothing."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root, self.chance = root, chance
        self.settings = {"name": "One", "said": "a", "permalink": "true"}
        self.write("overrides/main.html", '{% extends "base.html" %}')
        self.write("pyproject.toml", "[tool.snippets-runner]\n")
        for name in ("a.py", "b.py"):
            self.write(f"snippets/{name}", f"print('{name}')\n")
            self.write(f"snippets/{name.removesuffix('.py')}.out", f"{name}\n")
        for name in NAMES:
            self.write_note(name)
        self.write("docs/index.md", "# Home\n\n![[note saga]]\n\n[[note event]] and [[note nothing]].\n")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_note(self, name: str) -> None:
        choice, words = self.chance.choice, WORDS
        body = [
            f"# {choice(('', 'The '))}{name}",
            "",
            f"{choice(words)} [[{choice(NAMES)}]] of {choice(NAMES)}. #{choice(words)}",
        ]
        for _ in range(self.chance.randrange(5)):
            body += ["", choice(self.blocks())]
        front = ""
        if self.chance.random() < 0.5:
            extra = choice(
                (
                    f"aliases: [other {choice(words)}]",
                    "publish: internal",
                    "lang: nb",
                    "title: Named",
                    "permalink: at/x",
                )
            )
            front = f"---\ntags: [{choice(words)}]\n{extra}\n---\n\n"
        self.write(f"docs/{self.place(name)}", front + "\n".join(body) + "\n")

    def place(self, name: str) -> str:
        return f"{'folder/' if NAMES.index(name) % 2 else ''}{name}.md"

    def blocks(self) -> list[str]:
        choice = self.chance.choice
        other = choice(NAMES)
        return [
            f"## {choice(WORDS)}", f"![[{other}]]", f"![[{other}#{choice(WORDS)}]]", f"[[{other}#{choice(WORDS)}|there]]",
            f"[file]({'../' if choice((0, 1)) else ''}{self.place(other).replace(' ', '%20')})", f"[[other {choice(WORDS)}]]",
            f'```python\n--8<-- "{choice(("a.py", "b.py"))}"\n```', f"!!! note\n    {choice(WORDS)} [[{other}]]",
            f"| a | b |\n|---|---|\n| [[{other}\\|x]] | #{choice(WORDS)} |", "A line ^block", f"![[{other}#^block]]",
            "[missing](missing.md)", "![[picture.png]]", f"note {choice(WORDS)} is named here.",
        ]  # fmt: skip

    def edit(self) -> str:
        """Change something; say what."""
        choice = self.chance.choice
        what = choice(
            (
                "note",
                "note",
                "note",
                "gone",
                "snippet",
                "setting",
                "theme",
                "picture",
                "ledger",
                "planned",
                "nothing",
                "nothing",
                "site",
            )
        )
        if what == "note":
            self.write_note(choice(NAMES))
        elif what == "gone":
            (self.root / "docs" / self.place(choice(NAMES))).unlink(missing_ok=True)
        elif what == "snippet":
            self.write(f"snippets/{choice(('a', 'b'))}.py", f"print('{choice(WORDS)}')\n")
        elif what == "setting":
            name = choice(tuple(self.settings))
            self.settings[name] = choice(("true", "false"))
        elif what == "theme":
            self.write(
                "overrides/main.html",
                f'{{% extends "base.html" %}}{{% block footer %}}{choice(WORDS)}{{% endblock %}}',
            )
        elif what == "picture":
            path = self.root / "docs/picture.png"
            path.unlink() if path.exists() else path.write_bytes(b"picture")
        elif what == "site":
            (self.root / "site/index.html").write_text(choice(WORDS), encoding="utf-8")
        elif what == "ledger":
            subprocess.run(
                [sys.executable, "-m", "snippets_runner", "check"],
                cwd=self.root,
                capture_output=True,
                check=False,
            )
        return what

    def build(self, folder: str, *, ours: bool, **given: str) -> tuple[dict[str, bytes], list[str]]:
        """Build in a process of its own."""
        self.write("mkdocs.yml", self.config(ours=ours))
        environment = {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000"}
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "-d", folder], cwd=self.root, env=os.environ | environment | given,
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return self.files(folder), [line for line in done.stderr.splitlines() if line.startswith("WARNING")]

    def build_here(self, folder: str, *, ours: bool) -> tuple[dict[str, bytes], list[str]]:
        """Build in this process."""
        self.write("mkdocs.yml", self.config(ours=ours))
        listener = Listener(logging.WARNING)
        for name in ("", "mkdocs"):
            logging.getLogger(name).addHandler(listener)
        try:
            config = load_config(str(self.root / "mkdocs.yml"), site_dir=str(self.root / folder))
            config.plugins.on_startup(command="build", dirty=False)
            with contextlib.suppress(NothingChanged):
                build_site(config)
            config.plugins.on_shutdown()
        finally:
            for name in ("", "mkdocs"):
                logging.getLogger(name).removeHandler(listener)
        return self.files(folder), list(dict.fromkeys(listener.said))

    def config(self, *, ours: bool) -> str:
        return CONFIG.format(**self.settings, ours=OURS if ours else "", root=self.root)

    def files(self, folder: str) -> dict[str, bytes]:
        top = self.root / folder
        return {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()}


class Listener(logging.Handler):
    """Collects warnings."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def compare(vault: Vault, build: object, edits: int) -> None:
    """Edit and build; hold what was kept to what was made anew."""
    told: list[list[str]] = []
    for _ in range(edits + 1):
        kept, said = build("site", ours=True)
        clean, meant = build("clean", ours=False)
        assert sorted(kept) == sorted(clean), told
        assert [name for name in clean if kept[name] != clean[name]] == [], told
        assert said == meant, told
        told.append([vault.edit() for _ in range(vault.chance.randint(1, 2))])


def test_with_helpers_whatever_was_edited_the_site_is_that_of_a_build_from_nothing(tmp_path: Path) -> None:
    vault = Vault(tmp_path, random.Random(1))
    compare(vault, vault.build, edits=2)


@settings(
    max_examples=int(os.environ.get("INCREMENTAL_EXAMPLES", "3")), deadline=None, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize="INCREMENTAL_EXAMPLES" not in os.environ,
)  # fmt: skip
@given(seed=st.integers(0, 2**32))
def test_whatever_was_edited_the_site_is_that_of_a_build_from_nothing(seed: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        patch.setenv("NO_MKDOCS_2_WARNING", "1")
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        vault = Vault(Path(folder).resolve(), random.Random(seed))
        compare(vault, vault.build_here, edits=int(os.environ.get("INCREMENTAL_EDITS", "6")))


def test_something_is_kept_at_all(tmp_path: Path) -> None:
    vault = Vault(tmp_path, random.Random(2))
    vault.build("site", ours=True)
    with sqlite3.connect(tmp_path / ".cache/incremental_build/kept.sqlite3") as connection:
        counted = dict(connection.execute("SELECT kind, count(*) FROM kept GROUP BY kind"))
    assert counted["html"] == counted["page"] == counted["search"] > len(NAMES)


def test_on_another_machine_the_same_notes_are_the_same_bytes(tmp_path: Path) -> None:
    """Another machine: another folder, files made in another order at another time, umask, hash seed, zone and locale."""
    vault = Vault(tmp_path / "one", random.Random(4))
    one, _ = vault.build("site", ours=True, PYTHONHASHSEED="1", TZ="Pacific/Auckland", LC_ALL="C")
    other = copy(vault)
    other.root = tmp_path / "a longer name of another folder"
    for path in sorted(vault.root.rglob("*.*"), reverse=True):
        name = path.relative_to(vault.root)
        if path.is_file() and not {".cache", "site"} & set(name.parts):
            other.write(str(name), path.read_text("utf-8"))
            os.utime(other.root / name, (1, 1))
    before = os.umask(0o077)
    try:
        two, _ = other.build(
            "other", ours=True, PYTHONHASHSEED="2", TZ="America/Los_Angeles", LC_ALL="C.UTF-8"
        )
    finally:
        os.umask(before)
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []


def test_what_pages_gather_is_gathered_of_kept_pages_too(tmp_path: Path) -> None:
    vault = Vault(tmp_path, random.Random(6))
    vault.write("docs/index.md", '# Home\n\n```python\n--8<-- "a.py"\n```\n')
    first, _ = vault.build("site", ours=True)
    again, _ = vault.build("site", ours=True)
    assert "snippets/a.py" in first
    assert sorted(again) == sorted(first)
