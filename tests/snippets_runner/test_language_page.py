"""The page of languages says what the code does: its tables are made of the code's, and compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from snippets_runner.languages import mermaid
from snippets_runner.languages.aliases import NAMES
from snippets_runner.languages.programs import BY_LANGUAGE, BY_SUFFIX
from snippets_runner.languages.table import SHOWN, VALIDATORS

PAGE = Path(__file__).parents[2] / "docs/project/reference/languages.md"


def names(language: str) -> str:
    return ", ".join(f"`{each}`" for each in NAMES.get(language, ()))


def run() -> Iterator[str]:
    yield f"| `python` | {names('python')} | `.py` | the Python that the runner is in |"
    yield f"| `pycon` | {names('pycon')} | | Python's `doctest` |"
    for suffix, program in BY_SUFFIX.items():
        services = "".join(f", on the service `{each}`" for each in program.services)
        others = names(program.language)
        yield f"| `{program.language}` | {others} | `{suffix}` | `{program.command[0]}`{services} |"


def validated() -> Iterator[str]:
    told = {name: each.__doc__ or "" for name, each in VALIDATORS.items()}
    told["mermaid"] = mermaid.__doc__ or ""
    for language in sorted(told):
        first = told[language].splitlines()[0].removeprefix("Validate ").replace("``", "`").rstrip(".")
        yield f"| `{language}` | {names(language)} | {first[0].upper()}{first[1:]} |"


def shown() -> Iterator[str]:
    for language, reason in SHOWN.items():
        yield f"| {f'`{language}`' if language else 'none'} | {names(language)} | {reason} |"


def table(heading: str) -> list[str]:
    """Return the rows of the first table under a heading of the page."""
    part = PAGE.read_text("utf-8").partition(f"\n## {heading}\n")[2]
    first = re.search(r"(?:^\|.*\n)+", part, re.M)
    return first[0].splitlines()[2:] if first else []


def same(heading: str, rows: Iterable[str]) -> None:
    wanted = [re.sub(r"\|  \|", "| |", row) for row in rows]
    assert table(heading) == wanted, "\n".join([f"the table under {heading} has to be:", *wanted])


def test_the_languages_that_run_are_there() -> None:
    same("Run", run())
    assert set(BY_LANGUAGE) == {each.language for each in BY_SUFFIX.values()}


def test_the_languages_that_are_validated_are_there_with_what_validates_them() -> None:
    same("Validated", validated())


def test_the_languages_that_are_only_shown_are_there_with_the_reason() -> None:
    same("Shown", shown())
