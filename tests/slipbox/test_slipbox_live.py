"""A live preview's site is, after each save and whatever was saved, byte for byte the site of a build from nothing."""

from __future__ import annotations

import logging
import os
import random
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer

WORDS = ("saga", "event", "queue", "cache", "schema", "index", "token", "broker", "replica", "leader")
NAMES = tuple(f"note {word}" for word in WORDS)
URL = "http://127.0.0.1:8000/"
CONFIG = """site_name: Test
theme: {{name: mkdocs}}
plugins: [{ours}search, slipbox: {{audience: {audience}}}]
markdown_extensions: [admonition, attr_list, footnotes, tables, toc: {{permalink: true}}, pymdownx.superfences]
"""


class Vault:
    """Notes that somebody edits."""

    def __init__(self, root: Path, seed: int) -> None:
        self.docs, self.chance = root / "docs", random.Random(seed)
        self.write("index.md", "# Home\n\n![[note saga]] [[note event]]\n")
        for name in NAMES:
            self.write(self.place(name), self.text(name))

    def write(self, name: str, text: str) -> None:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def place(self, name: str) -> str:
        return f"{'folder/' if NAMES.index(name) % 2 else ''}{name}.md"

    def text(self, name: str) -> str:
        extra = self.chance.choice(
            ("", "", "aliases: [other saga]\n", "visibility: internal\n", "title: Named\n", "lang: nb\n")
        )
        front = f"---\ntags: [{self.chance.choice(WORDS)}]\n{extra}---\n\n"
        return f"{front}# {name}\n\n{self.words()}\n\n## {self.chance.choice(WORDS)}\n\n{self.words()}\n"

    def words(self) -> str:
        choice, other = self.chance.choice, self.chance.choice(NAMES)
        return choice(
            (
                f"A word on [[{other}]], and {choice(NAMES)} too.", f"![[{other}]]", f"[[{other}#{choice(WORDS)}|there]] %%aside%%",
                f"## Part {choice(WORDS)}\n\nText. ^block", f"![[{other}#^block]]", "[[other saga]] [[missing]]", "- a\n    - b",
                "!!! note\n    Said.", f"A [^1] note.\n\n[^1]: Of [[{other}]].", "[file](folder/note%20event.md)", "![[map.canvas]]",
                f"> [!tip] {choice(WORDS)}\n> [[{other}]]", "[gone](gone.md)", "<a href='note saga.md'>raw</a>", "![[a.png]]",
            )
        )  # fmt: skip

    def edit(self) -> str:
        """Change something; say what."""
        name = self.chance.choice(NAMES)
        path = self.docs / self.place(name)
        what = self.chance.choice(
            ("words",) * 8
            + ("added",) * 4
            + ("anew", "gone", "renamed", "broken", "canvas", "picture", "nothing")
        )
        if what == "anew" or (what != "nothing" and not path.exists()):
            self.write(self.place(name), self.text(name))
        elif what == "words":
            head = path.read_text("utf-8").partition("\n## ")[0]
            path.write_text(f"{head}\n## {self.chance.choice(WORDS)}\n\n{self.words()}\n", encoding="utf-8")
        elif what == "added":
            path.write_text(f"{path.read_text('utf-8')}\n{self.words()}\n", encoding="utf-8")
        elif what == "gone":
            path.unlink()
        elif what == "renamed":
            path.rename(path.with_name(f"{self.chance.choice(WORDS)}.md"))
        elif what == "broken":
            self.write(
                self.place(name),
                self.chance.choice(("---\ntitle: [\n---\n# x\n", "", "![[note", "```\n", "\x00")),
            )
        elif what == "canvas":
            nodes = f'{{"id":"1","type":"text","text":"[[{self.chance.choice(NAMES)}]]","x":0,"y":0,"width":9,"height":9}}'
            self.write("map.canvas", f'{{"nodes":[{nodes}],"edges":[]}}')
        elif what == "picture":
            (self.docs / "a.png").write_bytes(self.chance.randbytes(4))
        return what


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def built(root: Path, folder: str) -> Any:
    """Build as `mkdocs serve` does; return the configuration."""
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(root / folder))
    config.site_url = URL
    if folder != "site" or not (root / folder).exists():
        config.plugins.on_startup(command="serve", dirty=False)
    build(config, serve_url=URL)
    return config


def from_nothing(root: Path) -> dict[str, bytes]:
    """Build with plugins that remember nothing."""
    option: Any = MkDocsConfig.plugins
    remembered, option.plugin_cache = option.plugin_cache, {}
    try:
        built(root, "clean").plugins.on_shutdown()
    finally:
        option.plugin_cache = remembered
    return files(root / "clean")


@contextmanager
def told() -> Iterator[list[str]]:
    """Collect what the plugin says."""
    said: list[str] = []
    handler = logging.Handler(logging.INFO)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs.plugins.slipbox")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def short_ways(root: Path, seed: int, edits: int, ours: str, audience: str) -> int:
    """Edit and look at the preview; return how often it took the short way."""
    option: Any = MkDocsConfig.plugins
    option.plugin_cache = {}
    vault = Vault(root, seed)
    (root / "mkdocs.yml").write_text(CONFIG.format(ours=ours, audience=audience), encoding="utf-8")
    config = built(root, "site")
    server = LiveReloadServer(lambda: built(root, "site"), "127.0.0.1", 0, str(root / "site"))
    server.watch(config.docs_dir)
    server.watch(config.config_file_path)
    config.plugins.on_serve(server, config=config, builder=server.builder)
    done: list[str] = []
    try:
        with told() as said:
            for _ in range(edits):
                done.append(vault.edit())
                server.builder()
                config.plugins["slipbox"].live.placing.wait()
                made, clean = files(root / "site"), from_nothing(root)
                assert sorted(made) == sorted(clean), done
                assert [name for name in clean if made[name] != clean[name]] == [], done
    finally:
        server.observer.stop()
        server.server_close()
        config.plugins.on_shutdown()
    return sum("made again" in each for each in said)


@settings(
    max_examples=int(os.environ.get("LIVE_EXAMPLES", "1")), deadline=None, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize="LIVE_EXAMPLES" not in os.environ,
)  # fmt: skip
@given(seed=st.integers(0, 2**32))
@pytest.mark.parametrize("ours", ["", "incremental_build, "])
@pytest.mark.parametrize("audience", ["serve", "public"])
def test_whatever_was_saved_the_preview_is_a_build_from_nothing(seed: int, ours: str, audience: str) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        patch.setenv("NO_MKDOCS_2_WARNING", "1")
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # the home page says when it was built
        short_ways(Path(folder).resolve(), seed, int(os.environ.get("LIVE_EDITS", "6")), ours, audience)


def test_a_picture_that_is_saved_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    def edit(vault: Vault) -> str:
        (vault.docs / "a.png").write_bytes(vault.chance.randbytes(4))
        return "picture"

    monkeypatch.setattr(Vault, "edit", edit)
    assert short_ways(tmp_path, 1, 3, "", "serve") == 0


def test_a_word_that_is_saved_takes_the_short_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setattr(
        Vault, "edit", lambda vault: vault.write("index.md", f"# Home\n\n{vault.words()}\n") or "words"
    )
    assert short_ways(tmp_path, 1, 4, "", "serve") == 4
