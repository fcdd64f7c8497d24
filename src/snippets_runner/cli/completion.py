"""The command ``completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")
PROGRAM, VARIABLE = "snippets-runner", "_SNIPPETS_RUNNER_COMPLETE"
"""The name that is completed, and the variable by which click is asked, as click derives it from the name."""


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that makes SHELL complete commands, options, snippets and pages.

    For bash, in ~/.bashrc: eval "$(snippets-runner completion bash)"
    """
    complete = get_completion_class(shell)
    assert complete is not None
    click.echo(complete(ctx.find_root().command, {}, PROGRAM, VARIABLE).source())
