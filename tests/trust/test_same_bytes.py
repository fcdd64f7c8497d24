"""The same notes give the same bytes: in whatever order the folder lists them, in any locale, zone and hash seed, and on any day."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

CONFIG = """\
site_name: x
site_url: https://docs.example/
theme: {name: material, font: false}
plugins: [incremental_build, search, slipbox, snippets_runner]
markdown_extensions: [toc, pymdownx.superfences, {pymdownx.snippets: {base_path: [snippets], check_paths: true}}]
"""
CLOCK = """\
import datetime, os, time

ahead, clock = float(os.environ["AHEAD"]), time.time
time.time = lambda: clock() + ahead


class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(seconds=ahead)

    @classmethod
    def utcnow(cls):
        return super().utcnow() + datetime.timedelta(seconds=ahead)


class LaterDay(datetime.date):
    @classmethod
    def today(cls):
        return Later.now().date()


datetime.datetime, datetime.date = Later, LaterDay
"""
"""Read by Python before anything else: another day, for whoever asks for it in Python."""
DAYS = 400 * 86_400
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}


def notes() -> dict[str, str]:
    """Return notes whose pages gather from one another: links, embeds, tags, folders, a canvas, other names."""
    found = {f"docs/{'folder/' * (n % 3 > 0)}Å note {n}.md": f"---\ntags: [t{n % 4}, æ]\naliases: [other {n}]\n---\n\n# Note {n}\n\n[[Å note {(n * 7) % 30}]] ![[Å note {(n * 5) % 30}]] and Note {n % 9}.\n" for n in range(30)}  # fmt: skip
    page = '# Snippet\n\n```python\n--8<-- "a.py"\n```\n'
    return found | {"docs/index.md": "# Home\n\n[[Å note 1]]\n", "docs/s.md": page, "snippets/a.py": "print(1)\n", "snippets/a.out": "1\n"}  # fmt: skip


def build(
    folder: Path, order: list[str], python: str | Path = sys.executable, **environment: str
) -> dict[str, bytes]:
    """Write the notes in an order, and build them."""
    texts = notes()
    for name in order:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(texts[name], encoding="utf-8")
    (folder / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "pyproject.toml").write_text("[tool.snippets-runner]\n", encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(
        [python, "-m", "mkdocs", "build", "-q"], cwd=folder, env={**kept, "NO_MKDOCS_2_WARNING": "1", **environment},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    site = folder / "site"
    return {
        file.relative_to(site).as_posix(): file.read_bytes() for file in site.rglob("*") if file.is_file()
    }


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return build(
        tmp_path_factory.mktemp("reference") / "here",
        sorted(notes()),
        **EPOCH,
        PYTHONHASHSEED="1",
        TZ="UTC",
        LC_ALL="C",
    )


def later(tmp_path: Path) -> dict[str, str]:
    """Return the variables that bring another day."""
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock/sitecustomize.py").write_text(CLOCK, encoding="utf-8")
    return {"PYTHONPATH": str(tmp_path / "clock"), "AHEAD": str(DAYS)}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_in_which_a_folder_lists_its_files_changes_nothing(
    tmp_path: Path, reference: dict[str, bytes], seed: int
) -> None:
    order = sorted(notes())
    random.Random(seed).shuffle(order)

    assert differing(build(tmp_path / "there", order, **EPOCH), reference) == []


@pytest.mark.parametrize(
    "variables",
    [
        {"PYTHONHASHSEED": "2"},
        {"TZ": "Pacific/Auckland"},
        {"LC_ALL": "C.UTF-8", "LANG": "nb_NO.UTF-8", "LANGUAGE": "nb"},
    ],
    ids=lambda variables: " ".join(variables),
)
def test_seed_zone_and_locale_change_nothing(
    tmp_path: Path, reference: dict[str, bytes], variables: dict[str, str]
) -> None:
    assert differing(build(tmp_path / "there", sorted(notes()), **EPOCH, **variables), reference) == []


def test_another_day_changes_nothing(tmp_path: Path, reference: dict[str, bytes]) -> None:
    assert differing(build(tmp_path / "there", sorted(notes()), **EPOCH, **later(tmp_path)), reference) == []


def test_without_a_date_of_the_sources_another_day_changes_the_sitemap_alone(
    tmp_path: Path, reference: dict[str, bytes]
) -> None:
    """The clock is believed, so the test above says something; MkDocs puts the day of the build into the sitemap."""
    other = build(tmp_path / "there", sorted(notes()), **later(tmp_path))

    assert differing(other, reference) == ["sitemap.xml", "sitemap.xml.gz"]


ROOT = Path(__file__).parents[2]


def others() -> list[Path]:
    """Return the other Pythons on this machine that the packages are for, oldest first."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    pyenv = sorted(versions.glob("3.1[1-9].*/bin/python3")) if versions.is_dir() else []
    on_path = [Path(found) for minor in range(11, 20) if (found := shutil.which(f"python3.{minor}"))]
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    named: dict[str, Path] = {}
    for each in (*pyenv, *on_path):
        asked = subprocess.run(
            [each, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True
        )
        if asked.returncode == 0 and asked.stdout.strip() != ours:
            named.setdefault(asked.stdout.strip(), each)
    return [named[version] for version in sorted(named, key=lambda version: int(version.partition(".")[2]))]


def pinned(*names: str) -> dict[str, str]:
    """Return what packages need, themselves included, each at the version that is installed here."""
    found: dict[str, str] = {}
    left = [Requirement(name) for name in names]
    while left:
        wanted = left.pop()
        extras = wanted.extras or {""}
        if wanted.name in found or (
            wanted.marker and not any(wanted.marker.evaluate({"extra": each}) for each in extras)
        ):
            continue
        held = distribution(wanted.name)
        found[wanted.name] = held.version
        left += [
            need
            for need in map(Requirement, held.requires or ())
            if not need.marker or any(need.marker.evaluate({"extra": each}) for each in extras)
        ]
    return found


@pytest.fixture(scope="module")
def other_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return another Python with the same packages."""
    if "NIGHTLY" not in os.environ:
        pytest.skip("installs an environment: `make nightly`")
    if not others():
        pytest.skip("there is one Python on this machine")
    folder = tmp_path_factory.mktemp("python")
    python = folder / "venv/bin/python"
    wheel = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder / "wheel",
        ROOT,
    ]
    assert subprocess.run(wheel, capture_output=True, text=True).returncode == 0
    (ours,) = (folder / "wheel").glob("*.whl")
    name = re.split("-[0-9]", ours.name)[0].replace("_", "-")
    needs = {
        key: version
        for key, version in pinned("mkdocs", "mkdocs-material", "selectolax", name).items()
        if key != name
    }
    for command in (
        [others()[-1], "-m", "venv", folder / "venv"],
        [
            python,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            ours,
            *(f"{key}=={version}" for key, version in needs.items()),
        ],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"another Python can't be had: {done.stderr.strip().splitlines()[-1]}")
    return python


def test_another_version_of_python_changes_nothing(
    tmp_path: Path, reference: dict[str, bytes], other_python: Path
) -> None:
    other = build(tmp_path / "there", sorted(notes()), other_python, **EPOCH)

    assert differing(other, reference) == []
