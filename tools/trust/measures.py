"""Measure: each function runs a command or tests of this project, and returns what was seen in words."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tools.supply import packages, vendored
from tools.trust.running import ROOT, run, tested

LINKS = ROOT / "docs/project/reference/link-faults.md"
GUARDS = ROOT / "docs/project/reference/benchmark-guards.md"
HOSTILE = ROOT / "tests/snippets_runner"


def link_faults() -> str:
    """Return how many of the seeded faults each checker finds."""
    run("tests/trust/compare_links.py")
    count, us, them = _compared(r"Faults found, of (\d+) \| (\d+) \| (\d+)")
    return f"{us} of {count} ({100 * int(us) / int(count):.0f} %); linkchecker {them}"


def false_alarms() -> str:
    """Return how many right oddities are reported, as the comparison has them."""
    count, us, them = _compared(r"on (\d+) right oddities \| (\d+) \| (\d+)")
    told = json.loads(run("tests/trust/unseen.py"))
    return f"{us} on {count}, and {told['alarms']} on the right twins of the sites below; linkchecker {them}"


def _compared(pattern: str) -> tuple[str, ...]:
    found = re.search(pattern, LINKS.read_text(encoding="utf-8"))
    assert found, pattern
    return found.groups()


def unseen_faults() -> str:
    """Return how many faults of sites that nobody had seen were found then, and are now."""
    told = json.loads(run("tests/trust/unseen.py"))
    share = 100 * told["first"] / told["faults"]
    return (
        f"{told['first']} of {told['faults']} ({share:.0f} %), {told['misnamed']} of them by another name; "
        f"all that are found now: {told['now']}"
    )


def link_speed() -> str:
    """Return the processor's time for 1,000 pages, beside lychee's."""
    told = run("bench/links.py")
    ours = re.search(r"site-checker\s+([\d.]+) s", told)
    ratio = re.search(r"ours is ([\d.]+) of it", told)
    assert ours, told
    return f"{ours[1]} s" + (f", {ratio[1]} × lychee" if ratio else "; lychee wasn't there")


def hostile_snippets() -> str:
    """Return how many hostile snippets are survived and contained, and by which guards."""
    return tested(*_hostile_files(), "tests/snippets_runner/test_bubblewrap.py").words("tests hold")


def false_passes() -> str:
    """Return how many of the snippets that must fail passed."""
    must = set(_must_fail())
    ran = tested(*_hostile_files(), "tests/snippets_runner/test_bubblewrap.py")
    names = {each.partition("[")[2].rstrip("]") for each in (*ran.passed, *ran.failed)} & must
    wrong = {each.partition("[")[2].rstrip("]") for each in ran.failed} & must
    return f"{len(wrong)} of {len(names)} that must fail" + (f": {', '.join(sorted(wrong))}" if wrong else "")


def _hostile_files() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in sorted(HOSTILE.glob("test_hostile*.py"))]


def _must_fail() -> Iterator[str]:
    """Yield the names of the hostile snippets that are to be told of."""
    sys.path.insert(0, str(HOSTILE))
    for path in _hostile_files():
        for value in vars(importlib.import_module(Path(path).stem)).values():
            cases = value if isinstance(value, tuple | list) else ()
            yield from (each.name for each in cases if getattr(each, "says", ()))


def containment() -> str:
    """Return the milliseconds that each way of guarding costs over a plain subprocess, by the median.

    The clock says nothing of it where other programs wait for the processor; then it is what the benchmark of the guards last wrote.
    """
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    told = GUARDS.read_text(encoding="utf-8") if busy else run("bench/guards.py")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([+-][\d.]+) \|$", told, re.M)
    assert len(rows) >= 3, told
    ways = "; ".join(f"{name} {over} ms" for name, over in rows if "nothing guarded" not in name)
    return ways + (", as the benchmark of the guards has it: the machine was busy" if busy else "")


def properties() -> str:
    """Return how many notes with properties that don't parse stay hidden."""
    return tested(
        "tests/slipbox/test_slipbox_hostile.py::test_odd_properties_never_make_a_note_public_by_accident",
        "tests/slipbox/test_slipbox_rough.py::test_a_note_whose_properties_are_broken_is_hidden",
        "tests/slipbox/test_slipbox_rough.py::test_each_fault_is_named_with_its_place",
        "tests/slipbox/test_slipbox_closed.py::test_a_byte_order_mark_opens_no_hidden_note",
    ).words("kinds of broken properties publish nothing")


@cache
def _trials() -> list[dict[str, Any]]:
    """Return what came of each hostile input."""
    with tempfile.TemporaryDirectory() as folder:
        return [json.loads(line) for line in run("tests/trust/trials.py", folder).splitlines()]


