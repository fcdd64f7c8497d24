"""What a page offers to run is proven to print there what was recorded, and the proofs are about the files of today."""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from hooks.run_here import ROOT, key, offered, read_proofs
from tools import pyodide
from tools.proofs import candidates, prove

PROOFS = read_proofs()
PROVEN = [name for name, proof in PROOFS.items() if "why" not in proof]
OTHERS = [name for name, proof in PROOFS.items() if proof.get("why", "").startswith("prints something else")]
OFFERED = re.compile(r'data-snippet="([^"]+)" data-run-here="([^"]+)"')
ROW = re.compile(r'<ul class="snippet-actions" data-snippet="([^"]+)"')


def test_each_candidate_has_a_proof_of_its_files_as_they_are() -> None:
    current = {snippet.id: (files, key([ROOT / each for each in files])) for snippet, files in candidates()}

    assert {name: (proof["files"], proof["key"]) for name, proof in PROOFS.items()} == current, (
        "run make proofs"
    )
    assert len(PROVEN) > 10


@pytest.mark.skipif(not pyodide.is_here(), reason="there is no Python for browsers: make pyodide")
@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node to run it on")
@pytest.mark.parametrize("name", [*sorted(PROVEN)[-2:], *OTHERS[:1]])
def test_a_proof_holds_when_it_is_made_again(name: str) -> None:
    found = {snippet.id: (snippet, files) for snippet, files in candidates()}

    assert prove(*found[name]) == {key: value for key, value in PROOFS[name].items() if key == "why"}


@pytest.mark.skipif(not pyodide.is_here(), reason="there is no Python for browsers: make pyodide")
def test_a_page_offers_every_proven_snippet_and_no_other(public_site: Path) -> None:
    shown, marked = set[str](), set[tuple[str, str]]()
    for file in public_site.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        shown |= set(ROW.findall(text))
        marked |= set(OFFERED.findall(text))

    version = pyodide.PINS["version"]
    assert marked == {(name, version) for name in set(offered()) & shown}
    assert len(marked) > 10
    for name, _ in marked:
        for each in PROOFS[name]["files"]:
            assert (public_site / each).read_bytes() == (ROOT / each).read_bytes()
    for name, wanted in pyodide.PINS["sha256"].items():
        found = public_site / "assets/pyodide" / version / name
        assert sha256(found.read_bytes()).hexdigest() == wanted


def test_a_change_takes_the_offer_back(tmp_path: Path) -> None:
    source, recording, *beside = [ROOT / each for each in PROOFS[PROVEN[0]]["files"]]
    changed = tmp_path / source.name
    changed.write_bytes(source.read_bytes() + b"\n")

    assert key([source, recording, *beside]) == PROOFS[PROVEN[0]]["key"]
    assert key([changed, recording, *beside]) != PROOFS[PROVEN[0]]["key"]
    assert key([source, changed, *beside]) != PROOFS[PROVEN[0]]["key"]


def test_a_file_with_another_sum_is_not_taken(tmp_path: Path) -> None:
    for name in pyodide.PINS["sha256"]:
        (tmp_path / name).write_text("something else", encoding="utf-8")

    with pytest.raises(ValueError, match="is not the file that browser/pyodide.toml names"):
        pyodide.take(tmp_path)
