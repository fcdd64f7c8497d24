"""Have a program of this machine look at a text: confined, in a clean environment, and not for ever.

None of this process's variables reach it. Where the kernel can, it has no network and one folder to write to: what a
block names as a log or a cache is opened even when it is only checked. What it starts ends with it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from snippets_runner.languages.level import StuckError, UnavailableError
from snippets_runner.services.locate import on_path

SECONDS = 30.0
"""After which a program that looks at a text is ended."""

CONFINED = """
import os, sys
sys.path.insert(0, sys.argv[1])
import landlock, sandbox
sandbox.die_with_parent()
sandbox.without_network()
sandbox.drop_capabilities()
landlock.restrict(landlock.rules(sys.argv[2].split(os.pathsep)))
os.execv(sys.argv[3], sys.argv[3:])
"""
"""A program that becomes another one without a network and with few folders to write to, where the kernel can."""
GUARDS = Path(__file__).parents[1]
"""The folder of ``landlock`` and ``sandbox``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a program made of a text."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Return all that it said, its errors first."""
        return self.err + self.out


def found(name: str) -> str:
    """Return the path of a program.

    Raises:
        UnavailableError: it is not on this machine.
    """
    file = on_path(name)
    if file is None:
        raise UnavailableError(f"install {name} and put it on PATH")
    return str(file)


def ask(words: Sequence[str], text: str, *, suffix: str, seconds: float | None = None) -> Answer:
    """Have a program look at a text: in a file that stands for ``{file}`` among its words, or as its standard input.

    The names of the file's folder are taken out of what it says.

    Raises:
        StuckError: it did not end in time.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"block{suffix}")
        file.write_text(text, encoding="utf-8")
        given = [word.replace("{file}", str(file)).replace("{folder}", folder) for word in words]
        heard = run(given, folder=folder, given="" if given != list(words) else text, seconds=seconds)
    here = (f"file://{folder}/", f"{folder}/")
    out, err = heard.out, heard.err
    for name in here:
        out, err = out.replace(name, ""), err.replace(name, "")
    return Answer(status=heard.status, out=out, err=err)


def run(
    words: Sequence[str],
    *,
    folder: str,
    given: str = "",
    writable: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> Answer:
    """Run a program, named by its path, in a folder that it may write to, and return what it said.

    Raises:
        StuckError: it did not end in time; all that belongs to it was ended.
    """
    limit = SECONDS if seconds is None else seconds
    folders = os.pathsep.join([folder, *writable])
    environment = {"PATH": os.defpath, "HOME": folder, "TMPDIR": folder, "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", CONFINED, str(GUARDS), folders, *words],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment | dict(variables or {}),
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(given.encode(), timeout=limit)
        except subprocess.TimeoutExpired as error:
            _end(process)
            raise StuckError(
                f"{Path(words[0]).name} had come to no end after {limit:g} s",
                (error.output or b"").decode(errors="replace"),
            ) from error
        except BaseException:
            _end(process)
            raise
    return Answer(
        status=process.returncode, out=out.decode(errors="replace"), err=err.decode(errors="replace")
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program with all that it started and that did not leave its session."""
    os.killpg(process.pid, signal.SIGKILL)
