"""The list of what a browser keeps: all pages and what they name, each by what it holds; and what makes the site installable."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "docs/assets"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Return the hook, imported as MkDocs does it: with its folder on the path."""
    with monkeypatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "hooks"))
        yield importlib.import_module("offline")


def read_list(site: Path) -> dict[str, dict[str, str]]:
    """Return what the worker of a site lists, each file by its whole address."""
    text = (site / "service-worker.js").read_text(encoding="utf-8")
    found = re.match(r"self\.SITE = (\{.*\});\n", text)
    assert found
    listed: dict[str, dict[str, str]] = json.loads(found[1])
    return listed


def test_every_page_and_what_it_loads_is_kept_if_the_reader_asks(public_site: Path) -> None:
    pages = read_list(public_site)["pages"]
    files = {file.relative_to(public_site).as_posix() for file in public_site.rglob("*.html")}

    assert {re.sub(r"(^|/)index\.html$", r"\1", name) for name in files} <= set(pages)
    home = (public_site / "index.html").read_text(encoding="utf-8")
    for each in re.findall(r'<(?:script|link)\b[^>]*?\s(?:src|href)="(assets/[^"]+)"', home):
        assert unquote(each) in pages


def test_a_first_visit_keeps_what_every_page_needs_and_no_other_page(public_site: Path) -> None:
    listed = read_list(public_site)

    assert {path for path in listed["core"] if not path or path.endswith(("/", ".html"))} == {"", "404.html"}
    assert set(listed["core"]) <= set(listed["pages"])
    weight = sum((public_site / (path or "index.html")).stat().st_size for path in listed["core"])
    assert weight < 300_000


def test_each_file_is_listed_by_what_it_holds(public_site: Path) -> None:
    listed = read_list(public_site)
    for path, revision in {**listed["pages"], **listed["extras"]}.items():
        file = public_site / (f"{path}index.html" if not path or path.endswith("/") else path)
        assert hashlib.sha256(file.read_bytes()).hexdigest().startswith(revision), path


def test_what_is_large_is_kept_only_when_it_is_used(public_site: Path) -> None:
    listed = read_list(public_site)
    weights = {path: (public_site / path).stat().st_size for path in listed["pages"] if "." in path}

    assert max(size for path, size in weights.items() if not path.endswith(".html")) < 250_000
    assert "assets/vendor/mermaid/mermaid.min.js" in listed["extras"]
    assert not [path for path in listed["pages"] if path.endswith(".map")]


def test_the_index_of_the_search_is_listed_as_a_whole_and_the_list_is_small(public_site: Path) -> None:
    listed = read_list(public_site)
    entry = hashlib.sha256((public_site / "search/pagefind-entry.json").read_bytes()).hexdigest()

    assert set(listed["wholes"]) == {"search/fragment", "search/index"}
    assert all(entry.startswith(revision) and revision for revision in listed["wholes"].values())
    assert not [
        path
        for path in (*listed["pages"], *listed["extras"])
        if path.startswith(tuple(f"{folder}/" for folder in listed["wholes"]))
    ]
    files = sum(1 for _ in public_site.rglob("*.*"))
    assert (public_site / "service-worker.js").stat().st_size < 30 * files


def small_site(folder: Path, text: str = "one") -> Path:
    files = {
        "index.html": '<link rel="stylesheet" href="a.css"><script src="big.js"></script>',
        "blåbær/index.html": text,
        "a.css": "@font-face { src: url(face.woff2) }",
        "face.woff2": "face",
        "unused.js": "1",
        "big.js": "1" * 300_000,
        "big.js.map": "{}",
        "assets/javascripts/workers/offline.js": "2",
    }
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return folder


def test_a_small_site_is_listed_as_expected(offline: ModuleType, tmp_path: Path) -> None:
    offline.write_worker(small_site(tmp_path))

    listed = read_list(tmp_path)
    assert list(listed["pages"]) == ["a.css", "blåbær/", "face.woff2", ""]
    assert list(listed["extras"]) == ["assets/javascripts/workers/offline.js", "big.js", "unused.js"]


def test_a_changed_page_makes_another_version_and_the_same_site_does_not(
    offline: ModuleType, tmp_path: Path
) -> None:
    workers = []
    for text in ("one", "one", "two"):
        offline.write_worker(small_site(tmp_path, text))
        workers.append((tmp_path / "service-worker.js").read_bytes())

    assert workers[0] == workers[1]
    assert workers[0] != workers[2]


def test_the_manifest_names_this_site_and_icons_of_the_sizes_it_says() -> None:
    manifest = json.loads((ASSETS / "site.webmanifest").read_text(encoding="utf-8"))
    name = re.search(r"^site_name: (.+)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)

    assert name
    assert manifest["name"] == yaml.safe_load(name[1])
    for icon in manifest["icons"]:
        file = ASSETS / icon["src"]
        if file.suffix == ".png":
            width, height = struct.unpack(">II", file.read_bytes()[16:24])
            assert f"{width}x{height}" == icon["sizes"]
        else:
            assert file.is_file()
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
