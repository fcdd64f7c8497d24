"""Run one program in the foreground, on this terminal, so that it ends when this process is told to end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence

from snippets_runner import sandbox, tree
from snippets_runner.errors import CannotRunError

PATIENCE = 2.0
"""Seconds that the program has to end after it was asked to."""


def foreground(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end and return its exit status, as shells have it.

    It stays in this process's group, so that it can read from the terminal, and is stopped with Ctrl-Z. If this process
    is interrupted or asked to end, so is the command with all that it started. On Linux that includes orphans, which become
    children of this process; the children that it had before, such as the services' keeper, are left alone.

    Raises:
        CannotRunError: the program could not be started.
    """
    sandbox.become_subreaper()
    others = frozenset(seen.pid for seen in tree.descendants())
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        raise CannotRunError(f"{command[0]} could not be started: {error.strerror}") from error
    try:
        status = process.wait()
    except BaseException:
        _end(process, others)
        raise
    return status if status >= 0 else 128 - status


def _end(process: subprocess.Popen[bytes], others: frozenset[int]) -> None:
    """Ask the process and everything that it started to end, and kill what has not after a while."""
    asked = _family(process.pid, others)
    for number in asked:
        _send(number, signal.SIGTERM)
        _send(number, signal.SIGCONT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    left = {number for number in asked if asked[number] == _name(number)} | _family(
        process.pid, others
    ).keys()
    for number in left:
        _send(number, signal.SIGKILL)
    process.wait()


def _family(leader: int, others: frozenset[int]) -> dict[int, str]:
    """Return a process and its living descendants, by number, each with its name; the process at least."""
    here = os.getpid()
    found = {leader: _name(leader)}
    for seen in tree.descendants():  # a parent comes before its children
        if seen.parent in found or (seen.parent == here and seen.pid not in others):
            found[seen.pid] = seen.name
    return found


def _name(number: int) -> str:
    seen = tree.look(str(number))
    return seen.name if seen else ""


def _send(number: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(number, what)
