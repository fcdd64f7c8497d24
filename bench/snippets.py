"""Compare the runner with its peers on the same corpus, in one run, and write the table to docs/project/.

Usage: ``.venv/bin/python bench/snippets.py [--rounds N] [--large N] [--write]``. The peers get an environment of their
own from ``bench/requirements-peers.txt``, made on first use below ``.cache/bench``. Figures are ratios of processor
time and of wall-clock time within the run; every tool sees the same pages, one after another, round by round.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import corpus
import measure

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".cache" / "bench" / "peers"
PAGE = ROOT / "docs" / "project" / "reference" / "benchmark-snippets.md"

PYTEST_EXAMPLES = """\
import pytest
from pytest_examples import CodeExample, EvalExample, find_examples

@pytest.mark.parametrize("example", find_examples("docs"), ids=str)
def test_example(example: CodeExample, eval_example: EvalExample):
    eval_example.run(example)
"""
SYBIL = """\
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
"""
MKTESTDOCS = """\
import pathlib
import pytest
from mktestdocs import check_md_file

@pytest.mark.parametrize("path", sorted(pathlib.Path("docs").glob("*.md")), ids=str)
def test_page(path):
    check_md_file(fpath=path)
"""
FRESH = """\
import pathlib, re, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

def run(text):
    return subprocess.run([sys.executable, "-c", text], capture_output=True, timeout=30).returncode

texts = [text for page in sorted(pathlib.Path("docs").glob("*.md")) for text in re.findall(r"```python\\n(.*?)```", page.read_text(), re.S)]
with ThreadPoolExecutor(2) as pool:
    codes = list(pool.map(run, texts))
print(f"{codes.count(0)} passed, {len(codes) - codes.count(0)} failed")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One way to run the corpus."""

    name: str
    command: list[str]
    prepare: Callable[[Path], None]
    isolates: str
    passed: str
    """A regular expression with the number of snippets that passed."""


def peers() -> Path:
    """Return the peers' Python, in an environment made on first use."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]
        subprocess.run([*pip, str(ROOT / "bench" / "requirements-peers.txt")], check=True)
    return python


def tools() -> list[Tool]:
    """Return the runner and its peers."""
    python, ours = str(peers()), str(Path(sys.executable).with_name("snippets-runner"))
    pytest = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=no"]
    passed = r"(\d+) passed"
    return [
        Tool(name="snippets-runner", command=[ours, "check", "--no-cache"], prepare=_nothing, isolates="process, limits, folder", passed=passed),
        Tool(name="snippets-runner, fresh interpreters", command=[ours, "--isolation", "spawn", "check", "--no-cache"], prepare=_nothing, isolates="process, limits, folder", passed=passed),
        Tool(name="a fresh interpreter each, two at once", command=[sys.executable, "fresh.py"], prepare=_file("fresh.py", FRESH), isolates="process", passed=passed),
        Tool(name="pytest-examples", command=[*pytest, "test_examples.py"], prepare=_file("test_examples.py", PYTEST_EXAMPLES), isolates="nothing", passed=passed),
        Tool(name="Sybil", command=[*pytest, "docs"], prepare=_file("docs/conftest.py", SYBIL), isolates="nothing", passed=passed),
        Tool(name="pytest-markdown-docs", command=[*pytest, "--markdown-docs", "docs"], prepare=_nothing, isolates="nothing", passed=passed),
        Tool(name="mktestdocs", command=[*pytest, "test_pages.py"], prepare=_file("test_pages.py", MKTESTDOCS), isolates="nothing", passed=passed),
    ]  # fmt: skip


def _nothing(folder: Path) -> None:
    (folder / "pyproject.toml").touch()


def _file(name: str, text: str) -> Callable[[Path], None]:
    def prepare(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return prepare


def compare(count: int, rounds: int, chosen: list[Tool]) -> dict[str, list[measure.Cost]]:
    """Run every tool on a corpus of ``count`` snippets, ``rounds`` times in turn."""
    costs: dict[str, list[measure.Cost]] = {tool.name: [] for tool in chosen}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for tool in chosen:
                place = Path(folder, "corpus")
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir()
                corpus.write(place, count)
                tool.prepare(place)
                costs[tool.name].append(measure.run(tool.command, cwd=place))
                print(f"  {tool.name}: {costs[tool.name][-1].cpu:.2f} s", file=sys.stderr)
    return costs


def unchanged(count: int) -> tuple[measure.Cost, measure.Cost]:
    """Return what a second run on an unchanged corpus costs, on the command line and in pytest."""
    ours = str(Path(sys.executable).with_name("snippets-runner"))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        made = corpus.snippets(count)
        (place / "snippets").mkdir()
        (place / "docs").mkdir()
        (place / "pyproject.toml").write_text("[tool.snippets-runner]\nrecordings = false\n")
        for number, text in enumerate(made):
            name = f"topic{number // 100:03d}/snippet{number:05d}.py"
            (place / "snippets" / name).parent.mkdir(exist_ok=True)
            (place / "snippets" / name).write_text(text)
        for start in range(0, count, corpus.PAGE):
            names = (
                f"topic{number // 100:03d}/snippet{number:05d}.py"
                for number in range(start, min(start + corpus.PAGE, count))
            )
            body = "\n".join(f'```python\n--8<-- "{name}"\n```\n' for name in names)
            (place / "docs" / f"page{start:05d}.md").write_text(f"# Page\n\n{body}")
        first = measure.run([ours, "check"], cwd=place)
        print(f"  first run of {count}: {first.wall:.1f} s", file=sys.stderr)
        again = measure.run([ours, "check"], cwd=place)
        pytest = measure.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "snippets"], cwd=place
        )
    return again, pytest


