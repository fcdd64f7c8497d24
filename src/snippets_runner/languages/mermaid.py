"""Validate Mermaid diagrams by Mermaid itself, run by node.

All diagrams of a project are one process's work.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from snippets_runner.languages.level import InvalidError, StuckError, UnavailableError
from snippets_runner.languages.outside import found, run

PROGRAM = Path(__file__).with_name("mermaid.mjs")
SECONDS = 120.0
"""After which node is ended: one diagram that it can't get through, or very many."""


def check_diagrams(texts: Sequence[str], *, script: Path | None) -> list[InvalidError | StuckError | None]:
    """Return for each text what is wrong with it, or None; a diagram that Mermaid gets stuck in is passed over.

    ``script`` is the bundle ``mermaid.min.js`` that the site serves.

    Raises:
        UnavailableError: there is no node, or no bundle.
    """
    if script is None or not script.is_file():
        raise UnavailableError('set `mermaid = "path/to/mermaid.min.js"`, the script that the site serves')
    words = [found("node"), str(PROGRAM), str(script.resolve())]
    verdicts: list[InvalidError | StuckError | None] = []
    while len(verdicts) < len(texts):
        with tempfile.TemporaryDirectory() as folder:
            try:
                done = run(
                    words, folder=folder, given=json.dumps(list(texts[len(verdicts) :])), seconds=SECONDS
                )
            except StuckError as error:
                verdicts += [*_verdicts(error.said), error]
                continue
        if done.status or not done.out:
            lines = [each for each in done.err.splitlines() if "Error" in each]
            reason = (lines or ["no reason given"])[0].strip()
            raise UnavailableError(f"node could not load {script.name}: {reason}")
        verdicts += _verdicts(done.out)
    return verdicts


def _verdicts(said: str) -> list[InvalidError | StuckError | None]:
    """Read the lines that node has written whole, one for each diagram."""
    rows = [json.loads(line) for line in said.splitlines(keepends=True) if line.endswith("\n")]
    return [InvalidError(each["message"], each["line"]) if each else None for each in rows]
