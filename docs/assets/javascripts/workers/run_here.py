"""Run one snippet as a program of its own, and hold what it printed against its recording.

This is what a reader's browser runs, and what `make proofs` runs under node: what was proven is what readers get.
"""

import contextlib
import difflib
import io
import json
import os
import re
import runpy
import sys
import tempfile
import time
import tomllib
import traceback

BLOCK = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def run(file, recorded):
    """Run a file; return as JSON what it printed, the error if one ended it, and whether that is what was recorded."""
    began = time.perf_counter()
    printed, error = _execute(file)
    seconds = time.perf_counter() - began
    with open(file, encoding="utf-8") as stream:
        rules = _rules(stream.read())
    before, after = _redacted(recorded, rules), _redacted(printed, rules)
    rows = difflib.unified_diff(before.splitlines(), after.splitlines(), "recorded", "here", n=2, lineterm="")
    told = {
        "printed": printed,
        "error": error,
        "same": not error and before == after,
        "difference": "\n".join(rows),
        "seconds": seconds,
        "python": sys.version.split()[0],
    }
    return json.dumps(told)


def _execute(file):
    """Run a file in an empty folder, with no modules of an earlier run but the standard library's."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)
    folder, here, argv, path = os.path.dirname(file), os.getcwd(), sys.argv, list(sys.path)
    error = ""
    with tempfile.TemporaryDirectory() as empty:
        os.chdir(empty)
        sys.argv, sys.path[:0] = [file], [folder]
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                runpy.run_path(file, run_name="__main__")
        except SystemExit as end:
            error = "" if end.code in (None, 0) else f"SystemExit: {end.code}"
        except BaseException as raised:
            frames = [each for each in traceback.extract_tb(raised.__traceback__) if each.filename.startswith(folder)]
            lines = [*traceback.format_list(frames), *traceback.format_exception_only(raised)]
            error = "".join(lines).replace(f"{folder}/", "")
        finally:
            os.chdir(here)
            sys.argv, sys.path[:] = argv, path
            for name, module in list(sys.modules.items()):
                if str(getattr(module, "__file__", None)).startswith(folder):
                    del sys.modules[name]
    return raw.getvalue().decode("utf-8", "backslashreplace"), error


def _rules(text):
    """Return what a snippet's script block says may vary."""
    block = BLOCK.search(text)
    if block is None:
        return []
    content = "".join(
        line.removeprefix("#").removeprefix(" ") for line in block["content"].splitlines(keepends=True)
    )
    return tomllib.loads(content).get("tool", {}).get("snippets-runner", {}).get("redact", [])


def _redacted(text, rules):
    for rule in rules:
        text = re.sub(rule["pattern"], lambda _, new=rule["as"]: new, text, flags=re.MULTILINE)
    return text
