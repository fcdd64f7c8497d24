"""The command line: `slipbox lint`, `new`, `export`, `leaks` and `graph`."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import click

from slipbox import __version__
from slipbox.audience import Audience
from slipbox.drawings import PageUrls
from slipbox.errors import SlipboxError
from slipbox.export import export, openly
from slipbox.graph_data import graph_dot, graph_json
from slipbox.leaks import look_through
from slipbox.lint import lint
from slipbox.model import Finding, Level
from slipbox.new import new_note
from slipbox.pipeline import author_edition, read_edition
from slipbox.project import find_project
from slipbox.signs import watch_for
from slipbox.urls import assign
from slipbox.vault import read_vault


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


@cli.command("new")
@click.argument("name")
@click.option("--folder", default="", help="The folder of the vault that it goes into.")
@click.option("--lang", default="", help="The language of the note, such as nb.")
def new_command(name: str, folder: str, lang: str) -> None:
    """Make a new note called NAME: a draft, until you say otherwise.

    Exits with 2 if a link of this name finds a note already.
    """
    project = find_project(Path.cwd())
    edition = author_edition(read_vault(project.vault, project.options), project.options)
    file = new_note(edition, project.vault, name, folder=folder.strip("/"), language=lang)
    click.echo(str(file))


@cli.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--audience", type=click.Choice([each.value for each in Audience]), help="Default: the setting's."
)
@click.option("--vault", type=click.Path(path_type=Path), help="The folder with the notes.")
@click.option(
    "--page-urls",
    type=click.Choice([each.value for each in PageUrls]),
    default="directory",
    show_default=True,
    help="What the engine makes of note.md: note/ or note.html.",
)
def export_command(out: Path, audience: str | None, vault: Path | None, page_urls: str) -> None:
    """Write what an audience may see to the folder OUT, as plain Markdown that any engine can build."""
    project = find_project(Path.cwd(), vault)
    options = replace(project.options, audience=Audience(audience)) if audience else project.options
    edition = read_edition(project.vault, project.root, options)
    count = export(edition, project.vault, out, PageUrls(page_urls))
    click.echo(f"{count} file{'s' if count != 1 else ''} for the audience {options.audience.value} in {out}")


@cli.command("leaks")
@click.argument("site", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--audience", type=click.Choice([each.value for each in Audience]), help="Default: the setting's."
)
@click.option("--vault", type=click.Path(path_type=Path), help="The folder with the notes.")
def leaks_command(site: Path, audience: str | None, vault: Path | None) -> None:
    """Look through the folder SITE, whatever engine made it, for what an audience may not see.

    Exits with 0 if nothing was found, 1 with findings.
    """
    project = find_project(Path.cwd(), vault)
    options = replace(project.options, audience=Audience(audience)) if audience else project.options
    edition = read_edition(project.vault, project.root, options)
    watch = watch_for(edition, options.not_leaks)
    told = look_through(site, watch, lambda: openly(edition, project.vault), prefix=f"{site.as_posix()}/")
    for finding in told.findings:
        click.echo(str(finding))
    count = len(told.findings)
    found = f"{count} finding{'s' if count > 1 else ''}" if count else "nothing of them"
    notes = f"{watch.hidden} hidden note{'s' if watch.hidden != 1 else ''}"
    click.echo(f"{notes}, {told.files} files: {found}.")
    sys.exit(1 if told.findings else 0)


@cli.command("graph")
@click.option(
    "--audience", type=click.Choice([each.value for each in Audience]), help="Default: the setting's."
)
@click.option("--format", "form", type=click.Choice(["json", "dot"]), default="json", show_default=True)
@click.option("--vault", type=click.Path(path_type=Path), help="The folder with the notes.")
def graph_command(audience: str | None, form: str, vault: Path | None) -> None:
    """Print which note links to which."""
    project = find_project(Path.cwd(), vault)
    options = replace(project.options, audience=Audience(audience)) if audience else project.options
    edition = read_edition(project.vault, project.root, options)
    addresses = assign(edition.notes.values(), options, edition.files)
    if form == "dot":
        click.echo(graph_dot(edition), nl=False)
    else:
        click.echo(graph_json(edition, lambda note: f"{addresses.paths[note.path]}/"))


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
