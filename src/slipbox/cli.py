"""The command line: `slipbox lint`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from slipbox import __version__
from slipbox.config import find_project
from slipbox.errors import SlipboxError
from slipbox.lint import lint
from slipbox.model import Finding, Level


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="slipbox")
def cli() -> None:
    """Turn a vault of linked notes into pages; what an audience may not see does not exist for it."""


@cli.command("lint")
@click.argument("vault", required=False, type=click.Path(path_type=Path))
@click.option("--info", is_flag=True, help="Also tell what is worth knowing but isn't wrong.")
def lint_command(vault: Path | None, info: bool) -> None:
    """Check every link and property of the whole vault, as its author.

    Settings come from mkdocs.yml, else from [tool.slipbox] in pyproject.toml, of the current folder.
    Exits with 0 if all holds, 1 with findings, 2 for wrong usage or settings, 3 if it could not run.
    """
    project = find_project(Path.cwd(), vault)
    findings = lint(project.vault, project.root, project.options)
    wrong = [finding for finding in findings if finding.level is Level.ERROR]
    for finding in findings if info else wrong:
        click.echo(str(finding))
    click.echo(summary(findings))
    sys.exit(1 if wrong else 0)


def summary(findings: list[Finding]) -> str:
    """Return one line that counts the findings by code."""
    wrong = Counter(finding.code.value for finding in findings if finding.level is Level.ERROR)
    told = sum(finding.level is Level.INFO for finding in findings)
    extra = f" ({told} for information: --info)" if told else ""
    if not wrong:
        return f"All links and properties hold.{extra}"
    counts = ", ".join(f"{count} {code}" for code, count in sorted(wrong.items()))
    return f"{sum(wrong.values())} finding{'s' if sum(wrong.values()) > 1 else ''}: {counts}.{extra}"


def main() -> None:
    """Run the command line; errors become one message and an exit code."""
    try:
        cli.main(standalone_mode=False)
    except SlipboxError as error:
        click.echo(f"slipbox: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
