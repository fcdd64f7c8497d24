# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "psycopg[binary]>=3.2", "pytest>=8.3", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 120
# redact = [{ pattern = ' +\d+ ms', as = " … ms" }, { pattern = 'about \d+ times', as = "about … times" }]
# ///
"""One use case, four kinds of test, four seeded bugs: who finds which, and what it costs."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import psycopg
from snippet_support import work_in_temporary_folder

HERE = Path(__file__).resolve().parent
work_in_temporary_folder()
LEVELS = ("unit", "integration", "contract", "e2e")
# --8<-- [start:bugs]
BUGS = {  # the name, the right text and the wrong one
    "group price from 11": ("seats >= GROUP", "seats > GROUP"),
    "seats sold twice": ("AND seats >= %(n)s", "AND seats > 0"),
    "field renamed": ('200, {"left":', '200, {"remaining":'),
    "commit forgotten": ("db.commit()", "db.rollback()"),
}


def outcome(bug: str) -> dict[str, tuple[bool, float]]:
    """Test a copy with one bug: for each level, whether a test fails, and its time."""
    folder = Path(bug)
    folder.mkdir()
    right, wrong = BUGS.get(bug, ("", ""))
    source = (HERE / "booking.py").read_text()
    assert right in source
    (folder / "booking.py").write_text(source.replace(right, wrong))
    shutil.copy(HERE / "booking_tests.py", folder)
    pytest = [sys.executable, "-m", "pytest", "-q", "booking_tests.py"]
    command = [*pytest, "--junitxml=report.xml"]
    run = subprocess.run(command, cwd=folder, env=ENV, capture_output=True, text=True)
    assert run.returncode in (0, 1), run.stdout  # else pytest itself could not work
    found = dict.fromkeys(LEVELS, (False, 0.0))
    for case in ElementTree.parse(folder / "report.xml").iter("testcase"):
        level = case.attrib["name"].split("_")[1]
        failed, seconds = found[level]
        took = float(case.attrib["time"])
        found[level] = (failed or case.find("failure") is not None, max(seconds, took))
    return found
# --8<-- [end:bugs]


ENV = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as db:
    db.execute("CREATE TABLE show (id int GENERATED ALWAYS AS IDENTITY, seats int NOT NULL)")
with ThreadPoolExecutor(2) as two:
    results = dict(zip(("none", *BUGS), two.map(outcome, ("none", *BUGS)), strict=True))

print(f"{'seeded bug':<20}", *(f"{level:>12}" for level in LEVELS))
for bug, found in results.items():
    row = ("FOUND" if found[level][0] else "-" for level in LEVELS)
    print(f"{bug:<20}", *(f"{word:>12}" for word in row))
slowest = {level: results["none"][level][1] for level in LEVELS}
print(f"{'slowest test':<20}", *(f"{slowest[level] * 1000:>9.0f} ms" for level in LEVELS))
print(f"e2e: about {slowest['e2e'] / slowest['integration']:.0f} times an integration test")
finders = {bug: [lv for lv in LEVELS if found[lv][0]] for bug, found in results.items()}
assert finders == {
    "none": [],
    "group price from 11": ["unit"],
    "seats sold twice": ["integration"],
    "field renamed": ["contract", "e2e"],
    "commit forgotten": ["e2e"],
}
assert slowest["unit"] < slowest["e2e"] and slowest["integration"] < slowest["e2e"]
