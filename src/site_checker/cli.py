"""The command line: `site-checker SITE`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from site_checker import __version__
from site_checker.address import Base
from site_checker.errors import SiteCheckerError
from site_checker.external import Patience
from site_checker.model import Code, Finding
from site_checker.origin import Sources
from site_checker.pipeline import Wishes, check_site


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="site-checker")
@click.argument("site", type=click.Path(path_type=Path))
@click.option(
    "--docs", type=click.Path(path_type=Path), default=Path("docs"), help="The folder that it was made from."
)
@click.option("--base", default="", help="Its address; without it the home page's canonical one.")
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    type=click.Choice([each.value for each in Code]),
    help="A kind not to tell.",
)
@click.option("--unlinked", multiple=True, help="A pattern of pages that no other needs to lead to.")
@click.option("--external", is_flag=True, help="Also ask other sites whether what is linked to is there.")
@click.option(
    "--allow",
    type=click.Path(path_type=Path, exists=True),
    help="Addresses that may be dead, each with a reason.",
)
@click.option(
    "--memory", type=click.Path(path_type=Path), help="Where to remember which were there, for a week."
)
@click.option("--timeout", default=10.0, show_default=True, help="Seconds that another site gets to answer.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def cli(
    site: Path, docs: Path, base: str, ignored: tuple[str, ...], unlinked: tuple[str, ...], external: bool, allow: Path | None, memory: Path | None,
    timeout: float, as_json: bool,
) -> None:  # fmt: skip
    """Check that everything which the built SITE names is there, and name each fault at its place in the sources.

    Exits with 0 if all holds, 1 with findings, 2 for wrong usage, 3 if it could not run.
    """
    patience = Patience(timeout=timeout) if external else None
    wishes = Wishes(
        base=Base.of(base) if base else None,
        ignored=frozenset(map(Code, ignored)),
        unlinked=unlinked,
        patience=patience,
        allow=allow,
        memory=memory,
    )
    told = check_site(
        site, wishes, lambda files: Sources.guess(docs, files) if docs.is_dir() else Sources(files={})
    )
    if as_json:
        click.echo(
            json.dumps(
                [{**asdict(each), "code": each.code.value} for each in told.findings],
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        for finding in told.findings:
            click.echo(str(finding))
        click.echo(summary(told.findings, told.pages, told.links))
    sys.exit(1 if told.findings else 0)


def summary(findings: list[Finding], pages: int, links: int) -> str:
    """Return one line that counts the findings by code."""
    if not findings:
        return f"All {links:,} links of {pages:,} pages hold."
    counts = Counter(finding.code.value for finding in findings)
    told = ", ".join(f"{count} {code}" for code, count in sorted(counts.items()))
    return f"{len(findings)} finding{'s' if len(findings) > 1 else ''} on {pages:,} pages: {told}."


def main() -> None:
    """Run the command line; errors become one message and an exit code."""
    try:
        cli.main(standalone_mode=False)
    except SiteCheckerError as error:
        click.echo(f"site-checker: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
