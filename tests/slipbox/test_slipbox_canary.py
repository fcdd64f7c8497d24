"""The canary: every hidden thing in a vault bears a token of its own, and no byte of what the public gets has one.

Through each door: a site by MkDocs and by ProperDocs, an export, the pages of an engine that knows only the Markdown extension, and what
the command line prints. What each of them logs and keeps in caches counts too.
Every file and name is searched as it is, unpacked, with its escapes of JSON, HTML and addresses undone, base64-decoded,
and folded as slugs are. Twice: from scratch, and after a public note was made internal, over the old site and its caches.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from slipbox.testing import write_vault

KINDS = (
    "title", "file", "folder", "alias", "permalink", "tag", "property", "description", "heading", "block", "comment",
    "attachment", "bytes", "canvas", "edge", "text", "context", "label", "inlinetag", "footnote", "code", "draft", "broken",
    "embed", "snippet", "callout", "sub", "picture", "pixels", "url",
)  # fmt: skip
TOKEN = {kind: f"zq{kind}zq" for kind in KINDS}
SURFACES = (
    "search/search_index.json", "graph.json", "graph/index.html", "recent/index.html", "tags/", "feed.xml", "llms.txt", "index.md",
    "assets/cards", "orphans/index.html",
)  # fmt: skip
"""What the author's build names hidden notes in, so that the public one has a chance to."""
CONFIG = """\
site_name: Canary
site_url: https://example.org/
repo_url: https://example.org/repo
edit_uri: edit/main/docs/
theme: {name: material, font: false, features: [navigation.footer, navigation.indexes, navigation.path, search.suggest, content.action.edit]}
hooks: [cards.py]
plugins:
  search: {}
  slipbox: {}
  snippets_runner: {}
markdown_extensions: [attr_list, md_in_html, toc, pymdownx.superfences, {pymdownx.snippets: {base_path: snippets}}]
"""
CARDS = """\
from pathlib import Path

def on_post_page(output, page, config):
    card = Path(config.site_dir, "assets/cards", page.url.strip("/") or "home", "card.svg")
    card.parent.mkdir(parents=True, exist_ok=True)
    card.write_text(f"<svg><title>{page.title}</title>{page.meta}{page.previous_page}{page.next_page}</svg>")
    Path(".cache").mkdir(exist_ok=True)
    Path(".cache", card.parent.name).write_text(f"{page.file.src_uri} {page.content}")
"""
"""Cards for other sites and a cache, as plugins of a theme make them of each page that they are given."""


