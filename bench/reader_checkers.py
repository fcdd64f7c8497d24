"""Let Lighthouse and the Nu HTML checker look at the site. Both come from npm, pinned, into a folder outside the repository."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

Row = tuple[str, str, str, bool | None]
TOOLS = Path(os.environ.get("READER_TOOLS", Path(tempfile.gettempdir()) / "reader-tools"))
PINNED = ("lighthouse@12.8.2", "vnu-jar@26.9.27")
"""Lighthouse 13 needs Node.js 22."""
PAGES = {
    "home": "",
    "module": "curriculum/m12-caching/",
    "note": "ressurser/slipbox/microservices/",
    "all notes": "graph/",
}
OTHERS = (
    "404.html",
    "curriculum/m05-auth-security/",
    "curriculum/learning-path/",
    "curriculum/practice/",
    "advanced/a06-distributed-systems-cap/",
    "be03/tema/be03-circuit-breaker/",
    "tags/",
    "recent/",
    "project/reference/api-slipbox/",
    "project/reference/slipbox-cases/",
)
"""Kinds of pages that are looked at once, for what doesn't hang on the machine: all but performance."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"
LEAST = {"desktop": (100, 100, 100, 100), "mobile": (98, 100, 100, 100)}
RUNS = int(os.environ.get("READER_RUNS", "3"))


def install() -> Path:
    """Return the folder with the tools, installed if it is not."""
    if not (TOOLS / "node_modules/.bin/lighthouse").exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        (TOOLS / "package.json").write_text("{}")
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", *PINNED], cwd=TOOLS, check=True)
    return TOOLS / "node_modules"


def lighthouse(_: Path, url: str) -> list[Row]:
    """Return the scores of each kind of page by both profiles: of three runs the one with the median performance."""
    rows: list[Row] = []
    for profile, least in LEAST.items():
        for kind, address in PAGES.items():
            runs = sorted(_scores(url + address, profile) for _ in range(RUNS))
            scores = runs[RUNS // 2]
            rows.append(
                (
                    f"{kind}, {profile}: performance, accessibility, best practices, search engines",
                    " / ".join(map(str, least)),
                    " / ".join(map(str, scores)),
                    all(score >= wanted for score, wanted in zip(scores, least, strict=True)),
                )
            )
            print(profile, kind, runs)
        worst = [
            min(scores)
            for scores in zip(*(_scores(url + each, profile, CATEGORIES[1:]) for each in OTHERS), strict=True)
        ]
        rows.append(
            (
                f"{len(OTHERS)} other kinds, {profile}, the worst of them: accessibility, best practices, search engines",
                "100 / 100 / 100",
                " / ".join(map(str, worst)),
                min(worst) == 100,
            )
        )
    return rows


def _scores(address: str, profile: str, categories: tuple[str, ...] = CATEGORIES) -> tuple[int, ...]:
    from tools.browser import find_chromium

    command = [
        install() / ".bin/lighthouse",
        address,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(categories)}",
        f"--chrome-flags={FLAGS}",
        *(["--preset=desktop"] if profile == "desktop" else []),
    ]
    environment = os.environ | {"CHROME_PATH": find_chromium() or ""}
    with tempfile.TemporaryDirectory() as folder:
        file = (
            Path(folder) / "report.json"
        )  # what it writes to a pipe ends in the middle where a page is long
        command.append(f"--output-path={file}")
        try:
            subprocess.run(command, capture_output=True, check=True, env=environment, timeout=240)
        except subprocess.TimeoutExpired:
            return (0,) * len(categories)
        report = json.loads(file.read_text("utf-8"))
    for audit in report["audits"].values():
        if audit["score"] is not None and audit["score"] < 0.9 and audit["scoreDisplayMode"] == "binary":
            print("  ", profile, address, audit["id"])
    return tuple(round(100 * (report["categories"][name]["score"] or 0)) for name in categories)


def validate(site: Path, _: str) -> list[Row]:
    """Return how many errors the Nu checker finds on all pages of the site."""
    pages = sorted(
        each for each in site.rglob("*.html") if 'http-equiv="refresh"' not in each.read_text("utf-8")
    )
    jar = install() / "vnu-jar/build/dist/vnu.jar"
    command = ["java", "-jar", str(jar), "--errors-only", "--format", "json", "--stdout", *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True)
    told = json.loads(done.stdout)["messages"]
    kinds = Counter(each["message"] for each in told)
    for message, count in kinds.most_common(20):
        where = next(each for each in told if each["message"] == message)
        print(
            "  ",
            count,
            message,
            where.get("url", "").rpartition("/site/")[2],
            repr(where.get("extract", ""))[:150],
        )
    return [
        (
            f"errors that the Nu checker finds on {len(pages)} pages",
            "0",
            f"{len(told)} of {len(kinds)} kinds",
            not told,
        )
    ]
