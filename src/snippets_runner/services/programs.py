"""Programs that a snippet starts by itself, because its configuration is the lesson: nginx, HAProxy, Prometheus.

The runner finds the program and puts it on the snippet's ``PATH``; the snippet writes the configuration and starts it.
What it started ends with it, as all its processes do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from snippets_runner.model import ServiceName
from snippets_runner.services.locate import program
from snippets_runner.services.service import Corner, External, Keeper, Missing, Program, Service


class OnPath:
    """A program that lies on the snippet's ``PATH``."""

    def __init__(self, found: Program, folder: Path) -> None:
        """Make a folder that holds nothing but the program, so that no other program comes with it."""
        self.version = found.version
        self._environment: Mapping[str, str] = {"PATH": str(folder)}
        name = folder / found.binary.name
        if found.environment:
            variables = " ".join(f"{key}='{value}'" for key, value in found.environment.items())
            name.write_text(f'#!/bin/sh\nexec env {variables} "{found.binary}" "$@"\n', encoding="utf-8")
            name.chmod(0o755)
        else:
            os.symlink(found.binary, name)

    def corner(self, isolation: str) -> Corner:
        """Put the program on the snippet's ``PATH``."""
        return Corner(environment=self._environment, release=lambda: None)


def _service(name: str, *, title: str, package: str, version: tuple[str, ...]) -> Service:
    def locate(cache: Path) -> Program | External | Missing:
        return program(name, package=package, cache=cache, version=version, title=title)

    def start(found: Program | External, keeper: Keeper) -> OnPath:
        assert isinstance(found, Program)
        return OnPath(found, keeper.new_folder(name))

    return Service(name=ServiceName(name), title=title, isolations=("process",), locate=locate, start=start)


NGINX = _service("nginx", title="nginx", package="nginx-light", version=("-v",))
HAPROXY = _service("haproxy", title="HAProxy", package="haproxy", version=("-v",))
PROMETHEUS = _service("prometheus", title="Prometheus", package="prometheus", version=("--version",))
GIT = _service("git", title="Git", package="git", version=("--version",))
