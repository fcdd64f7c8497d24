"""Compare the runner with its peers on the same corpus, in one run, and write the table to docs/project/.

Usage: ``.venv/bin/python bench/snippets.py [--rounds N] [--large N] [--framework N] [--write]``. The peers get an environment of their
own from ``bench/requirements-peers.txt``, made on first use below ``.cache/bench``. Figures are ratios of processor
time and of wall-clock time within the run; every tool sees the same pages, one after another, round by round.
"""

from __future__ import annotations

import argparse
import json
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


PROFILE = """\
import atexit, json, resource, sys

def tell():
    parts = {}
    for name, who in (("runner", resource.RUSAGE_SELF), ("snippets", resource.RUSAGE_CHILDREN)):
        used = resource.getrusage(who)
        parts[name] = [used.ru_utime, used.ru_stime, used.ru_minflt]
    print("\\n" + json.dumps(parts), flush=True)

atexit.register(tell)
from snippets_runner.cli import main
main(sys.argv[1:])
"""
"""Runs the command, and says at its end what it took itself, and what its workers and their snippets took."""


WHY = (
    "A snippet in a process of its own costs a fork, the end of a process, and the pages of memory that are touched between: each "
    "page fault copies one or maps one. Tools that run everything in one process pay none of that. So where the runner is slower "
    "than one of them, this is what its isolation costs; the runner's own share is in the first row."
)


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


def compare(made: list[str], rounds: int, chosen: list[Tool]) -> dict[str, list[measure.Cost]]:
    """Run every tool on a corpus of these snippets, ``rounds`` times in turn."""
    costs: dict[str, list[measure.Cost]] = {tool.name: [] for tool in chosen}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for tool in chosen:
                place = Path(folder, "corpus")
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir()
                corpus.write(place, made)
                tool.prepare(place)
                costs[tool.name].append(measure.run(tool.command, cwd=place))
                print(f"  {tool.name}: {costs[tool.name][-1].cpu:.2f} s", file=sys.stderr)
    return costs


def profile(made: list[str]) -> str:
    """Return a table of where the time of a cold run goes."""
    with tempfile.TemporaryDirectory() as folder:
        corpus.write(Path(folder), made)
        _nothing(Path(folder))
        output = measure.run([sys.executable, "-c", PROFILE, "check", "--no-cache"], cwd=Path(folder)).output
    parts = json.loads(output.strip().splitlines()[-1])
    rows = ["| part | user ms | system ms | page faults |", "|---|---|---|---|"]
    titles = {
        "runner": "the runner: reading, planning, comparing, and starting up",
        "snippets": "workers and the snippets' processes",
    }
    for name, title in titles.items():
        user, system, faults = (each / len(made) for each in parts[name])
        rows.append(f"| {title} | {1000 * user:.2f} | {1000 * system:.2f} | {faults:.0f} |")
    head = f"## Where the time goes: {len(made)} snippets, cold, for each\n\n{WHY}\n\n"
    return head + "\n".join(rows) + "\n"


