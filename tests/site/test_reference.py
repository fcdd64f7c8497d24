"""The reference leaves nothing out: each command, option, setting and finding stands on its page, and nothing else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

import site_checker.cli
import site_checker.model
import slipbox.cli
import slipbox.model
import snippets_runner.cli
from site_checker.mkdocs_plugin import Settings
from slipbox.config import Options
from snippets_runner.config import Config, load_config
from snippets_runner.finding import Code
from snippets_runner.metadata import OPTIONS
from snippets_runner.page import OutputStyle
from snippets_runner.pipeline import run
from snippets_runner.services.pool import SERVICES

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs/project/reference"
IN_THE_FIRST_COLUMN = re.compile(r"^\| `([^`\s]+)[^`]*`", re.M)


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of its level or above."""
    level = heading.split()[0]
    rest = text.partition(f"\n{heading}\n")[2]
    assert rest, f"there is no heading {heading}"
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.M)[0]


def commands() -> Iterator[tuple[str, click.Command]]:
    for program, group in (("snippets-runner", snippets_runner.cli.main), ("slipbox", slipbox.cli.cli)):
        assert isinstance(group, click.Group)
        yield from ((f"{program} {name}", command) for name, command in group.commands.items())


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_command_is_there_with_its_options_and_no_other(name: str, command: click.Command) -> None:
    headings = [
        line for line in page("commands.md").splitlines() if re.match(rf"### `{re.escape(name)}\b", line)
    ]
    assert len(headings) == 1
    documented = IN_THE_FIRST_COLUMN.findall(section(page("commands.md"), headings[0]))

    assert sorted(documented) == sorted(
        param.opts[-1] for param in command.params if isinstance(param, click.Option)
    )


@pytest.mark.parametrize(
    ("heading", "group"), [("## snippets-runner", snippets_runner.cli.main), ("## slipbox", slipbox.cli.cli)]
)
def test_what_stands_before_a_command_is_there_and_nothing_else(heading: str, group: click.Group) -> None:
    documented = IN_THE_FIRST_COLUMN.findall(section(page("commands.md"), heading).partition("\n###")[0])

    options = [param.opts[-1] for param in group.params if isinstance(param, click.Option)]
    assert sorted(documented) == sorted(["-h", *options])


def test_how_a_command_ends_is_there_as_its_help_has_it() -> None:
    told = dict(re.findall(r"^\| (\d+) \| (.*?) \|$", section(page("commands.md"), "### How it ends"), re.M))
    words = snippets_runner.cli.main.help or ""

    assert list(told) == re.findall(r"\b(\d+) ", words.partition("Exit codes:")[2])
    assert set(told) == {"0", "1", "2", "3", "130"}


def test_every_option_of_a_snippet_is_there_and_no_other() -> None:
    documented = IN_THE_FIRST_COLUMN.findall(section(page("configuration.md"), "## A snippet's own options"))

    assert sorted(documented) == sorted(OPTIONS)


def test_every_output_style_of_a_fence_is_there_and_no_other() -> None:
    documented = IN_THE_FIRST_COLUMN.findall(section(page("configuration.md"), "## A fence's options"))

    assert sorted(documented) == sorted(
        f"output={each.value}" for each in OutputStyle if each is not OutputStyle.AUTO
    )


def test_every_setting_of_the_runner_is_there_and_no_other() -> None:
    documented = IN_THE_FIRST_COLUMN.findall(
        section(page("configuration.md"), "## The runner, in `pyproject.toml`")
    )

    assert sorted(documented) == sorted(
        each.name.replace("_", "-") for each in fields(Config) if each.name != "root"
    )


def test_every_setting_of_the_slipbox_is_there_and_no_other() -> None:
    documented = IN_THE_FIRST_COLUMN.findall(section(page("configuration.md"), "### `slipbox`"))

    assert sorted(documented) == sorted(each.name for each in fields(Options))


def test_every_service_is_there_with_its_variables_and_isolations_and_no_other() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9]+)` \|[^|\n]*\|([^|\n]*)\|([^|\n]*)\|[^|\n]*\|$", page("services.md"), re.M
    )
    documented = {
        name: (re.findall(r"`(\w+)`", finds), re.findall(r"`([\w-]+)`", how)) for name, finds, how in rows
    }

    assert len(rows) == len(documented)
    assert documented == {
        name: (list(each.variables), list(each.isolations)) for name, each in SERVICES.items()
    }


def test_every_server_has_an_example_of_one_that_runs_already() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9]+)` \| `([A-Z0-9_]+)=",
        section(page("services.md"), "### A server that runs already"),
        re.M,
    )
    servers = {name: each for name, each in SERVICES.items() if each.variables != ("PATH",)}

    assert dict(rows) == {name: each.variables[0] for name, each in servers.items()}


def test_the_guards_that_were_on_are_explained(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    head = "# /// script\n# [tool.snippets-runner]\n# network = false\n# ///\n"
    (tmp_path / "docs/page.md").write_text('```python\nx = 1\n```\n\n```python\n--8<-- "a.py"\n```\n')
    (tmp_path / "a.py").write_text(head)
    used = {
        guard
        for outcome in run(load_config(tmp_path)).outcomes
        if outcome.result
        for guard in outcome.result.guards
    }
    explained = IN_THE_FIRST_COLUMN.findall(page("guards.md"))

    assert len(explained) == len(set(explained))
    assert len(used) > 4
    assert used <= set(explained)


def test_every_finding_about_snippets_is_there_and_no_other() -> None:
    documented = IN_THE_FIRST_COLUMN.findall(
        section(page("findings.md"), "## Of snippets and the pages that show them")
    )

    assert sorted(documented) == sorted(code.value for code in Code)


def test_every_finding_about_notes_is_there_and_no_other() -> None:
    documented = IN_THE_FIRST_COLUMN.findall(section(page("findings.md"), "## Of notes and their links"))

    assert sorted(documented) == sorted(code.value for code in slipbox.model.Code)


def test_every_option_of_the_check_of_a_site_is_there_and_no_other() -> None:
    documented = IN_THE_FIRST_COLUMN.findall(section(page("commands.md"), "## site-checker"))
    given = site_checker.cli.cli.params

    assert sorted(documented) == sorted(
        ["--help", *(param.opts[-1] for param in given if isinstance(param, click.Option))]
    )


def test_every_setting_of_the_check_of_a_site_is_there_and_no_other() -> None:
    documented = IN_THE_FIRST_COLUMN.findall(section(page("configuration.md"), "### `site_checker`"))

    assert sorted(documented) == sorted(name for name, _ in Settings._schema)


def test_every_finding_of_a_built_site_is_there_and_no_other() -> None:
    documented = IN_THE_FIRST_COLUMN.findall(section(page("findings.md"), "## Of a built site"))

    assert sorted(documented) == sorted(code.value for code in site_checker.model.Code)


def test_every_target_of_the_makefile_is_there_and_no_other() -> None:
    told = re.findall(r"^\| `make ([a-z]+)`", section(page("commands.md"), "## make"), re.M)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.findall(r"^\.PHONY:(.*)$", makefile, re.M))

    assert sorted(told) == sorted(name for line in phony for name in line.split())
