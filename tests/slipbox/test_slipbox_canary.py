"""The canary: every hidden thing in a vault bears a token of its own, and no byte of the public site has one.

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


def build(folder: Path) -> str:
    """Build the site and return what was logged."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-d", str(folder / "site")],
        capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_vault(tmp_path_factory.mktemp("canary"), vault())
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    """Commit everything, so that there are dates: a feed, and a list of what changed."""
    who = {f"GIT_{role}_{part}": "a@b" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    for arguments in (["init", "-q"], ["add", "-A", "docs"], ["commit", "-q", "-m", "notes"]):
        subprocess.run(
            ["git", *arguments], cwd=folder, env={**os.environ, **who}, check=True, capture_output=True
        )


def test_every_token_is_in_the_vault_and_in_the_authors_build(folder: Path) -> None:
    """The canary sings: without the audience, each token that a page can show is found."""
    config = folder / "mkdocs.yml"
    config.write_text(CONFIG.replace("slipbox: {}", "slipbox: {audience: serve}"), "utf-8")
    log = build(folder)
    found = {leak.split(" in ")[0] for leak in leaks(folder / "site", log, TOKEN)}
    config.write_text(CONFIG, "utf-8")
    shutil.rmtree(folder / ".cache")
    named = {leak.split(" in ", 1)[1] for leak in leaks(folder / "site", log, {"title": TOKEN["title"]})}
    for surface in SURFACES:
        assert any(surface in name for name in named), (
            f"the author's {surface} names no hidden note: is it made?"
        )

    never_shown = {"comment", "property"}
    assert set(TOKEN) - found <= never_shown


def test_nothing_that_is_hidden_leaves_a_public_build(folder: Path) -> None:
    log = build(folder)

    assert leaks(folder / "site", log, TOKEN) == []
    board = (folder / "site/Board/index.html").read_text("utf-8")
    assert '<img src="../shared.png"' in board, "the canvas of all readers keeps its picture and its address"
    assert '<a href="https://example.org/open">' in board
    assert 'href="https://example.org/repo/edit/main/docs/Board.md"' in board, "there are links for editing"


def test_nothing_is_left_after_a_note_was_hidden(folder: Path) -> None:
    """A note that was public and is internal now leaves nothing in the site that is built over the old one."""
    note = folder / "docs/Late.md"
    text = "---\n{}aliases: [zqlatealiaszq]\ntags: [zqlatetagzq]\n---\n\n# zqlatetitlezq\n\n[[Public]] [[Other]] zqlatetextzq\n"
    note.write_text(text.format(""), "utf-8")
    other = folder / "docs/Other.md"
    other.write_text(other.read_text("utf-8") + "\nAnd [[Late]] zqlatetitlezq.\n", "utf-8")
    tokens = {kind: f"zqlate{kind}zq" for kind in ("alias", "tag", "title", "text")}
    log = build(folder)
    assert {leak.split(" in ")[0] for leak in leaks(folder / "site", log, tokens)} == set(tokens)

    note.write_text(text.format("synlighet: intern\n"), "utf-8")
    other.write_text(other.read_text("utf-8").replace(" zqlatetitlezq", ""), "utf-8")
    log = build(folder)
    assert leaks(folder / "site", log, {**tokens, **TOKEN}) == []


def test_counts_do_not_betray(folder: Path) -> None:
    """The numbers that the site gives are those of what may be seen."""
    build(folder)
    graph = json.loads((folder / "site/graph.json").read_text("utf-8"))
    assert sorted(note["title"] for note in graph["notes"]) == [
        "About private note and Public", "After private note", "Board", "Home", "Other", "Public",
    ]  # fmt: skip
    for number, note in enumerate(graph["notes"]):
        assert note["in"] == sum(target == number for _, target in graph["links"])


def test_nothing_that_is_hidden_is_in_an_export(folder: Path) -> None:
    shutil.rmtree(folder / "out", ignore_errors=True)
    command = [
        sys.executable,
        "-c",
        "from slipbox.cli import main; main()",
        "export",
        "out",
        "--audience",
        "public",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)

    assert leaks(folder / "out", done.stdout + done.stderr, TOKEN) == []
    assert (folder / "out/Public.md").is_file()
