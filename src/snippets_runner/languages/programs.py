"""Languages besides Python whose snippets run: SQL on the real PostgreSQL, shell, JavaScript, Go."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from snippets_runner.model import ServiceName


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """How snippets of one language are run."""

    language: str
    title: str
    suffix: str
    comment: str
    """What begins a comment line, for the script block."""
    command: tuple[str, ...]
    """The words; ``{file}`` is the snippet's file, and a word that begins with ``$`` a variable of its environment."""
    services: tuple[ServiceName, ...] = ()
    """What every snippet of the language needs."""
    asked: str = "--version"
    """The word that has the program tell its version."""
    line: str = r"(?!)"
    """A regular expression that finds the line in what the program says of an error."""
    message: str = r"(?!)"
    """One that finds the message there, in the first of its groups that is met."""
    variables: tuple[tuple[str, str], ...] = ()
    """What stands in its environment besides."""
    compile: tuple[str, ...] = ()
    """The words, after the program's name, that compile a file without running it; see ``compiled``."""
    compiled: str = ""
    """The variable that names the folder with what was compiled."""


SQL = Program(
    language="sql",
    title="psql",
    suffix=".sql",
    comment="--",
    command=(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--pset=pager=off",
        "--set=ON_ERROR_STOP=1",
        "--file={file}",
        "$DATABASE_URL",
    ),
    services=(ServiceName("postgres"),),
    line=r"psql:.*?:(\d+): (?:ERROR|FATAL):",
    message=r"psql:.*?: (?:ERROR|FATAL):\s+(.*)",
)
SHELL = Program(
    language="bash",
    title="Bash",
    suffix=".sh",
    comment="#",
    command=("bash", "-euo", "pipefail", "{file}"),
    line=r"line (\d+): ",
    message=r"line \d+: (.*)",
    variables=(("BASH_ENV", str(Path(__file__).with_name("failed.sh"))),),
)
JAVASCRIPT = Program(
    language="javascript",
    title="Node",
    suffix=".js",
    comment="//",
    command=("node", "{file}"),
    line=r"\.js:(\d+)",
    message=r"^(?:Uncaught )?([\w.]*(?:Error|Exception)\b.*|\[UnhandledPromiseRejection.*)$",
)
GO = Program(
    language="go",
    title="Go",
    suffix=".go",
    comment="//",
    command=("go", "run", "{file}"),
    asked="version",
    line=r"\.go:(\d+)",
    message=r"\.go:\d+:(?:\d+:)? (.*)|^((?:panic|fatal error): .*)$",
    compile=("build", "-o", "/dev/null", "{file}"),
    compiled="GOCACHE",
)

BY_SUFFIX: Mapping[str, Program] = {each.suffix: each for each in (SQL, SHELL, JAVASCRIPT, GO)}
BY_LANGUAGE: Mapping[str, Program] = {each.language: each for each in BY_SUFFIX.values()}


def words(program: Program, file: str, environment: Mapping[str, str]) -> list[str]:
    """Return the words of the command that runs a file, with what they stand for; a missing variable is empty."""
    return [
        environment.get(word[1:], "") if word.startswith("$") else word.replace("{file}", file)
        for word in program.command
    ]


@cache
def version_of(program: Program, path: str) -> str:
    """Return the version of the program that would run, found on this ``PATH``; nothing if it tells none."""
    found = shutil.which(program.command[0], path=path)
    said = ""
    if found:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            said = subprocess.run(
                [found, program.asked],
                env={"PATH": path, "HOME": "/nonexistent", "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
            ).stdout
    match = re.search(r"\d+(?:\.\d+)+", said)
    return match[0] if match else ""