def hostile_inputs() -> str:
    """Return what came of the hostile inputs."""
    told = _trials()
    broken = sum("traceback" in each for each in told)
    hung = sum("hang" in each or each.get("seconds", 0) > 10 for each in told)
    large = max(each.get("megabytes", 0) for each in told)
    return f"{len(told)} tried: {broken} tracebacks, {hung} hangs, at most {large:.0f} MB"


def outside() -> str:
    """Return how many hostile inputs had a byte from outside read, and how many tests of ways out hold."""
    told = _trials()
    read = sum(bool(each.get("outside")) for each in told)
    ways = ("that-leads-out-by-a-symbolic-link", "that-leads-out-of-the-folder", "by-an-absolute-path")
    case = "tests/snippets_runner/test_cases.py::test_check_says_what_is_written"
    tests = tested(
        "tests/slipbox/test_slipbox_hostile.py::test_what_is_no_note_is_left_out",
        *(f"{case}[an-include-{way}]" for way in ways),
    )
    return f"{read} of {len(told)} inputs read a byte from outside; {tests.words('tests hold')}"


def leak_scan() -> str:
    """Return what the look through 60 MB costs, and how many tests of what it finds hold."""
    told = json.loads(run("bench/leaks.py"))
    tests = tested("tests/slipbox/test_slipbox_leaks.py").words("tests hold")
    return f"{told['looking']} s for {told['megabytes']} MB, {told['hidden']} notes hidden, and {told['made']} s to learn what they are known by; {tests}"


def growth() -> str:
    """Return how time grows on repeated patterns, and which grow too fast."""
    told = json.loads(run("tests/trust/growth.py"))
    fine = told["patterns"] - len(told["above"]) - len(told["ended"])
    named = [
        f"{_shown(pattern)} {ratio}"
        for pattern, ratio in sorted(told["above"].items(), key=lambda row: -row[1])
    ]
    named += [f"{_shown(pattern)} ended" for pattern in told["ended"]]
    names = f": {', '.join(named)}" if named else ""
    return (
        f"{fine} of {told['patterns']} patterns; {len(told['above'])} grow faster, {len(told['ended'])} are ended after "
        f"5 s and named; the longest took {told['longest']} s{names}"
    )


def _shown(pattern: str) -> str:
    """Return a pattern as it may stand in a table, whatever marks it is of."""
    letters = json.dumps(pattern, ensure_ascii=False)[1:-1]
    return f"<code>{''.join(each if each.isalnum() or each == ' ' else f'&#{ord(each)};' for each in letters)}</code>"


def killed_builds() -> str:
    """Return how many tests of builds that go wrong hold, and how many builds were killed."""
    kills = 100 if os.environ.get("NIGHTLY", "1") else 10
    return tested("tests/trust/test_faults_of_builds.py").words(
        f"tests hold, {kills} builds killed among them"
    )


def same_bytes() -> str:
    """Return how many tests of the same bytes hold, and on which Python."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    ran = tested(
        "tests/incremental_build/test_incremental_build_same_bytes.py", "tests/trust/test_same_bytes.py"
    )
    other = " and another Python" if "test_another_version_of_python_changes_nothing" in ran.passed else ""
    return ran.words(f"tests hold, on Python {python}{other}")


def preview() -> str:
    """Return how many rough steps the preview survived."""
    ran = tested("tests/trust/test_preview.py")
    return ran.words("steps")


def ten_thousand() -> str:
    """Return what 10,000 notes cost, and how memory and the size of a page grow from 2,000."""
    small, large = json.loads(run("bench/ten_thousand.py"))
    return (
        f"{large['warm']:.0f} s warm, {large['cold']:.0f} s from nothing; memory {large['cold_megabytes']:.0f} MB, "
        f"with 2,000 notes {small['cold_megabytes']:.0f}; a page {large['page'] / 1024:.0f} KB, with 2,000 notes {small['page'] / 1024:.0f}"
    )


def supply() -> str:
    """Return what of the supply chain is pinned, and what isn't hashed."""
    found = list(packages())
    without = [each.name for each in found if not each.hashes]
    workflows = sorted((ROOT / ".github/workflows").glob("*.yml"))
    uses = [line for file in workflows for line in file.read_text("utf-8").splitlines() if "uses:" in line]
    pinned = sum(bool(re.search(r"@[0-9a-f]{40} # v", line)) for line in uses)
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    asked = subprocess.run(
        [zizmor, "--offline", "--no-progress", ROOT / ".github"], capture_output=True, check=False
    )
    tests = tested("tests/trust/test_supply.py", "tests/site/test_vendored.py").words("tests hold")
    return (
        f"{len(found)} packages, {len(without)} without hashes; {len(vendored())} vendored libraries with sums; {pinned} of {len(uses)} actions "
        f"pinned, zizmor {'clean' if asked.returncode == 0 else 'has findings'}; 7 days' wait; {tests}"
    )
