"""Read each hostile input in a process of its own, with limits, and tell what came of it as JSON lines.

    python tests/trust/trials.py FOLDER [NAME-TO-LEAVE-OUT…]

A warm parent forks a child for each, so that one costs a few milliseconds. Each step of it (lint, read, render, export, discover) has 10 seconds of the
processor, the whole 512 MB.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hostile_inputs import Files, inputs

from slipbox.config import Options
from slipbox.errors import SlipboxError
from slipbox.export import export
from slipbox.graph_data import graph_json
from slipbox.lint import lint
from slipbox.pipeline import read_edition
from slipbox.testing import render_note
from snippets_runner.config import load_config
from snippets_runner.discover import discover
from snippets_runner.errors import SnippetsRunnerError

SECONDS, MEGABYTES = 10, 512


def write(folder: Path, files: Files) -> None:
    """Write an input's files."""
    (folder / "docs").mkdir(parents=True)
    for name, content in files.items():
        path = folder / name.rstrip("→|")
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("→"):
            path.symlink_to(str(content))
        elif name.endswith("|"):
            os.mkfifo(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def read(folder: Path) -> dict[str, Any]:
    """Do with an input what a build does; return what was told, and whether its text is kept and nothing else came in."""
    docs, told, pages = folder / "docs", [], []
    times: list[float] = []

    def timed(step: Callable[[], Any]) -> Any:
        start = time.process_time()
        result = step()
        times.append(time.process_time() - start)
        return result

    try:
        told += timed(lambda: [str(each) for each in lint(docs, folder, Options())])
        edition = timed(lambda: read_edition(docs, folder, Options()))
        pages += timed(lambda: [render_note(edition, note) for note in edition.notes.values()])
        pages.append(timed(lambda: graph_json(edition, lambda note: note.path)))
        timed(lambda: export(edition, docs, folder / "out"))
    except SlipboxError as error:
        told.append(str(error))
    (folder / "snippets").mkdir(exist_ok=True)
    try:
        told += timed(lambda: [str(each) for each in discover(load_config(folder)).findings])
    except SnippetsRunnerError as error:
        told.append(str(error))
    out = [
        file.read_bytes().decode(errors="replace")
        for file in sorted(folder.glob("out/**/*"))
        if file.is_file()
    ]
    whole = "".join([*pages, *out])
    return {
        "told": told[:5],
        "kept": "KEPT" in whole,
        "outside": "OUTSIDE" in whole,
        "pwned": (folder / "pwned").exists(),
        "seconds": max(times),
    }


class _Log(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


def child(folder: Path, files: Files, pipe: int) -> None:
    """Read one input and write what came of it."""
    resource.setrlimit(resource.RLIMIT_CPU, (4 * SECONDS, 4 * SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    log = _Log()
    logging.getLogger().addHandler(log)
    try:
        write(folder, files)
        result = read(folder)
        result["told"] += log.told
    except BaseException:
        result = {"traceback": traceback.format_exc(limit=-6)}
    usage = resource.getrusage(resource.RUSAGE_SELF)
    result |= {"megabytes": usage.ru_maxrss / 1024}
    os.write(pipe, json.dumps(result).encode())
    os._exit(0)


def trial(folder: Path, files: Files) -> dict[str, Any]:
    """Fork a child for an input; a child that says nothing was ended by its limit."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        child(folder, files, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(pid, 0)
    return json.loads(data) if data else {"hang": f"ended by signal {os.waitstatus_to_exitcode(status)}"}


def main() -> None:
    """Print one line for each input."""
    base, unwanted = Path(sys.argv[1]), set(sys.argv[2:])
    for number, (name, files) in enumerate(inputs().items()):
        if name not in unwanted:
            print(
                json.dumps({"name": name, "files": sorted(files)[:3], **trial(base / str(number), files)}),
                flush=True,
            )


if __name__ == "__main__":
    main()
