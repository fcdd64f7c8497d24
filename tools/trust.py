"""Measure what the project promises, and write the page of figures.

    PYTHONPATH=. python -m tools.trust [NAME…]

measures the named figures, or all, keeps what was seen in `bench/trust.json`, and writes docs/project/trust.md from it. A figure that was
never measured says so.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tools.supply import packages, vendored

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/project/trust.md"
SEEN = ROOT / "bench/trust.json"
HEAD = """---
title: Trust, in figures
description: What is promised, the goal, and what was last seen; made by a command.
publish: true
---

Made by `make trust` from what it measured, not typed. "Not measured" means that no command has measured it yet, and nothing else. Times are the
processor's, on whatever machine ran the command on that day.

| What | Goal | Seen | On |
|---|---|---|---|
"""


def run(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this project in its folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def link_faults() -> str:
    """Return how many of the seeded faults each checker finds."""
    run("tests/trust/compare_links.py")
    page = (ROOT / "docs/project/reference/link-faults.md").read_text(encoding="utf-8")
    count, us, them = re.search(r"Faults found, of (\d+) \| (\d+) \| (\d+)", page).groups()  # type: ignore[union-attr]
    return f"{us} of {count} ({100 * int(us) / int(count):.0f} %); linkchecker {them}"


def false_alarms() -> str:
    """Return how many right oddities are reported, as the comparison has them."""
    page = (ROOT / "docs/project/reference/link-faults.md").read_text(encoding="utf-8")
    count, us, them = re.search(r"on (\d+) right oddities \| (\d+) \| (\d+)", page).groups()  # type: ignore[union-attr]
    return f"{us} on {count}; linkchecker {them}"


def link_speed() -> str:
    """Return the processor's time for 1,000 pages, beside lychee's if its path is in the variable `LYCHEE`."""
    told = run("bench/links.py", *filter(None, [os.environ.get("LYCHEE")])).stdout
    ours = re.search(r"site-checker\s+([\d.]+) s", told)
    ratio = re.search(r"ours is ([\d.]+) of it", told)
    assert ours, told
    return f"{ours[1]} s" + (f", {ratio[1]} × lychee" if ratio else "; lychee wasn't there")


def hostile_inputs() -> str:
    """Return what came of the hostile inputs."""
    with tempfile.TemporaryDirectory() as folder:
        told = [json.loads(line) for line in run("tests/trust/trials.py", folder).stdout.splitlines()]
    broken = sum("traceback" in each for each in told)
    hung = sum("hang" in each or each.get("seconds", 0) > 10 for each in told)
    large = max(each.get("megabytes", 0) for each in told)
    outside = sum(bool(each.get("outside")) for each in told)
    return f"{len(told)} tried: {broken} tracebacks, {hung} hangs, at most {large:.0f} MB, {outside} read a byte from outside"


def growth() -> str:
    """Return how time grows on repeated patterns."""
    told = json.loads(run("tests/trust/growth.py").stdout)
    fine = told["patterns"] - len(told["above"]) - len(told["ended"])
    return (
        f"{fine} of {told['patterns']} patterns; {len(told['above'])} grow faster, {len(told['ended'])} are ended after "
        f"5 s and named; the longest took {told['longest']} s"
    )


def passed(*paths: str) -> Callable[[], str]:
    """Return a measure that counts how many tests of a file pass."""

    def measure() -> str:
        told = run("-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *paths, NIGHTLY="1").stdout
        return re.sub(r" in [\d.:hms() ]+$", "", told.strip().splitlines()[-1].strip("= "))

    return measure


def supply() -> str:
    """Return what of the supply chain is pinned, and what isn't hashed."""
    found = list(packages())
    without = [each.name for each in found if not each.hashes]
    workflows = sorted((ROOT / ".github/workflows").glob("*.yml"))
    uses = [line for file in workflows for line in file.read_text("utf-8").splitlines() if "uses:" in line]
    pinned = sum(bool(re.search(r"@[0-9a-f]{40} # v", line)) for line in uses)
    zizmor = subprocess.run(
        [Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress", ROOT / ".github"],
        capture_output=True,
        check=False,
    )
    clean = "zizmor clean" if zizmor.returncode == 0 else "zizmor has findings"
    return (
        f"{len(found)} packages, {len(without)} without hashes; {len(vendored())} vendored libraries with sums; "
        f"{pinned} of {len(uses)} actions pinned, {clean}; 7 days' wait; bill of materials and attestations by command and workflow"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing that is promised."""

    name: str
    """Its name on the command line."""
    what: str
    """What it is."""
    goal: str
    """What is to be reached."""
    measure: Callable[[], str] | None = None
    """How it is measured; None if no command does yet."""


FIGURES = (
    Figure(name="links", what="Link faults found, on our own site of seeded faults", goal="≥ 97 %", measure=link_faults),
    Figure(name="unseen", what="Link faults found, of 20 that nobody here has seen", goal="≥ 90 %"),
    Figure(name="alarms", what="False alarms on right oddities", goal="0", measure=false_alarms),
    Figure(name="speed", what="Link check of 1,000 pages", goal="≤ 2.0 s, ≤ 0.6 × lychee", measure=link_speed),
    Figure(name="hostile-snippets", what="Hostile snippets survived and contained", goal="100 %", measure=passed("tests/snippets_runner/test_hostile.py")),
    Figure(name="false-passes", what="Snippets that pass and should not", goal="0"),
    Figure(name="containment", what="Containment, over a plain subprocess", goal="≤ + 8 ms, forked ≤ + 2 ms"),
    Figure(name="canary", what="Hidden words in the output, clean and incremental", goal="0", measure=passed("tests/slipbox/test_slipbox_canary.py")),
    Figure(name="properties", what="Hidden notes published because their properties don't parse", goal="0", measure=passed("tests/slipbox/test_slipbox_hostile.py")),
    Figure(name="inputs", what="Hostile inputs: tracebacks, hangs (10 s, 512 MB), bytes from outside the vault", goal="0, 0, 0", measure=hostile_inputs),
    Figure(name="growth", what="Time on repeated patterns, from 16 KB to 64 KB", goal="≤ 5 times, all", measure=growth),
    Figure(name="script", what="Scripts run from metadata, aliases, tags, graph, search", goal="0", measure=passed("tests/browser/test_scripts.py")),
    Figure(name="faults", what="Runs killed, disk full, cache read-only or nonsense, two at once: recordings whole, the next run right", goal="100 %", measure=passed("tests/trust/test_faults.py")),
    Figure(name="killed-build", what="Builds killed: the old or the new site, whole", goal="100 %"),
    Figure(name="same-bytes", what="The same bytes, whatever the order, locale, seed, day, Python", goal="100 %"),
    Figure(name="preview", what="Rough steps that the preview survives", goal="19 of 19"),
    Figure(name="ten-thousand", what="10,000 pages", goal="≤ 60 s warm, memory flat"),
    Figure(name="supply", what="Supply chain", goal="hashes for all, actions pinned, zizmor clean", measure=supply),
)  # fmt: skip


def page(seen: dict[str, dict[str, str]]) -> str:
    """Return the page."""
    rows = []
    for each in FIGURES:
        told = seen.get(each.name, {"seen": "not measured", "on": ""})
        rows.append(f"| {each.what} | {each.goal} | {told['seen']} | {told['on']} |")
    libraries = [
        f"| {each['name']} | {each['version']} | {each['licence']} | {len(each['sha256'])} | `{sorted(each['sha256'].items())[0][1][:16]}…` |"
        for each in vendored()
    ]
    return (
        HEAD + "\n".join(rows) + "\n\n## What is vendored\n\nEach file lies in the repository with its sum, and "
        "a test holds the two together.\n\n| Library | Version | Licence | Files | SHA-256 of the first |\n|---|---|---|---|---|\n"
        + "\n".join(libraries) + "\n"
    )  # fmt: skip


def main() -> None:
    """Measure, keep, write."""
    seen = json.loads(SEEN.read_text(encoding="utf-8")) if SEEN.is_file() else {}
    wanted = sys.argv[1:] or [each.name for each in FIGURES]
    today = datetime.now(tz=UTC).date().isoformat()
    for each in FIGURES:
        if each.measure and each.name in wanted:
            seen[each.name] = {"seen": each.measure(), "on": today}
            print(f"{each.name}: {seen[each.name]['seen']}", flush=True)
            SEEN.write_text(
                json.dumps(seen, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8"
            )
    PAGE.write_text(page(seen), encoding="utf-8")


if __name__ == "__main__":
    main()