def vault() -> dict[str, str | bytes]:
    """Return the vault: public notes around hidden ones."""
    t = TOKEN
    hidden = (
        f"---\ntitle: {t['title']}\naliases: [{t['alias']}]\npermalink: /{t['permalink']}/\ntags: [{t['tag']}]\n"
        f"description: {t['description']}\nextra: {t['property']}\n%s\n---\n\n# {t['heading']}\n\n{t['text']} #{t['inlinetag']} "
        f"[[Public|{t['label']}]] {t['context']} [[Other]].^[{t['footnote']}]\n\n![[{t['attachment']}.png]] ![[{t['canvas']}.canvas]] "
        f"![[Public#Part]]\n\nA block. ^{t['block']}\n\n```python\n{t['code']}\n```\n\n## Inner {t['sub']}\n\n{t['embed']}\n\n> [!tip] {t['callout']}\n> Text.\n\n"
        f'```python\n--8<-- "{t["snippet"]}.py"\n```\n'
    )
    name = f"{t['folder']}/{t['file']}"
    return {
        "mkdocs.yml": CONFIG,
        "cards.py": CARDS,
        f"snippets/{t['snippet']}.py": f"print('{t['snippet']}')\n",
        f"snippets/{t['snippet']}.out": f"{t['snippet']}\n",
        "docs/index.md": "# Home\n\n[[Public]] and [[Other]].\n",
        f"docs/{name}.md": hidden % "synlighet: intern",
        f"docs/drafts/{t['draft']}.md": "---\ndraft: true\n---\n\n[[Public]] [[Other]]\n",
        f"docs/{t['broken']}.md": f"---\ntitle: a: b\n---\n\n{t['broken']} [[Public]]\n",
        f"docs/{t['folder']}/{t['attachment']}.png": t["bytes"].encode(),
        f"docs/{t['folder']}/unused-{t['bytes']}.pdf": t["bytes"].encode(),
        f"docs/{t['canvas']}.canvas": json.dumps(
            {"nodes": [
                {"id": "1", "type": "text", "text": t["canvas"], "x": 0, "y": 0, "width": 9, "height": 9},
                {"id": "2", "type": "file", "file": f"{t['picture']}.png", "x": 20, "y": 0, "width": 9, "height": 9},
                {"id": "3", "type": "link", "url": f"https://example.org/{t['url']}", "x": 40, "y": 0, "width": 9, "height": 9},
            ]}
        ),
        f"docs/{t['picture']}.png": t["pixels"].encode(),
        "docs/shared.png": b"seen",
        "docs/Public.md": f"---\ntags: [seen]\nrelated: '[[{name}]]'\ndescription: Of [[{name}]]\n---\n\n# Public %%{t['comment']}%%\n\n## On %%{t['comment']}%% [[{t['file']}]]\n\nIt names [[{t['file']}]], [[{name}|shown]], "
        f"[[{t['alias']}#{t['heading']}]], [[{t['permalink']}]], [md]({name}.md), [ref][r], [e](<{name}.md#{t['block']}>).\n\n"
        f"%%{t['comment']}%% ![[{t['file']}]] ![[{t['file']}#^{t['block']}]] ![[{name}#Inner {t['sub']}]] <a href=\"{name}.md\">raw</a>\n\n"
        f"<div><a href='{name}.md'>raw block</a></div>\n\n| a |\n|---|\n| [[{t['file']}\\|cell]] |\n\n"
        f"%%\n{t['comment']}\n%%\n\n## Part\n\nA sentence with [[{t['file']}]] and [[Other]].\n\n[r]: {name}.md\n",
        "docs/board.canvas": json.dumps(
            {"nodes": [
                {"id": "1", "type": "file", "file": f"{name}.md", "x": 0, "y": 0, "width": 9, "height": 9},
                {"id": "2", "type": "text", "text": f"[[{name}]] %%{t['comment']}%% seen", "x": 20, "y": 0, "width": 9, "height": 9},
                {"id": "4", "type": "file", "file": "shared.png", "x": 40, "y": 0, "width": 9, "height": 9},
                {"id": "5", "type": "link", "url": "https://example.org/open", "x": 60, "y": 0, "width": 9, "height": 9},
            ], "edges": [{"id": "3", "fromNode": "1", "toNode": "2", "label": t["edge"]}]}
        ),
        "docs/Titled.md": f"# About [[{t['file']}]] and [[Public]]\n\n[[Other]]\n",
        "docs/Named.md": f"---\ntitle: 'After [[{t['alias']}]]'\n---\n\n[[Other]] [[Titled]]\n",
        "docs/Board.md": "![[board.canvas]] [[board.canvas]]\n",
        "docs/Other.md": f"---\ncssclasses: [wide]\n---\n\n# Other\n\nTo [[Public]] beside [[{t['alias']}]].\n\n![[Public#Part]]\n",
    }  # fmt: skip


