"""Which pages will lie next? What became of each snippet on the newest of everything, and what may have broken it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from snippets_runner.finding import Finding, SnippetId
from snippets_runner.ledger import Ledger
from snippets_runner.model import Snippet, Status


class Verdict(Enum):
    """What became of one snippet in one environment."""

    HOLDS = "holds"
    BROKE = "broke"
    NOT_MADE = "not made"
    """There is no environment to run it in."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that is newer, or older, than when the snippet last passed."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        """Word it: ``between redis 5.2.1 and 8.0.0``."""
        return f"between {self.name} {self.before} and {self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One snippet in one environment."""

    snippet: Snippet
    python: str
    """The version; nothing for a snippet in another language, which runs on what the machine has."""
    verdict: Verdict
    packages: Mapping[str, str]
    """What was installed, by name."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of what ran it: Python or the program of its language, and the services."""
    findings: tuple[Finding, ...] = ()
    """What broke."""
    reason: str = ""
    """Why it did not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Everything that was tried."""

    pythons: tuple[str, ...]
    trials: tuple[Trial, ...]
    """By snippet, then by Python."""
    ledger: Ledger
    """What passed when, before."""

    def of(self, verdict: Verdict) -> list[Trial]:
        """Return the trials that ended so."""
        return [trial for trial in self.trials if trial.verdict is verdict]

    def changes(self, trial: Trial) -> list[Change]:
        """Return what may have broken a trial: what changed since the snippet passed, and never in one that held."""
        held = [
            {(each.name, each.after) for each in self._since_passed(other)}
            for other in self.of(Verdict.HOLDS)
            if other.snippet.id == trial.snippet.id
        ]
        innocent = set().union(*held)
        every = self._since_passed(trial)
        return [each for each in every if (each.name, each.after) not in innocent] or every

    def passed_before(self, snippet: SnippetId) -> str:
        """Return when the snippet last passed; nothing if the ledger does not know it as passed."""
        entry = self.ledger.entries.get(snippet)
        return entry.time if entry and entry.status is Status.PASSED else ""

    def _since_passed(self, trial: Trial) -> list[Change]:
        entry = self.ledger.entries.get(trial.snippet.id)
        if entry is None or entry.status is not Status.PASSED:
            return []
        before = {**entry.versions, **entry.dependencies}
        after = {**trial.versions, **declared(trial.snippet, trial.packages)}
        return [
            Change(name=name, before=before[name], after=version)
            for name, version in after.items()
            if before.get(name) and version and before[name] != version
        ]


def declared(snippet: Snippet, packages: Mapping[str, str]) -> dict[str, str]:
    """Return the installed version of each distribution that a snippet declares."""
    names = [
        canonicalize_name(Requirement(text).name)
        for text in snippet.metadata.dependencies
        if Requirement(text).name not in snippet.metadata.sources
    ]
    return {str(name): packages.get(name, "") for name in names}
