"""What several suites need: this repository's site, built once a session and served from this machine.

`SITE_DIR` names a site that is built already (for the public); without it the site is built into a temporary folder.
"""

from __future__ import annotations

import compileall
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.serving import served

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell ignores it for what it runs in the background, and so would every program that a test interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parents[1]
Build = Callable[..., Path]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile our code as pip does what it installs: the tests start its commands a thousand times.

    Where ``PYTHONDONTWRITEBYTECODE`` is set, each of them would compile it again, which takes longer than most have to do.
    """
    if not hasattr(session.config, "workerinput"):  # the workers of xdist find it done
        compileall.compile_dir(ROOT / "src", quiet=1)


@pytest.fixture(scope="session")
def build_site(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a function that builds this repository's site, strictly, for an audience, and gives its folder."""

    def build(*, audience: str = "public", engine: str = "mkdocs", **environment: str) -> Path:
        folder = tmp_path_factory.mktemp(f"{engine}-{audience}") / "site"
        done = subprocess.run(
            [sys.executable, "-m", engine, "build", "--strict", "-f", "mkdocs.yml", "-d", str(folder)],
            cwd=ROOT,
            env=os.environ | {"AUDIENCE": audience, "NO_MKDOCS_2_WARNING": "1"} | environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, (
            f"the {audience} site does not build with {engine}:\n{done.stdout}{done.stderr}"
        )
        return folder

    return build


@pytest.fixture(scope="session")
def public_site(build_site: Build) -> Path:
    """Return the folder of the public site."""
    if given := os.environ.get("SITE_DIR"):
        folder = (ROOT / given).resolve()
        assert (folder / "index.html").is_file(), (
            f"SITE_DIR is {given}, and there is no site in it: run make site"
        )
        return folder
    return build_site()


@pytest.fixture(scope="session")
def site_url(public_site: Path) -> Iterator[str]:
    """Return the address at which the public site is served, with a slash at the end."""
    with served(public_site) as url:
        yield url
