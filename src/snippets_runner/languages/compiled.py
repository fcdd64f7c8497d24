"""Compile beforehand what a program needs, so that its own time is not spent on the standard library.

Go keeps what it has compiled in a folder. A snippet may write to its own folder only, which is empty, so each would
compile the standard library again: 10 s for one line. So the runner has the compiler fill a folder that lasts, by
itself and without running the program, and the snippet then reads it.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from snippets_runner.languages.level import StuckError
from snippets_runner.languages.outside import run
from snippets_runner.languages.programs import Program

SECONDS = 120.0
"""After which the compiler is ended; then the snippet runs as it would without."""


def compile_for(program: Program, text: str, *, cache: Path, path: str) -> Mapping[str, str]:
    """Return the variables by which a program finds what was compiled for it; none for one that is not compiled."""
    compiler = shutil.which(program.command[0], path=path)
    if not program.compile or compiler is None:
        return {}
    kept = cache / program.language
    kept.mkdir(parents=True, exist_ok=True)
    variables = {program.compiled: str(kept), "PATH": path}
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(StuckError):
        file = Path(folder, f"snippet{program.suffix}")
        file.write_text(text, encoding="utf-8")
        words = [compiler, *(word.replace("{file}", str(file)) for word in program.compile)]
        run(words, folder=folder, writable=[str(kept)], variables=variables, seconds=SECONDS)
    return {program.compiled: str(kept)}
