"""What the checklist finds when a part of a page is taken away; each case harms a copy of a real page in one place."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tools.checklist import check_page, headings, table
from tools.specification import State, Wanted, read_specification

MODULE = "m12-caching"
NOTE = "Sagas"


def harmed(name: str, folder: Path, pattern: str, replacement: str) -> list[str]:
    """Copy a page, change what the pattern finds, and return what the checklist says without the file's name."""
    wanted = page(name, folder)
    text = wanted.path.read_text(encoding="utf-8")
    changed, count = re.subn(pattern, replacement, text, flags=re.M | re.S)
    assert count, f"nothing to harm: {pattern}"
    wanted.path.write_text(changed, encoding="utf-8")
    findings = check_page(wanted, frozenset(), {}).findings
    return [re.sub(r"^.*?\.md:\d+:1: ", "", each) for each in findings]


def page(name: str, folder: Path) -> Wanted:
    [real] = [each for each in read_specification() if each.name == name]
    [copy] = [each for each in read_specification(docs=folder) if each.name == name]
    copy.path.parent.mkdir(parents=True)
    shutil.copy(real.path, copy.path)
    return copy


@pytest.mark.parametrize(
    ("name", "pattern", "replacement", "finding"),
    [
        (
            MODULE,
            r"^## Eviction policies$",
            "### Eviction policies",
            "the heading “Eviction policies” is missing",
        ),
        (
            MODULE,
            r"^## Gotchas\n(.*?)(?=^## Interview lens)(.*?)(?=^## Beyond)",
            r"\2## Gotchas\n\1",
            "the headings are not in the order",
        ),
        (
            MODULE,
            r"^## Beyond$",
            "## Something else\n\n## Beyond",
            "the heading “Something else” is not among",
        ),
        (
            MODULE,
            r"^\| Leaderboard .*?\n",
            "",
            "in the table of “Use-case recipes”, a row for “leaderboard” is missing",
        ),
        (MODULE, r"^9\. .*?(?=^## Interview lens)", "", "there are 8 gotchas, and the specification has 9"),
        (MODULE, r"A good answer covers\"", 'Covers"', "the list in “A good answer covers” of"),
        (MODULE, r"^\?\?\? note \"A good answer covers\"\n", "", "the list in “A good answer covers” of"),
        (MODULE, r"C-093", "C-000", "the correction C-093 is missing"),
        (
            MODULE,
            r"^  - m12_caching/.*?\nsources_checked: \S+\n",
            "",
            "the property sources_checked is missing",
        ),
        (NOTE, r"^## Motargument$", "## Innvending", "the heading “Motargument” is missing"),
        (
            NOTE,
            r"^- \[\[b49-durable-execution\]\].*?$",
            "",
            "the link to [[b49-durable-execution]] is missing",
        ),
        (
            NOTE,
            r"ms_saga/koreografert",
            "ms_saga/annen",
            "the snippet ms_saga/koreografert_saga.py is missing",
        ),
        (NOTE, r"^## Hvorfor$", "## Hvorfor\n\n" + "ord " * 100, "the text has 532 words"),
    ],
)
def test_a_part_that_is_taken_away_is_found(
    name: str, pattern: str, replacement: str, finding: str, tmp_path: Path
) -> None:
    findings = harmed(name, tmp_path, pattern, replacement)

    assert [each for each in findings if each.startswith(finding)], findings


def test_a_page_that_is_lost_is_found_and_one_that_is_planned_is_not(tmp_path: Path) -> None:
    wanted = page(MODULE, tmp_path)
    wanted.path.unlink()

    lost, planned = check_page(wanted, frozenset(), {}), check_page(wanted, frozenset({MODULE}), {})

    assert lost.state is State.MISSING and "the page is gone" in lost.findings[0]
    assert planned.state is State.PLANNED and planned.findings == []
    assert table([lost, planned]).split() == ["✗", MODULE, "missing", "–", MODULE, "planned"]


def test_a_key_after_a_tilde_may_stand_anywhere_below_its_heading(tmp_path: Path) -> None:
    wanted = page(MODULE, tmp_path)
    key = "a word that is on no page"
    wanted.path.write_text(
        wanted.path.read_text(encoding="utf-8").replace(
            "## Strategies\n", f"## Strategies\n\nHere, {key}.\n"
        ),
        encoding="utf-8",
    )

    below, elsewhere = (
        check_page(replace(wanted, tables={title: (f"~{key}",)}), frozenset(), {}).findings
        for title in ("Strategies", "Patterns")
    )

    assert below == []
    assert [each.partition(":1: ")[2] for each in elsewhere] == [
        f"in the table of “Patterns”, a row for “{key}” is missing"
    ]


def test_a_module_may_go_on_in_a_further_part(tmp_path: Path) -> None:
    wanted = page(MODULE, tmp_path)
    text = wanted.path.read_text(encoding="utf-8")
    first, rest = text.split("## Invalidation patterns\n")
    further, end = rest.split("## Links\n")
    wanted.path.write_text(f"{first}## Links\n{end}", encoding="utf-8")
    (wanted.path.parent / "m12b-invalidation.md").write_text(
        f"---\ntitle: B\n---\n\n## Invalidation patterns\n{further}## Links\n", encoding="utf-8"
    )

    checked = check_page(wanted, frozenset(), {})

    assert checked.findings == []
    assert headings([checked]).count("✓") == len(wanted.own_headings)
