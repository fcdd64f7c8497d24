"""The check of a built site finds every seeded fault, at its place, and nothing that is right."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import compare_links
import pytest
import unseen
from answers import answering
from seeded import Seed, write

from site_checker.external import Patience, dead, read_allowed, why_dead
from site_checker.model import Code, Finding
from site_checker.origin import Sources
from site_checker.pipeline import Wishes, check_site

Seeded = tuple[list[Seed], list[Seed], list[Finding]]
COMMAND = Path(sys.executable).with_name("site-checker")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    folder = tmp_path_factory.mktemp("seeded")
    with answering() as (server, secure):
        bad, good = write(folder, server, secure)
        return bad, good, compare_links.ours(folder)


def test_every_seeded_fault_is_found_and_called_by_its_name(seeded: Seeded) -> None:
    bad, _, findings = seeded

    assert len(bad) >= 98
    assert {seed.code for seed in bad} == {code.value for code in Code}
    assert [seed.name for seed in bad if not compare_links.found_by_us(seed, findings)] == []


def test_nothing_that_is_right_is_reported(seeded: Seeded) -> None:
    bad, good, findings = seeded
    names = {seed.name for seed in bad}
    meant = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))

    assert len(good) > 80
    assert [str(each) for each in findings if not meant.search(f"{each.page} {each.message}")] == []


def test_a_fault_is_told_at_its_place_in_the_source(seeded: Seeded) -> None:
    bad, _, findings = seeded
    by_page = {each.page.split("/")[0]: each for each in findings}
    told = {seed.name: by_page[seed.name] for seed in bad if "href=" in seed.body and seed.name in by_page}

    assert len(told) > 60
    for name, each in told.items():
        assert each.path.endswith(f"docs/{name}.md"), each
        assert each.line == 5, each


def test_the_table_shows_what_is_found(seeded: Seeded) -> None:
    bad, _, findings = seeded
    rows = re.findall(
        r"^\| `([^`]+)` \| `([^`]+)` \| ([✓–]) \| [✓–] \|$", compare_links.PAGE.read_text("utf-8"), re.M
    )

    assert rows == [
        (
            seed.name,
            seed.code,
            compare_links.mark(compare_links.found_by_us(seed, findings)),
        )
        for seed in bad
    ]


def test_the_command_tells_and_ends_as_its_help_says(tmp_path: Path) -> None:
    write(tmp_path)
    done = subprocess.run(
        [COMMAND, "site", "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 1
    found = {(each["path"], each["line"], each["column"], each["code"]) for each in json.loads(done.stdout)}
    assert ("docs/missing-page.md", 5, 9, "missing-file") in found

    whole = tmp_path / "whole"
    whole.mkdir()
    (whole / "index.html").write_text("<title>x</title><a href='.'>home</a>")
    for arguments, status, said in (
        (["whole"], 0, "All 1 links of 1 pages hold."),
        (["nowhere"], 3, "no such folder"),
        (["docs"], 3, "there is no page in it"),
        (["whole", "--ignore", "nonsense"], 2, "nonsense"),
    ):
        done = subprocess.run([COMMAND, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == status
        assert said in done.stdout + done.stderr


def test_what_many_pages_share_is_told_once(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.html").write_text(
            '<title>x</title><img src="theme.png" alt="x"><a href="index.html">home</a>'
        )
    (tmp_path / "index.html").write_text(
        "<title>x</title>" + "".join(f'<a href="{n}.html">x</a>' for n in range(30))
    )
    told = check_site(tmp_path, Wishes(), lambda _: Sources(files={})).findings

    assert [each.message for each in told] == [
        'img src "theme.png" leads to theme.png, which is not there (and on 29 more pages: it comes from the theme or a plugin)'
    ]


def test_other_sites_are_asked_with_patience_an_allow_list_and_a_memory(tmp_path: Path) -> None:
    memory, allow = tmp_path / "cache/links.json", tmp_path / "allow.txt"
    allow.write_text("# may be dead\nhttp://127.1:*/410  # it went in 2024\n")
    patience = Patience(timeout=5, retries=1, pause=0.01)
    with answering() as (server, _):
        asked = [f"{server}{name}" for name in ("404", "410", "once", "no-head", "moved", "fine#part")]
        first = dead(asked, patience, allowed=read_allowed(allow), memory=memory)
    again = dead(asked[2:], patience, allowed={}, memory=memory)  # nobody answers any more

    assert first == {f"{server}404": "404 Not Found"}
    assert again == {}
    assert why_dead(f"{server}fine", Patience(timeout=5, retries=0))
    memory.write_text("{ not JSON")
    assert set(dead([f"{server}fine"], Patience(timeout=5, retries=0), allowed={}, memory=memory)) == {
        f"{server}fine"
    }
    allow.write_text("http://x/\n")
    done = subprocess.run(
        [COMMAND, tmp_path, "--external", "--allow", allow], capture_output=True, text=True, timeout=60
    )
    assert done.returncode in (2, 3)


def test_the_faults_that_were_written_by_somebody_else_are_found_and_their_right_twins_are_not() -> None:
    findings = unseen.check()
    missed = [
        fault.name for fault in unseen.FAULTS if not any(unseen.meant(each, fault) for each in findings)
    ]

    assert len(unseen.FAULTS) >= 20
    assert missed == []
    assert {fault.name for fault in unseen.FAULTS} >= unseen.MISSED_AT_FIRST | unseen.MISNAMED_AT_FIRST
    assert [
        str(each) for each in findings if not any(unseen.meant(each, fault) for fault in unseen.FAULTS)
    ] == []


def test_the_command_of_the_night_tells_of_dead_links_to_other_sites_at_their_place(tmp_path: Path) -> None:
    """As `make nightly` runs it, against servers that answer with every fault; what was there isn't asked for again."""
    allow, memory = tmp_path / "allow.txt", tmp_path / "cache/external.json"
    with answering() as (server, secure):
        names = ("404", "410", "500", "hangs", "closes", "fine", "moved", "no-head", "once", "redirect-loop")
        addresses = [*(f"{server}{name}" for name in names), f"{secure}fine"]
        source = "# Home\n\n" + "\n\n".join(f"[words]({address})" for address in addresses) + "\n"
        links = "".join(f'<p><a href="{address}">words</a></p>' for address in addresses)
        for name, text in {"docs/index.md": source, "site/index.html": f"<title>x</title>{links}"}.items():
            (tmp_path / name).parent.mkdir()
            (tmp_path / name).write_text(text, "utf-8")
        allow.write_text(f"{server}410  # went in 2024\n")
        command = [COMMAND, "site", "--docs", "docs", "--external", "--allow", allow, "--memory", memory, "--timeout", "2", "--json"]  # fmt: skip
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)

    told = {each["message"].partition(": ")[0].removeprefix(server): each for each in json.loads(done.stdout)}
    assert done.returncode == 1, done.stderr
    assert set(told) == {"404", "500", "hangs", "closes", "redirect-loop", f"{secure}fine"}
    assert {each["code"] for each in told.values()} == {"dead-external"}
    assert (told["404"]["path"], told["404"]["line"]) == ("docs/index.md", 3)
    assert "no answer in time" in told["hangs"]["message"]
    assert "certificate" in told[f"{secure}fine"]["message"]
    assert set(json.loads(memory.read_text())) == {f"{server}{name}" for name in ("fine", "moved", "no-head", "once")}  # fmt: skip
