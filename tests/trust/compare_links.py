"""Write which seeded fault our check finds, and which linkchecker finds over the served site.

    PYTHONPATH=. python tests/trust/compare_links.py

The page is docs/project/reference/link-faults.md; a test holds our column to what the check finds.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from answers import answering
from seeded import Seed, write

from site_checker.external import Patience
from site_checker.model import Finding
from site_checker.origin import Sources
from site_checker.pipeline import Wishes, check_site
from tools.serving import served

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/project/reference/link-faults.md"
PATIENCE = Patience(timeout=1.5, retries=0, at_once=16)
HEAD = """---
title: Link faults, and who finds them
description: A test site with one fault of every kind; what our check finds of it, and what linkchecker does.
publish: true
---

Made by `tests/trust/compare_links.py`, not typed. `tests/trust/seeded.py` writes a site in which each page has one fault, and others that are
right but look odd. Two checkers read it: `site-checker` reads the files, and linkchecker asks for them over HTTP from a server on the same
machine, its check of anchors on. A fault counts as found if the checker tells of it on its page, or names it.

Most of what only `site-checker` finds is no broken link to a program that follows links: an id used twice, Markdown left in the text, an entry of
an index. linkchecker asks other sites, follows what a browser would ask for, and knows nothing of how the site was made; both run in `make test`.
"""


def ours(folder: Path) -> list[Finding]:
    """Return what our check finds in the site below a folder."""
    site, docs = folder / "site", folder / "docs"
    allow = folder / "allow.txt"
    allow.write_text(
        "*//*other.example*  # is nobody's\n*//blåbær.example/  # is nobody's\n*//[[]2001:db8*  # is nobody's\n"
    )
    return check_site(
        site, Wishes(patience=PATIENCE, allow=allow), lambda files: Sources.guess(docs, files)
    ).findings


def found_by_us(seed: Seed, findings: list[Finding]) -> bool:
    """Return whether a finding of the right kind is on the seed's page, or names it."""
    return any(
        each.code.value == seed.code
        and (each.page.startswith((f"{seed.name}/", f"{seed.name}.")) or seed.name in each.message)
        for each in findings
    )


def linkchecker(url: str) -> list[dict[str, str]]:
    """Return the errors and warnings that linkchecker has for a served site."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "linkcheckerrc"
        settings.write_text(
            "[checking]\nmaxrequestspersecond=1000\nthreads=8\ntimeout=2\nmaxhttpredirects=10\n[filtering]\ncheckextern=1\n"
            "[AnchorCheck]\n[output]\nstatus=0\nlog=csv\nwarnings=1\n",
            encoding="utf-8",
        )
        command = [Path(sys.executable).with_name("linkchecker"), "--config", settings, "--no-status", url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";"))


def found_by_linkchecker(seed: Seed, rows: list[dict[str, str]]) -> bool:
    return any(seed.name in f"{row['parentname']} {row['urlname']} {row['url']}" for row in rows)


def table() -> str:
    """Return the page."""
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / "kb").mkdir()
        with answering() as (server, secure), served(folder) as url:
            base = f"{url}kb/"
            write(folder / "theirs", server, secure, base)
            (folder / "kb").rmdir()
            (folder / "kb").symlink_to(folder / "theirs/site")
            rows = linkchecker(base)
            bad, good = write(folder / "ours", server, secure)
            findings = ours(folder / "ours")
    finally:
        shutil.rmtree(folder)
    lines = [
        f"| `{seed.name}` | `{seed.code}` | {mark(found_by_us(seed, findings))} | {mark(found_by_linkchecker(seed, rows))} |"
        for seed in bad
    ]
    us, them = (sum(line.split("|")[column].strip() == "✓" for line in lines) for column in (3, 4))
    loud = Counter(each.page.split("/")[0] for each in findings)
    theirs = [
        seed
        for seed in good
        if found_by_linkchecker(seed, [row for row in rows if "127.0.0.1" in row["url"]])
    ]
    alarms = sum(loud[seed.name] > 0 for seed in good)
    return (
        f"{HEAD}\n| | `site-checker` | linkchecker |\n|---|---|---|\n| Faults found, of {len(bad)} | {us} | {them} |\n"
        f"| False alarms, on {len(good)} right oddities | {alarms} | {len(theirs)} |\n\n"
        "Oddities that leave the test site are not counted for linkchecker: their hosts don't exist.\n\n"
        "| Fault | What `site-checker` calls it | `site-checker` | linkchecker |\n|---|---|---|---|\n"
        + "\n".join(lines)
        + "\n"
    )


def mark(found: bool) -> str:
    return "✓" if found else "–"


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")