def unchanged(count: int, rounds: int) -> tuple[list[measure.Cost], list[measure.Cost]]:
    """Return what each further run on an unchanged corpus costs, on the command line and in pytest."""
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
        again, pytest = [], []
        lean = ["-p", "no:cacheprovider", "-p", "snippets_runner.pytest_plugin"]
        for _ in range(rounds):
            again.append(measure.run([ours, "check"], cwd=place))
            pytest.append(
                measure.run(
                    [sys.executable, "-m", "pytest", "-q", *lean, "snippets"],
                    cwd=place,
                    environment={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
                )
            )
            print(f"  unchanged: {again[-1].wall:.2f} s, {pytest[-1].wall:.2f} s", file=sys.stderr)
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
    return (
        f"| {tool.name} | {tool.isolates} | {wrong} | {per:.1f} | {middle.wall:.2f} | {middle.memory:.0f} "
        f"| {measure.spread(cpu)} | {measure.spread(wall)} |"
    )


def table(title: str, count: int, chosen: list[Tool], costs: dict[str, list[measure.Cost]]) -> str:
    """Return the comparison as a Markdown table."""
    base = costs[chosen[0].name]
    head = (
        f"## {count} {title}\n\n"
        "| tool | isolates | results wrong | CPU ms a snippet | wall s | largest process MiB | ours ÷ its CPU | ours ÷ its wall |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(row(tool, costs[tool.name], base, count) for tool in chosen) + "\n"


FRESH_EACH = "a fresh interpreter each, two at once"


def targets(costs: dict[str, dict[str, list[measure.Cost]]], counts: dict[str, int]) -> str:
    """Return each target with what was measured, and whether it is met, or by how much not."""
    small, large = costs["small"], costs["large"]["snippets-runner"]

    def faster(measured: dict[str, list[measure.Cost]], than: str) -> float:
        ours = measured["snippets-runner"]
        return statistics.median(each.wall / own.wall for own, each in zip(ours, measured[than], strict=True))

    def wall(name: str) -> float:
        return statistics.median(each.wall for each in costs["unchanged"][name])

    number = counts["large"]
    more = measure.median(large).memory - measure.median(small["snippets-runner"]).memory
    growth = 1024 * more / (number - counts["small"])
    rows = [
        (f"{counts['small']} cold: times faster than a fresh interpreter each", ">=", 4.0, faster(small, FRESH_EACH)),
        (f"{counts['small']} cold: times as fast as pytest-examples, which isolates nothing", ">=", 1.0, faster(small, "pytest-examples")),
        (f"{number} cold: CPU ms a snippet", "<=", 6.0, 1000 * measure.median(large).cpu / number),
        (f"{number} cold: KiB that the largest process grows by a snippet (flat)", "<=", 10.0, growth),
        (f"{number} unchanged: seconds on the command line", "<=", 0.5, wall("check")),
        (f"{number} unchanged: seconds in pytest", "<=", 2.0, wall("pytest")),
        (f"{counts['framework']} of a framework, cold: times faster than a fresh interpreter each", ">=", 10.0, faster(costs["framework"], FRESH_EACH)),
    ]  # fmt: skip
    lines = ["## Targets\n", "| what | target | measured | met |", "|---|---|---|---|"]
    for what, way, bound, value in rows:
        met = value >= bound if way == ">=" else value <= bound
        short = abs(value - bound) / bound
        word = "at least" if way == ">=" else "at most"
        lines.append(
            f"| {what} | {word} {bound:g} | {value:.2f} | {'yes' if met else f'no, by {short:.0%}'} |"
        )
    return "\n".join(lines) + "\n"


def unchanged_table(count: int, again: list[measure.Cost], pytest: list[measure.Cost]) -> str:
    """Return what a further run costs as a Markdown table."""
    lines = [
        f"## {count} snippets, unchanged\n",
        "Median, and the range over the rounds; pytest with no plugin but this one.\n",
        "| door | wall s | CPU s | memory MiB |",
        "|---|---|---|---|",
    ]
    for door, costs in (("`snippets-runner check`", again), ("`pytest snippets`", pytest)):
        wall, cpu = (measure.spread([getattr(each, name) for each in costs]) for name in ("wall", "cpu"))
        lines.append(f"| {door} | {wall} | {cpu} | {measure.median(costs).memory:.0f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and with ``--write`` put the page where the site shows it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", type=int, default=300)
    parser.add_argument("--large", type=int, default=10_000)
    parser.add_argument("--framework", type=int, default=340)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    machine = measure.machine()
    measure.as_installed()
    chosen = tools()
    counts = {"small": options.small, "large": options.large, "framework": options.framework}
    ours, fresh = (
        next(tool for tool in chosen if tool.name == name) for name in ("snippets-runner", FRESH_EACH)
    )
    small = compare(corpus.snippets(options.small), options.rounds, chosen)
    parts = [
        table("snippets, cold", options.small, chosen, small),
        profile(corpus.snippets(options.small)),
    ]
    framework = compare(corpus.examples(options.framework), 1, [ours, fresh])
    parts.append(
        table("examples of a framework (FastAPI), cold", options.framework, [ours, fresh], framework)
    )
    many = [
        tool for tool in chosen if "fresh interpreter" not in tool.name
    ]  # they take minutes, and grow by the snippet
    large = compare(corpus.snippets(options.large), 1, many)
    parts.append(table("snippets, cold", options.large, many, large))
    again, pytest = unchanged(options.large, max(3, options.rounds))
    parts.append(unchanged_table(options.large, again, pytest))
    costs = {
        "small": small,
        "large": large,
        "framework": framework,
        "unchanged": {"check": again, "pytest": pytest},
    }
    parts.append(targets(costs, counts))
    text = "\n".join(parts)
    print(text)
    if options.write:
        PAGE.write_text(
            "---\ntitle: Benchmark of the runner\npublish: true\ndescription: What the runner costs beside its peers, measured in one run.\n---\n\n"
            "Made by `bench/snippets.py --write`, not typed. Ratios are the runner's figure over the other tool's, in the same round on the "
            "same pages: below 1, the runner is faster. Median, and the range over the rounds. All are compiled beforehand, as pip leaves them.\n\n"
            f"Machine: {machine}.\n\n{text}",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
