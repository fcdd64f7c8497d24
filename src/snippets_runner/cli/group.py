"""The group of commands: suggests, words our errors, ends with their exit codes, and takes an interrupt calmly."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

import click

from snippets_runner.cli.signals import ToldToEndError, endable
from snippets_runner.errors import CannotRunError, SnippetsRunnerError, did_you_mean

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of SIGINT, as shells have it."""

DEFAULT = "check"
"""The command where none is named."""

FILES = {
    "check": "check:check",
    "completion": "completion:completion",
    "drift": "drift:drift",
    "list": "listing:list_snippets",
    "report": "report:report",
    "run": "run:run",
    "update": "check:update",
    "watch": "watch:watch",
}
"""In which file each command is, and under which name; a file is imported when its command is asked for."""


class Commands(click.Group):
    """A group that suggests a command when one is mistyped, and words our errors with their exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names."""
        return sorted(FILES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command."""
        if cmd_name not in FILES:
            return None
        file, _, name = FILES[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(f"snippets_runner.cli.{file}"), name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take ``check`` for the command where there is not a word."""
        return super().parse_args(ctx, args or ([] if ctx.resilient_parsing else [DEFAULT]))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; with a path in its place it is ``check``. Or say which one may have been meant."""
        if args and args[0] not in FILES and os.path.exists(args[0]):
            args = [DEFAULT, *args]
        known = not args or args[0].startswith("-") or self.get_command(ctx, args[0]) is not None
        if not known and not ctx.resilient_parsing:
            raise click.UsageError(
                f"unknown command `{args[0]}`; {did_you_mean(args[0], self.list_commands(ctx))}", ctx
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error of ours ends with its exit code, an interrupt with 130, and what else ends a process likewise."""
        try:
            with _interruptible():
                return super().invoke(ctx)
        except SnippetsRunnerError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            raise
        except OSError as error:
            click.echo(f"the machine did not let us: {error}", err=True)
            ctx.exit(CannotRunError.exit_code)
        except KeyboardInterrupt:
            click.echo("interrupted; what was running has been ended", err=True)
            ctx.exit(INTERRUPTED)
        except ToldToEndError as told:
            with contextlib.suppress(OSError):  # the terminal may be closed
                click.echo("told to end; what was running has been ended", err=True)
            ctx.exit(int(str(told.code)))


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Take Ctrl-C once, and be told to end; where no signal arrives, in another thread, nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _interrupt_once)
    try:
        with endable():
            yield
    finally:
        if signal.getsignal(signal.SIGINT) is _interrupt_once:
            signal.signal(signal.SIGINT, before)


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """Raise ``KeyboardInterrupt`` the first time; a second Ctrl-C must not interrupt the cleaning up after it."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
