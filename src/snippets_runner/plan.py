"""Decide what runs: select snippets, skip what cannot run here, take from the cache what cannot have changed."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from snippets_runner.cache import digest_of, installed, key_of, service_versions
from snippets_runner.config import Config
from snippets_runner.discover import Project
from snippets_runner.errors import ConfigurationError, did_you_mean
from snippets_runner.finding import Code, Finding, Severity
from snippets_runner.ledger import Ledger
from snippets_runner.model import Job, Outcome, ServiceName, Snippet, Status
from snippets_runner.services.pool import SERVICES, ServicePool
from snippets_runner.services.service import Missing
from snippets_runner.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is going to run, and what is settled without running."""

    jobs: tuple[Job, ...]
    """Longest first, as the ledger remembers, so that the last ones to end are short."""
    settled: tuple[Outcome, ...]
    """Skipped, impossible, or passed before with nothing changed since."""
    services: tuple[ServiceName, ...]
    """What the jobs need."""


def select(project: Project, paths: Iterable[Path]) -> list[Snippet]:
    """Return the snippets at or below the paths; for a page, those it shows. Without paths, all.

    Raises:
        ConfigurationError: a path is neither a snippet, nor a page, nor a folder that holds any.
    """
    wanted = [path.resolve() for path in paths]
    if not wanted:
        return list(project.snippets.values())
    root = project.config.root
    chosen: dict[str, Snippet] = {}
    for path in wanted:
        here = [
            snippet
            for snippet in project.snippets.values()
            if snippet.file.resolve().is_relative_to(path)
            or any((root / each.span.path).resolve().is_relative_to(path) for each in snippet.shown)
        ]
        if not here and not any(
            (root / page.source.path).resolve().is_relative_to(path) for page in project.pages
        ):
            name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
            known = [*project.snippets, *(page.source.path.as_posix() for page in project.pages)]
            raise ConfigurationError(
                f"{name} is neither a snippet nor a page",
                hint=did_you_mean(name, [str(each) for each in known]),
            )
        chosen |= {snippet.id: snippet for snippet in here}
    return [snippet for name, snippet in project.snippets.items() if name in chosen]


def plan(
    snippets: Iterable[Snippet], *, config: Config, ledger: Ledger, pool: ServicePool, use_cache: bool
) -> Plan:
    """Make a job of every snippet that has to run, and an outcome of every one that has not."""
    chosen = list(snippets)
    versions = service_versions(
        pool, (each for each in chosen if all(name in SERVICES for name in each.metadata.services))
    )
    jobs: list[Job] = []
    settled: list[Outcome] = []
    for snippet in chosen:
        findings = tuple(_impossible(snippet, pool))
        known = {name: versions.get(name, "missing") for name in snippet.metadata.services}
        job = _job(snippet, config=config, services=known)
        reason = _skipped(snippet, known, pool)
        entry = ledger.passed(snippet.id, job.digest)
        if findings:
            settled.append(Outcome(job=job, status=Status.FAILED, findings=findings))
        elif reason:
            settled.append(
                Outcome(
                    job=job, status=Status.SKIPPED, findings=(_skip_note(snippet, reason),), reason=reason
                )
            )
        elif use_cache and entry is not None and entry.key == job.key:
            settled.append(Outcome(job=job, status=Status.PASSED, findings=(), cached=True))
        else:
            jobs.append(job)
    jobs.sort(key=lambda job: -_expected(job, ledger))
    needed = sorted({name for job in jobs for name in job.snippet.metadata.services})
    return Plan(jobs=tuple(jobs), settled=tuple(settled), services=tuple(needed))


def _job(snippet: Snippet, *, config: Config, services: Mapping[ServiceName, str]) -> Job:
    digest = digest_of(snippet)
    return Job(
        snippet=snippet,
        digest=digest,
        key=key_of(snippet, digest, config=config, services=services),
        timeout=snippet.metadata.timeout or config.timeout,
        memory=snippet.metadata.memory or config.memory,
        output_limit=config.output_limit,
    )


def _expected(job: Job, ledger: Ledger) -> float:
    entry = ledger.entries.get(job.snippet.id)
    return entry.milliseconds if entry else 1000 * len(job.snippet.metadata.services) + 100


def block_span(snippet: Snippet, word: str) -> Span:
    """Return where a word stands in the snippet's script block; the file's start if it is not there."""
    at = snippet.source.text.find(word)
    start = max(at, 0)
    return Span(source=snippet.source, start=start, end=start + (len(word) if at >= 0 else 0))


def _impossible(snippet: Snippet, pool: ServicePool) -> Iterator[Finding]:
    for name in snippet.metadata.services:
        if name not in SERVICES:
            yield _finding(
                snippet,
                Code.MISSING_SERVICE,
                name,
                f"there is no service `{name}`",
                did_you_mean(name, SERVICES),
            )
        elif (how := snippet.metadata.isolation.get(name)) and how not in pool.service(name).isolations:
            hint = did_you_mean(how, pool.service(name).isolations)
            yield _finding(
                snippet, Code.BAD_METADATA, "isolation", f"service `{name}` has no isolation `{how}`", hint
            )
    for name in snippet.metadata.isolation:
        if name not in snippet.metadata.services:
            yield _finding(
                snippet,
                Code.BAD_METADATA,
                "isolation",
                f"isolation is given for `{name}`, which is not among the services",
                f"add `{name}` to `services`",
            )
    versions = dict(installed(snippet))
    for text in snippet.metadata.dependencies:
        requirement = Requirement(text)
        version = next(
            (
                each
                for name, each in versions.items()
                if name.replace("-", "_") == requirement.name.lower().replace("-", "_").replace(".", "_")
            ),
            None,
        )
        if version == "":
            yield _finding(
                snippet,
                Code.MISSING_DEPENDENCY,
                requirement.name,
                f"{requirement.name} is not installed",
                f"pip install '{text}'",
            )
        elif version and not requirement.specifier.contains(version, prereleases=True):
            yield _finding(
                snippet,
                Code.MISSING_DEPENDENCY,
                requirement.name,
                f"{text} is declared and {version} is installed",
                f"pip install '{text}'",
            )


def _finding(snippet: Snippet, code: Code, word: str, message: str, hint: str) -> Finding:
    return Finding(code=code, where=block_span(snippet, word), message=message, hint=hint, snippet=snippet.id)


def _skipped(snippet: Snippet, services: Mapping[ServiceName, str], pool: ServicePool) -> str:
    """Return why the snippet does not run here, or nothing."""
    if snippet.metadata.skip:
        return snippet.metadata.skip
    python = platform.python_version()
    if snippet.metadata.requires_python and not SpecifierSet(snippet.metadata.requires_python).contains(
        python, prereleases=True
    ):
        return f"it needs Python {snippet.metadata.requires_python}, and this is {python}"
    for name, found in pool.locate([name for name in services if name in SERVICES]).items():
        if isinstance(found, Missing):
            return f"{pool.service(name).title} can't be had here: {found.reason} ({found.hint})"
    return ""


def _skip_note(snippet: Snippet, reason: str) -> Finding:
    return Finding(
        code=Code.MISSING_SERVICE,
        where=block_span(snippet, "services"),
        message=f"skipped: {reason}",
        hint="what is skipped is not verified, and its page says so",
        severity=Severity.NOTE,
        snippet=snippet.id,
    )
