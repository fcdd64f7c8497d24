"""The site that is built with what was kept is, byte for byte, the one that is built of nothing."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def read(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def differing(one: Path, other: Path) -> list[str]:
    left, right = read(one), read(other)
    return sorted(name for name in {*left, *right} if left.get(name) != right.get(name))


def test_the_site_is_that_of_a_build_without_the_plugin(
    public_site: Path, build_site: Callable[..., Path]
) -> None:
    plain = build_site(INCREMENTAL="false")
    assert len(read(plain)) > 1000
    assert differing(public_site, plain) == []


@pytest.mark.skipif(not os.environ.get("NIGHTLY"), reason="builds the site eight times")
def test_the_site_is_that_of_a_build_without_the_plugin_also_after_edits(tmp_path: Path) -> None:
    copy, chance = tmp_path / "copy", random.Random(12)
    subprocess.run(["git", "clone", "-q", "--shared", str(ROOT), str(copy)], check=True)
    shutil.copytree(ROOT / ".cache/snippets_runner", copy / ".cache/snippets_runner")

    def build(folder: str, *, enabled: str) -> Path:
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--no-strict", "-d", str(tmp_path / folder)], cwd=copy, capture_output=True,
            text=True, env=os.environ | {"INCREMENTAL": enabled, "NO_MKDOCS_2_WARNING": "1"}, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return tmp_path / folder

    pages = sorted(path for path in (copy / "docs").rglob("*.md") if path.name != "index.md")
    for _ in range(4):
        assert differing(build("kept", enabled="true"), build("plain", enabled="false")) == []
        for page in chance.sample(pages, 3):
            edit(page, chance)


def edit(page: Path, chance: random.Random) -> None:
    """Change a page in a way that other pages may show."""
    text = page.read_text("utf-8") if page.exists() else "---\npublish: true\n---\n\n# Again\n"
    what = chance.choice(("words", "heading", "title", "gone", "link"))
    if what == "gone":
        page.unlink(missing_ok=True)
        return
    changed = {
        "words": f"{text}\nOne sentence more.\n",
        "heading": f"{text}\n## One more\n\nWords.\n",
        "title": text.replace("\n# ", "\n# Of ", 1),
        "link": f"{text}\nSee [[idempotency]] and [[Saga]].\n",
    }
    page.write_text(changed[what], encoding="utf-8")
