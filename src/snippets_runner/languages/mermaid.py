"""Validate Mermaid diagrams by Mermaid itself, run by node: all diagrams of a project in one process."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from snippets_runner.languages.level import InvalidError, UnavailableError
from snippets_runner.services.locate import on_path

PROGRAM = Path(__file__).with_name("mermaid.mjs")


def check_diagrams(texts: Sequence[str], *, script: Path | None) -> list[InvalidError | None]:
    """Return for each text what is wrong with it, or None.

    ``script`` is the bundle ``mermaid.min.js`` that the site serves.

    Raises:
        UnavailableError: there is no node, or no bundle.
    """
    if script is None or not script.is_file():
        raise UnavailableError('set `mermaid = "path/to/mermaid.min.js"`, the script that the site serves')
    node = on_path("node")
    if node is None:
        raise UnavailableError("install node and put it on PATH")
    done = subprocess.run(
        [node, str(PROGRAM), str(script)],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode or not done.stdout:
        raise UnavailableError(
            f"node could not load {script.name}: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"
        )
    verdicts = json.loads(done.stdout)
    return [InvalidError(each["message"], each["line"]) if each else None for each in verdicts]
