"""Every case is a folder: a tiny project, what `check` says of it, and perhaps the pages that it then gives.

A case holds `docs/`, `snippets/`, perhaps `pyproject.toml` and `arguments.txt` (more words for the command), and the
golden files `expected.txt` (the whole report) and `expected.html` (every page, rendered with the extensions of this
repository's own site after the check).
See `golden.py` for what is made equal, and for how the golden files are written.
"""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from golden import compare, normalised
from markdown import Markdown
from mkdocs.utils import yaml_load
from mkdocs.utils.meta import get_data

from snippets_runner.cli import main
from snippets_runner.finding import Code
from snippets_runner.markdown import read_page, read_source
from snippets_runner.markdown_extension import PageContext, SnippetsRunnerExtension

HERE = Path(__file__).parents[1]
CASES = HERE / "cases/snippets_runner"
FOLDERS = sorted(folder for folder in CASES.iterdir() if (folder / "expected.txt").is_file())
RENDERED = [folder for folder in FOLDERS if (folder / "expected.html").is_file()]
SEEN = re.compile(r'<pre class="seen">(.*?)</pre>', re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
Extensions = tuple[list[str], dict[str, Any]]


@pytest.fixture(scope="module")
def site_extensions() -> Extensions:
    """Return the Markdown extensions of this repository's site, and their settings, as `mkdocs.yml` has them."""
    settings = yaml_load((HERE.parent / "mkdocs.yml").read_text(encoding="utf-8"))
    rows: list[Any] = [
        {each: {}} if isinstance(each, str) else each for each in settings["markdown_extensions"]
    ]
    configs = {name: row or {} for each in rows for name, row in each.items()}
    return list(configs), configs


@pytest.fixture
def project(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the case to run in, away from the variables of this machine."""
    for name in ("CI", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / case.name
    shutil.copytree(case, root, symlinks=True, ignore=shutil.ignore_patterns("expected.*"))
    return root


def check(root: Path) -> str:
    """Run the command; return its report and exit status, and what it says of an error."""
    interrupt = signal.getsignal(signal.SIGINT)
    more = root / "arguments.txt"
    words = more.read_text("utf-8").split() if more.is_file() else []
    done = CliRunner().invoke(main, ["--root", str(root), "check", *words])
    signal.signal(signal.SIGINT, interrupt)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    said = done.stdout if done.exit_code < 2 else done.stdout + done.stderr
    return f"{said}exit status {done.exit_code}\n"


def pages(root: Path) -> Iterator[Path]:
    return iter(
        sorted(file for file in (root / "docs").rglob("*.md") if not file.parent.name.startswith("."))
    )


def test_there_are_cases() -> None:
    assert len(FOLDERS) >= 90
    assert len(RENDERED) >= 40
    assert all(re.fullmatch(r"[a-z0-9-]+", folder.name) for folder in FOLDERS)


def test_every_kind_of_finding_has_a_case() -> None:
    said = "".join((folder / "expected.txt").read_text("utf-8") for folder in FOLDERS)
    told = set(re.findall(r"^\S.*?:\d+:\d+: (?:note: )?([a-z-]+): ", said, re.MULTILINE))
    by_a_build = {Code.UNVERIFIED.value}
    assert {code.value for code in Code} - by_a_build == told


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_check_says_what_is_written(case: Path, project: Path) -> None:
    compare(case / "expected.txt", normalised(check(project), project))


@pytest.mark.parametrize("case", RENDERED, ids=lambda case: case.name)
def test_pages_show_what_is_written(case: Path, project: Path, site_extensions: Extensions) -> None:
    check(project)
    names, configs = site_extensions
    told: list[str] = []
    shown = []
    for file in pages(project):
        text, properties = get_data(file.read_bytes().decode("utf-8-sig"))
        path = file.relative_to(project)
        ours = SnippetsRunnerExtension(root=str(project))
        ours.page = PageContext(path=path, language=str(properties.get("lang", "en")))
        ours.on_finding = lambda finding: told.append(
            f"{finding.where}: {finding.code.value}: {finding.message}"
        )
        configs = {
            **configs,
            "pymdownx.snippets": {"base_path": [str(project / "snippets")], "check_paths": True},
        }
        html = Markdown(extensions=[*names, ours], extension_configs=configs).convert(text)
        shown.append(f"<!-- {path.as_posix()} -->\n{html}\n")
    compare(
        case / "expected.html",
        normalised("\n".join([*shown, *(f"<!-- told: {each} -->" for each in told)]), project),
    )


def seen_by_superfences(text: str) -> list[str]:
    """Render a page with superfences alone, and return the text of every code block that is in the HTML."""
    blocks: list[str] = []

    def keep(source: str, *_: object, **__: object) -> str:
        blocks.append(source)
        return f'<pre class="seen">{len(blocks) - 1}</pre>'

    def accept(language: str, inputs: Mapping[str, str], *_: object) -> bool:
        return True

    fence = {"name": "*", "class": "seen", "format": keep, "validator": accept}
    html = Markdown(
        extensions=[
            "admonition",
            "def_list",
            "footnotes",
            "pymdownx.superfences",
            "pymdownx.details",
            "pymdownx.tabbed",
        ],
        extension_configs={
            "pymdownx.superfences": {"custom_fences": [fence]},
            "pymdownx.tabbed": {"alternate_style": True},
        },
    ).convert(text)
    return [blocks[int(number)] for number in SEEN.findall(COMMENT.sub("", html))]


def with_one_line_break(text: str) -> str:
    return text.expandtabs(4).strip("\n") + "\n"


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_the_page_shows_the_fences_that_the_reader_reads(case: Path) -> None:
    """One grammar, one reader: every block is found, none more and none less, with the same text."""
    for file in pages(case):
        try:
            source = read_source(file, root=case)
        except UnicodeDecodeError:
            continue
        read = [fence.body for fence in read_page(source)[0].fences]
        shown = seen_by_superfences(get_data(source.text)[0])
        assert list(map(with_one_line_break, read)) == list(map(with_one_line_break, shown)), file.name
