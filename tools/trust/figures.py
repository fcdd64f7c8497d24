"""The figures that are promised, each with what is to be reached and how it is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.trust import goals
from tools.trust import measures as by
from tools.trust.running import tested


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing that is promised."""

    name: str
    """Its name on the command line."""
    what: str
    """What it is."""
    goal: str
    """What is to be reached."""
    measure: Callable[[], str]
    """How it is measured."""
    met: Callable[[str], bool]
    """Whether what was seen, in its words, reaches the goal."""


def tests(what: str, *paths: str) -> Callable[[], str]:
    """Return a measure that counts how many tests hold."""
    return lambda: tested(*paths).words(what)


FIGURES = (
    Figure(name="links", what="Link faults found, on our own site of seeded faults", goal="≥ 97 %", measure=by.link_faults, met=goals.percent(97)),
    Figure(name="unseen", what="Link faults found at first sight, on two sites by somebody who didn't know the check", goal="≥ 90 %", measure=by.unseen_faults, met=goals.percent(90)),
    Figure(name="alarms", what="False alarms on right oddities", goal="0", measure=by.false_alarms, met=goals.like(r"0 on \d+, and 0 on")),
    Figure(name="speed", what="Link check of 1,000 pages", goal="≤ 2.0 s, ≤ 0.6 × lychee", measure=by.link_speed, met=goals.speed),
    Figure(name="hostile-snippets", what="Hostile snippets survived and contained, each followed by an ordinary one", goal="100 %", measure=by.hostile_snippets, met=goals.all_of_them),
    Figure(name="false-passes", what="Snippets that pass and should not", goal="0", measure=by.false_passes, met=goals.like(r"0 of [1-9]")),
    Figure(name="containment", what="Containment, over a plain subprocess", goal="≤ + 8 ms, forked ≤ + 2 ms", measure=by.containment, met=goals.containment),
    Figure(name="canary", what="Hidden words in the output, clean and incremental, through each door", goal="0", measure=tests("tests found none", "tests/slipbox/test_slipbox_canary.py", "tests/slipbox/test_slipbox_closed.py"), met=goals.all_of_them),
    Figure(name="leak-scan", what="Look of every public build through its own bytes for what is hidden: 60 MB", goal="≤ 1 s", measure=by.leak_scan, met=goals.leak_scan),
    Figure(name="properties", what="Hidden notes published because their properties don't parse", goal="0", measure=by.properties, met=goals.all_of_them),
    Figure(name="inputs", what="Hostile inputs: tracebacks, hangs (10 s, 512 MB)", goal="0, 0", measure=by.hostile_inputs, met=goals.inputs),
    Figure(name="outside", what="Bytes read from outside the vault and the folder of snippets, by symbolic links, includes, embeds", goal="0", measure=by.outside, met=goals.like(r"0 of [1-9]\d* inputs .*; (\d+) of \1 tests hold$")),
    Figure(name="growth", what="Time on repeated patterns, from 16 KB to 64 KB", goal="≤ 5 times, all", measure=by.growth, met=goals.like(r"(\d+) of \1 patterns; 0 grow faster, 0 are ended")),
    Figure(name="script", what="Scripts run from metadata, aliases, tags, canvases, graph, search, in a browser", goal="0", measure=tests("tests saw none run", "tests/browser/test_scripts.py", "tests/browser/test_scripts_in_our_search.py"), met=goals.all_of_them),
    Figure(name="faults", what="Runs killed, disk full, cache read-only or nonsense, two at once, services and workers killed: recordings whole, the next run right", goal="100 %", measure=tests("tests hold", "tests/trust/test_faults.py", "tests/snippets_runner/test_interrupt.py", "tests/snippets_runner/test_cluster.py"), met=goals.all_of_them),
    Figure(name="killed-build", what="Builds killed, disk full, no network, nonsense in the cache, two at once: the old or the new site, whole", goal="100 %", measure=by.killed_builds, met=goals.all_of_them),
    Figure(name="same-bytes", what="The same bytes, whatever the order, locale, zone, seed, day, Python", goal="100 %", measure=by.same_bytes, met=goals.same_bytes),
    Figure(name="preview", what="Rough steps that the preview survives", goal="19 of 19", measure=by.preview, met=goals.like(r"19 of 19")),
    Figure(name="ten-thousand", what="10,000 pages", goal="≤ 60 s of the processor warm, memory flat, a page's size constant", measure=by.ten_thousand, met=goals.ten_thousand),
    Figure(name="supply", what="Supply chain", goal="hashes for all, actions pinned, zizmor clean", measure=by.supply, met=goals.supply),
)  # fmt: skip
