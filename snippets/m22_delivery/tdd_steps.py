# /// script
# requires-python = ">=3.11"
# dependencies = ["pytest>=8.3", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 120
# ///
"""Red, green, triangulation, refactoring: each step of a small function with a real run of pytest."""

import os
import subprocess
import sys
from pathlib import Path

from snippet_support import work_in_temporary_folder

# --8<-- [start:steps]
ONE = """
from wait import seconds

def test_minutes_and_seconds():
    assert seconds("2m30s") == 150
"""
TWO = ONE + """
def test_hours():
    assert seconds("1h") == 3600
"""
NOTHING = ""
FAKE = """
def seconds(text):
    return 150
"""
OBVIOUS = """
def seconds(text):
    total, digits = 0, ""
    for char in text:
        if char == "h":
            total, digits = total + int(digits) * 3600, ""
        elif char == "m":
            total, digits = total + int(digits) * 60, ""
        elif char == "s":
            total, digits = total + int(digits), ""
        else:
            digits += char
    return total
"""
CLEAN = r"""
import re

UNITS = {"h": 3600, "m": 60, "s": 1}

def seconds(text):
    parts = re.findall(r"(\d+)([hms])", text)
    return sum(int(count) * UNITS[unit] for count, unit in parts)
"""
STEPS = [
    ("red", "a test, no code", NOTHING, ONE),
    ("green", "the least that passes", FAKE, ONE),
    ("red", "a second example, to force the general case", FAKE, TWO),
    ("green", "now it must compute", OBVIOUS, TWO),
    ("refactor", "same behaviour, less code", CLEAN, TWO),
]
# --8<-- [end:steps]


# --8<-- [start:run]
def pytest(code: str, tests: str) -> tuple[bool, str]:
    Path("wait.py").write_text(code)
    Path("test_wait.py").write_text(tests)
    command = [sys.executable, "-B", "-m", "pytest", "-q", "--tb=no"]
    run = subprocess.run(command, env=ENV, capture_output=True, text=True, check=False)
    said = run.stdout.splitlines()[-1].split(" in ")[0]  # without the time it took
    return run.returncode == 0, said


def replay() -> None:
    for colour, what, code, tests in STEPS:
        passed, said = pytest(code, tests)
        print(f"{colour:<9} {'pass' if passed else 'FAIL'}  {said:<20} {what}")
        assert passed == (colour != "red")
    passed, said = pytest(CLEAN.replace("3600", "360"), TWO)
    print(f"and if the refactoring slips: {'pass' if passed else 'FAIL'}, {said}")
    assert not passed
# --8<-- [end:run]


work_in_temporary_folder()
ENV = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
replay()
