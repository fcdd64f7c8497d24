"""A check of a project that was written for other tools, and what it told."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from snippets_runner.config import load_config
from snippets_runner.pipeline import Report, run


def check(root: Path, files: dict[str, str]) -> Report:
    """Check a project that has nothing but these files."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    return run(load_config(root), use_cache=False)


def told(report: Report) -> list[str]:
    return [f"{each.where}: {each.code.value}: {each.message}" for each in report.findings]


def states(report: Report) -> dict[str, str]:
    return {outcome.job.snippet.id: outcome.status.value for outcome in report.outcomes}
