"""Find the snippets that readers can run in their browser: `make proofs`.

A snippet qualifies if it needs nothing but Python's standard library and prints on Pyodide, twice in a row and in another time zone,
what was recorded of it. Each is run under node, without stack switching, so that what is proven holds in every browser. What came of
it is written to `browser/proofs.json` under a hash of all that decides it, so that a build needs no node, and says the same everywhere.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hooks.run_here import PROGRAM, PROOFS, key, read_proofs
from snippets_runner.cache import imported, local_modules
from snippets_runner.config import load_config
from snippets_runner.discover import discover
from snippets_runner.model import Snippet
from tools import pyodide

ROOT = Path(__file__).parents[1]
SECONDS = 120
NOT_IN_A_BROWSER = frozenset(
    {
        "asyncio", "concurrent", "ctypes", "fcntl", "http", "multiprocessing", "resource", "select", "selectors", "signal",
        "smtplib", "socket", "socketserver", "ssl", "subprocess", "threading", "urllib", "xmlrpc",
    }
)  # fmt: skip
"""Modules that need processes, threads, sockets or a loop that can wait: no use trying."""
HARMLESS = ("http.HTTPStatus", "urllib.parse")
"""Parts of them that need none of that."""


def main() -> int:
    """Run what is new or changed, and write what came of it; 1 if something can't be run here."""
    old, new = read_proofs(), dict[str, dict[str, Any]]()
    todo = [each for each in candidates() if not _kept(each, old, new)]
    if todo and (shutil.which("node") is None or not pyodide.is_here()):
        print("proofs: needs node, and Pyodide: make pyodide", file=sys.stderr)
        return 1
    for snippet, files in todo:
        new[snippet.id] = {
            "key": key([ROOT / name for name in files]),
            "files": files,
            **prove(snippet, files),
        }
        print(f"{snippet.id}: {new[snippet.id].get('why', 'the same')}", flush=True)
    table = {"pyodide": pyodide.PINS["version"], "snippets": dict(sorted(new.items()))}
    PROOFS.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    same = sum("why" not in each for each in new.values())
    print(f"{len(new)} candidates, {len(todo)} of them run now: {same} can be run in a browser")
    return 0


def candidates() -> Iterator[tuple[Snippet, list[str]]]:
    """Yield the snippets that are worth trying, each with its files: itself, its recording, the modules beside it."""
    for snippet in discover(load_config(ROOT)).snippets.values():
        told, recording = snippet.metadata, snippet.output_file
        if snippet.language != "python" or recording is None or not recording.is_file():
            continue
        if (
            told.services
            or told.dependencies
            or told.skip
            or told.systems
            or told.inputs
            or told.expected_error
        ):
            continue
        beside = sorted(local_modules(snippet, ()))
        names = {
            each for file in (snippet.file, *beside) for each in imported(file.read_text(encoding="utf-8"))
        }
        own = {file.stem for file in beside}
        if all(_is_possible(name, names) for name in names if name.split(".")[0] not in own):
            yield snippet, [file.relative_to(ROOT).as_posix() for file in (snippet.file, recording, *beside)]


def _is_possible(name: str, names: frozenset[str] | set[str]) -> bool:
    """Tell whether a browser can be expected to have a module, or a part of it."""
    top = name.split(".")[0]
    if top in NOT_IN_A_BROWSER:
        parts = {each for each in names if each.startswith(f"{top}.")}
        return bool(parts) and all(each.startswith(HARMLESS) for each in parts)
    return top in sys.stdlib_module_names


def _kept(each: tuple[Snippet, list[str]], old: Mapping[str, Any], new: dict[str, Any]) -> bool:
    """Keep what was found out of a snippet if nothing has changed since."""
    snippet, files = each
    known = old.get(snippet.id)
    if known and known["files"] == files and known["key"] == key([ROOT / name for name in files]):
        new[snippet.id] = known
        return True
    return False


def prove(snippet: Snippet, files: list[str]) -> dict[str, str]:
    """Run a snippet twice on a fresh Pyodide; return why readers can't run it, and nothing if they can."""
    source, recording, *beside = [ROOT / name for name in files]
    folder = load_config(ROOT).snippets_folder
    asked = {
        "program": PROGRAM.read_text(encoding="utf-8"),
        "main": source.relative_to(folder).as_posix(),
        "files": {
            each.relative_to(folder).as_posix(): each.read_text(encoding="utf-8")
            for each in (source, *beside)
        },
        "recorded": recording.read_text(encoding="utf-8"),
    }
    try:
        done = subprocess.run(
            ["node", str(ROOT / "tools/prove.mjs"), str(pyodide.FOLDER)],
            input=json.dumps(asked),
            env=os.environ | {"TZ": "Pacific/Chatham"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return {"why": "takes too long"}
    except subprocess.CalledProcessError as error:
        lines = [line.strip() for line in error.stderr.splitlines() if "Error: " in line]
        return {"why": f"ends Pyodide: {lines[-1][:120] if lines else error.returncode}"}
    for told in json.loads(done.stdout):
        if told["error"]:
            return {"why": told["error"].strip().splitlines()[-1][:160]}
        if not told["same"]:
            return {"why": "prints something else than was recorded"}
    return {}


if __name__ == "__main__":
    raise SystemExit(main())