EXTENSION = """\
import logging, sys
from pathlib import Path
from markdown import Markdown

logging.basicConfig(level=logging.INFO)
out = Path(sys.argv[1])
out.mkdir(exist_ok=True)
settings = {"slipbox": {"vault": "docs", "audience": sys.argv[2]}}
markdown = Markdown(extensions=["toc", "slipbox"], extension_configs=settings)
for number, file in enumerate(sorted(Path("docs").rglob("*.md"))):
    html = markdown.reset().convert(file.read_text("utf-8"))
    (out / f"{number}.html").write_text(f"{html} {markdown.toc_tokens}", "utf-8")
"""
"""An engine that knows nothing of the plugin. The names of its files are its own doing, so they say nothing here."""
SLIPBOX = [sys.executable, "-c", "from slipbox.cli import main; main()"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A way out of the vault."""

    name: str
    """How it is called."""
    commands: tuple[tuple[str, ...], ...]
    """What is run, with OUT and AUDIENCE for where to and for whom; what the last one prints counts as output too."""
    sings: frozenset[str]
    """What it shows of a hidden note if nothing hides it, so that it has a chance to leak."""
    late: frozenset[str]
    """What it shows of the note that is hidden later."""

    def open(self, folder: Path, audience: str = "public") -> str:
        """Go through the door and return what was logged."""
        said = []
        config = CONFIG.replace("slipbox: {}", f"slipbox: {{audience: {audience}}}")
        (folder / "mkdocs.yml").write_text(config, "utf-8")
        for command in self.commands:
            given = [{"OUT": self.name, "AUDIENCE": audience}.get(word, word) for word in command]
            done = subprocess.run(
                given, capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            said += [done.stdout, done.stderr]
        (folder / "mkdocs.yml").write_text(CONFIG, "utf-8")
        return "\n".join(said)


EVERYTHING = frozenset(KINDS) - {"comment", "property"}
LATE = frozenset(("alias", "tag", "title", "text"))
WORDS = frozenset(
    ("text", "heading", "context", "label", "inlinetag", "footnote", "code", "broken", "embed", "sub", "block", "callout", "attachment", "canvas", "edge")
)  # fmt: skip
DOORS = {
    door.name: door
    for door in (
        Door(name="mkdocs", commands=((sys.executable, "-m", "mkdocs", "build", "-d", "OUT"),), sings=EVERYTHING, late=LATE),
        Door(name="properdocs", commands=((sys.executable, "-m", "properdocs", "build", "-f", "mkdocs.yml", "-d", "OUT"),), sings=EVERYTHING, late=LATE),
        Door(name="export", commands=((*SLIPBOX, "export", "OUT", "--audience", "AUDIENCE"),), sings=WORDS | {"title", "file", "draft", "folder", "alias", "tag", "bytes", "picture", "pixels", "url"}, late=LATE),
        Door(name="extension", commands=((sys.executable, "-c", EXTENSION, "OUT", "AUDIENCE"),), sings=WORDS, late=frozenset(("title", "text"))),
        Door(name="command-line", commands=tuple((*SLIPBOX, "graph", "--audience", "AUDIENCE", "--format", form) for form in ("json", "dot")), sings=frozenset(("title", "file", "folder", "tag", "draft", "broken", "permalink")), late=frozenset(("title", "tag"))),
    )
}  # fmt: skip


def surfaces(site: Path, log: str) -> Iterator[tuple[str, str]]:
    """Yield everything that leaves the build, named, as text in every guise that hides words; caches beside it too."""
    yield "log", log
    for file in sorted((site.parent / ".cache").rglob("*")):
        yield f"cache {file.name}", f"{file.name} {file.read_bytes().decode('utf-8', errors='replace')}"
    for file in sorted(site.rglob("*")):
        name = str(file.relative_to(site))
        yield f"name of {name}", name
        if file.is_file():
            raw = file.read_bytes()
            text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8", errors="replace")
            yield name, text
            yield f"{name}, undone", html.unescape(unquote(re.sub(r"\\u([0-9a-fA-F]{4})", _letter, text)))
            if "assets/javascripts" not in name:
                yield f"{name}, base64", " ".join(_decoded(text))


def _letter(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _decoded(text: str) -> Iterator[str]:
    """Yield what looks like base64, decoded."""
    for found in re.finditer(r"[A-Za-z0-9+/_-]{16,}={0,2}", text):
        try:
            yield base64.b64decode(found[0].replace("-", "+").replace("_", "/") + "==").decode(
                "utf-8", errors="replace"
            )
        except (binascii.Error, ValueError):
            continue


def leaks(site: Path, log: str, tokens: dict[str, str]) -> list[str]:
    """Return each kind of hidden thing with the places where it was found."""
    found = []
    for where, text in surfaces(site, log):
        folded = text.casefold().replace("-", "")
        found += [f"{kind} in {where}" for kind, token in tokens.items() if token in folded]
    return found


@pytest.fixture(scope="module", params=list(DOORS))
def door(request: pytest.FixtureRequest) -> Door:
    if request.param == "properdocs" and find_spec("properdocs") is None:
        pytest.skip("ProperDocs is not installed: pip install properdocs")
    return DOORS[request.param]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, door: Door) -> Path:
    folder = write_vault(tmp_path_factory.mktemp(f"canary-{door.name}"), vault())
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    """Commit everything, so that there are dates: a feed, and a list of what changed."""
    who = {f"GIT_{role}_{part}": "a@b" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    for arguments in (["init", "-q"], ["add", "-A", "docs"], ["commit", "-q", "-m", "notes"]):
        subprocess.run(
            ["git", *arguments], cwd=folder, env={**os.environ, **who}, check=True, capture_output=True
        )


def test_every_token_is_in_the_vault_and_leaves_by_the_door_for_the_author(folder: Path, door: Door) -> None:
    """The canary sings: without the audience, each token that the door can show is found."""
    log = door.open(folder, "serve")
    site = folder / door.name
    found = {leak.split(" in ")[0] for leak in leaks(site, log, TOKEN)}
    assert door.sings - found == set()

    if door.sings == EVERYTHING:
        named = {leak.split(" in ", 1)[1] for leak in leaks(site, log, {"title": TOKEN["title"]})}
        for surface in SURFACES:
            assert any(surface in name for name in named), (
                f"the author's {surface} names no hidden note: is it made?"
            )
    for left in (site, folder / ".cache"):
        shutil.rmtree(left, ignore_errors=True)


def test_nothing_that_is_hidden_leaves_a_public_build(folder: Path, door: Door) -> None:
    log = door.open(folder)

    assert leaks(folder / door.name, log, TOKEN) == []
    assert "Other" in "".join(text for _, text in surfaces(folder / door.name, log)), "what is public leaves"
    if door.sings == EVERYTHING:
        board = (folder / door.name / "Board/index.html").read_text("utf-8")
        assert '<img src="../shared.png"' in board, (
            "the canvas of all readers keeps its picture and its address"
        )
        assert '<a href="https://example.org/open">' in board
        assert 'href="https://example.org/repo/edit/main/docs/Board.md"' in board, (
            "there are links for editing"
        )


def test_nothing_is_left_after_a_note_was_hidden(folder: Path, door: Door) -> None:
    """A note that was public and is internal now leaves nothing in what is made over the old output and its caches."""
    note = folder / "docs/Late.md"
    text = "---\n{}aliases: [zqlatealiaszq]\ntags: [zqlatetagzq]\n---\n\n# zqlatetitlezq\n\n[[Public]] [[Other]] zqlatetextzq\n"
    note.write_text(text.format(""), "utf-8")
    other = folder / "docs/Other.md"
    other.write_text(other.read_text("utf-8") + "\nAnd [[Late]] zqlatetitlezq.\n", "utf-8")
    tokens = {kind: f"zqlate{kind}zq" for kind in LATE}
    log = door.open(folder)
    assert {leak.split(" in ")[0] for leak in leaks(folder / door.name, log, tokens)} == door.late

    note.write_text(text.format("synlighet: intern\n"), "utf-8")
    other.write_text(other.read_text("utf-8").replace(" zqlatetitlezq", ""), "utf-8")
    log = door.open(folder)
    assert leaks(folder / door.name, log, {**tokens, **TOKEN}) == []


def test_counts_do_not_betray(folder: Path, door: Door) -> None:
    """The numbers that a site, or the command line, gives are those of what may be seen."""
    if door.name not in ("mkdocs", "properdocs", "command-line"):
        pytest.skip("gives no numbers")
    said = door.open(folder)
    written = folder / door.name / "graph.json"
    graph = json.loads(written.read_text("utf-8") if written.is_file() else said.partition("\n")[0])
    assert sorted(note["title"] for note in graph["notes"]) == [
        "About private note and Public", "After private note", "Board", "Home", "Other", "Public",
    ]  # fmt: skip
    for number, note in enumerate(graph["notes"]):
        assert note["in"] == sum(target == number for _, target in graph["links"])