def row(tool: Tool, costs: list[measure.Cost], base: list[measure.Cost], count: int) -> str:
    """Return one line of the table."""
    middle = measure.median(costs)
    match = re.search(tool.passed, middle.output)
    passed = int(match[1]) if match else 0
    wrong = (
        "0"
        if passed >= count
        else f"{count - passed}"
        if tool.name != "mktestdocs"
        else "stops at a page's first"
    )
    cpu = [ours.cpu / each.cpu for ours, each in zip(base, costs, strict=True)]
    wall = [ours.wall / each.wall for ours, each in zip(base, costs, strict=True)]
    per = 1000 * middle.cpu / count
    return f"| {tool.name} | {tool.isolates} | {wrong} | {per:.1f} | {middle.wall:.2f} | {measure.spread(cpu)} | {measure.spread(wall)} |"


def table(count: int, chosen: list[Tool], costs: dict[str, list[measure.Cost]]) -> str:
    """Return the comparison as a Markdown table."""
    base = costs[chosen[0].name]
    head = (
        f"### {count} snippets, cold\n\n"
        "| tool | isolates | results wrong | CPU ms a snippet | wall s | ours ÷ its CPU | ours ÷ its wall |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(row(tool, costs[tool.name], base, count) for tool in chosen) + "\n"


def targets(
    costs: dict[str, list[measure.Cost]],
    large: dict[str, list[measure.Cost]],
    count: int,
    again: measure.Cost,
    pytest: measure.Cost,
) -> str:
    """Return each target with what was measured, and whether it is met."""
    ours = costs["snippets-runner"]

    def faster(than: str) -> float:
        return statistics.median(each.wall / own.wall for own, each in zip(ours, costs[than], strict=True))

    milliseconds = 1000 * measure.median(large["snippets-runner"]).cpu / count
    rows = [
        (
            "300 cold: times faster than a fresh interpreter each",
            "at least 4",
            faster("a fresh interpreter each, two at once"),
            4.0,
            True,
        ),
        (
            "300 cold: times as fast as pytest-examples, which isolates nothing",
            "at least 1",
            faster("pytest-examples"),
            1.0,
            True,
        ),
        (f"{count} cold: CPU ms a snippet", "at most 6", milliseconds, 6.0, False),
        (
            f"{count} unchanged: seconds on the command line (the target is for 10,000)",
            "at most 0.5",
            again.wall,
            0.5,
            False,
        ),
        (
            f"{count} unchanged: seconds in pytest (the target is for 10,000)",
            "at most 2",
            pytest.wall,
            2.0,
            False,
        ),
    ]
    lines = ["### Targets\n", "| what | target | measured | met |", "|---|---|---|---|"]
    for what, target, value, bound, more in rows:
        met = value >= bound if more else value <= bound
        lines.append(f"| {what} | {target} | {value:.2f} | {'yes' if met else 'no'} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and with ``--write`` put the page where the site shows it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", type=int, default=300)
    parser.add_argument("--large", type=int, default=10_000)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    machine = measure.machine()
    chosen = tools()
    small = compare(options.small, options.rounds, chosen)
    parts = [table(options.small, chosen, small)]
    if options.large:
        quick = [
            tool
            for tool in chosen
            if tool.name in ("snippets-runner", "a fresh interpreter each, two at once", "pytest-examples")
        ]
        large = compare(options.large, 1, quick)
        parts.append(table(options.large, quick, large))
        again, pytest = unchanged(options.large)
        parts.append(
            f"### {options.large} snippets, unchanged\n\n| door | wall s | CPU s | memory MiB |\n|---|---|---|---|\n"
            f"| `snippets-runner check` | {again.wall:.2f} | {again.cpu:.2f} | {again.memory:.0f} |\n"
            f"| `pytest snippets` | {pytest.wall:.2f} | {pytest.cpu:.2f} | {pytest.memory:.0f} |\n"
        )
        parts.append(targets(small, large, options.large, again, pytest))
    text = "\n".join(parts)
    print(text)
    if options.write:
        PAGE.write_text(
            "---\ntitle: Benchmark of the runner\npublish: true\ndescription: What the runner costs beside its peers, measured in one run.\n---\n\n"
            "Made by `bench/snippets.py --write`, not typed. Ratios are the runner's figure over the other tool's, in the same round on the "
            "same pages: below 1, the runner is faster. Median, and the range over the rounds.\n\n"
            f"Machine: {machine}.\n\n{text}",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
