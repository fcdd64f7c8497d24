"""Make the page of figures from what was seen."""

from __future__ import annotations

from tools.supply import vendored
from tools.trust.figures import FIGURES
from tools.trust.running import ROOT

PAGE = ROOT / "docs/project/trust.md"
SEEN = ROOT / "bench/trust.json"
Seen = dict[str, dict[str, str]]
HEAD = """---
title: Trust, in figures
description: What is promised, the goal, and what was last seen; made by a command.
publish: true
---

Made by `make trust` from what it measured, not typed. `PYTHONPATH=. .venv/bin/python -m tools.trust NAME` measures one row; each is a command or a group of
tests, and they run in `make test` or, with more rounds, in `make nightly`. Times are the processor's, those of the containment the clock's, on whatever machine ran the command on that
day. "Not measured" means that no command has measured it yet, and nothing else.

| Name | What | Goal | Seen | Met | On |
|---|---|---|---|---|---|
"""


def page(seen: Seen) -> str:
    """Return the page."""
    rows = []
    for each in FIGURES:
        told = seen.get(each.name, {"seen": "not measured", "on": ""})
        met = "yes" if each.met(told["seen"]) else "no"
        rows.append(f"| `{each.name}` | {each.what} | {each.goal} | {told['seen']} | {met} | {told['on']} |")
    libraries = [
        f"| {each['name']} | {each['version']} | {each['licence']} | {len(each['sha256'])} | `{sorted(each['sha256'].items())[0][1][:16]}…` |"
        for each in vendored()
    ]
    return (
        HEAD + "\n".join(rows) + "\n" + LIMITS + "\n## What is vendored\n\nEach file lies in the repository with its sum, and "
        "a test holds the two together.\n\n| Library | Version | Licence | Files | SHA-256 of the first |\n|---|---|---|---|---|\n"
        + "\n".join(libraries) + "\n"
    )  # fmt: skip


LIMITS = """
## What the figures don't say

- A checker finds all faults of a test site that it grew up with. What it finds of faults yet to come, two sites say that were written by somebody who had read the list of
  kinds and neither the check nor its tests: of those, what was found at first sight counts. What was missed then is found now.
- The links to other sites are asked for every night, with retries, a list of [addresses that may be dead](reference/commands.md) and a memory of a week. A test does the same against a
  server of its own that answers with every fault; the figures above hold none of other people's servers.
- A few patterns still cost Python-Markdown a time that grows faster than their length: they are named above, each with how many times as long four times as much of it takes. For each mark that it
  finds in a paragraph, such as the 16,000 stars of one, it copies the whole of that paragraph. A page that takes more than five seconds is [ended and named](reference/findings.md), and the
  build of all others goes on.
- The Content-Security-Policy allows by its hash each script that a page holds when it is built. It stops what has no hash, such as a handler in an attribute; a `script` that an author writes into
  a note's body is the author's, and runs.
- Memory grows with the vault, and that goal is not met: MkDocs renders every page before it writes the first, and holds what it rendered; a note's text, links and regions are held beside
  it, since each page shows what links to it; and each of the processes that render on the other cores has a part of it once more. What an incremental build makes is written down as it comes.
- A page's size is that of a navigation with at most forty entries a folder ([`nav_most`](reference/configuration.md#slipbox)); without that setting each page names all folders of the first level.
- The same bytes on another version of Python are compared where there is one, each night: the lock is for one environment, so the other gets the same versions without their hashes. Another day is one that
  Python's clocks tell; without `SOURCE_DATE_EPOCH` the day of the build stands in the sitemap, as MkDocs puts it there.
- The site changes from the old to the new in one step on Linux, where two folders can be exchanged. Where they can't (other systems, some file systems) a killed build may leave the old one under
  another name, and where the site's folder is a mount point, some files old and some new; the next build mends either before anything else.
- The look for what is hidden is for whole names and sentences; [what it doesn't find](how-to/prove-that-nothing-leaks.md#know-what-is-looked-for) is said where it is explained.
- What can't be had on a machine is skipped there, with the reason: a disk of its own asks for the right to mount one, a run without a network for a namespace.
- Whether a locked version has a known hole is not among the figures: `make audit` asks a service on the network every night, and fails if it can't be reached.
"""
