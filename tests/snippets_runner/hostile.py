"""What a hostile snippet is, and what must hold after one, whatever it did.

Every case runs a hostile snippet and, after it in the same worker, an ordinary one. The guards contain accidents, not
attacks: each case is something that a program may do by mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from sample import Sample

ORDINARY = 'print("all is well")\n'

VANISHED = "early-exit: exited with status {} before it reached its end (os._exit, or an exec)"
KILLED = "early-exit: killed by signal {} before it reached its end"
ONE_LEFT = "escaped-process: left 1 process running, which was ended"
MORE_LEFT = "escaped-process: left {} processes running, which were ended"
SLOW: dict[str, object] = {"timeout": 0.6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One way to misbehave."""

    name: str
    code: str
    says: tuple[str, ...] = ()
    """``code: message`` of each finding, in order; with none, the snippet passes."""
    settings: dict[str, object] = field(default_factory=dict)
    out: str | None = None
    """The recording, where its output counts."""
    details: str = ""
    """What the details must hold."""


def run(hostile: Hostile, sample: Sample) -> None:
    """Run it and an ordinary one: the run goes on, says what happened, and leaves nothing behind."""
    sample.settings(**{"jobs": 1, "timeout": 20, **hostile.settings})
    sample.snippet("a_hostile", hostile.code, out=hostile.out)
    sample.snippet("b_ordinary", ORDINARY, out="all is well\n")
    before = sample.files()

    done = sample.run("check")

    entries = sample.ledger()["snippets"]
    assert entries["snippets/b_ordinary.py"]["status"] == "passed"
    said = re.findall(r"^snippets/a_hostile\.py:\d+:\d+: (.*)$", done.out, re.MULTILINE)
    assert (
        tuple(line.replace(str(sample.root / "snippets"), "<snippets>") for line in said) == hostile.says
    ), done.out
    assert (done.status, entries["snippets/a_hostile.py"]["status"]) == (
        (1, "failed") if hostile.says else (0, "passed")
    )
    assert hostile.details in done.out
    assert sample.left_behind() == []
    assert sample.files() == before
    assert not Path("/dev/shm/left-by-a-snippet").exists()
