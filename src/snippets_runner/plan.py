"""Decide what runs: select snippets, skip what cannot run here, take from the cache what cannot have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from snippets_runner.cache import (
    digest_of,
    key_of,
    local_modules,
    looks_of,
    service_versions,
    support_folders,
)
from snippets_runner.config import Config
from snippets_runner.discover import Project
from snippets_runner.endings import places
from snippets_runner.errors import ConfigurationError, did_you_mean
from snippets_runner.finding import SnippetId
from snippets_runner.ledger import Ledger
from snippets_runner.model import Job, Outcome, ServiceName, Snippet, Status
from snippets_runner.obstacles import impossible, skip_note, why_skipped
from snippets_runner.services.pool import SERVICES, ServicePool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is going to run, and what is settled without running."""

    jobs: tuple[Job, ...]
    """Longest first, as the ledger remembers, so that the last ones to end are short."""
    settled: tuple[Outcome, ...]
    """Skipped, impossible, or passed before with nothing changed since."""
    services: tuple[ServiceName, ...]
    """What the jobs need."""


def select(project: Project, words: Iterable[str]) -> list[Snippet]:
    """Return the snippets that the words name: ids, or paths at or above them; for a page, those it shows.

    Without words, all.

    Raises:
        ConfigurationError: a word names neither a snippet, nor a page, nor a folder that holds any.
    """
    wanted = list(words)
    if not wanted:
        return list(project.snippets.values())
    chosen: set[SnippetId] = set()
    for word in wanted:
        here = {SnippetId(word)} & project.snippets.keys() or _below(project, Path(word).resolve())
        if not here and not _is_page(project, Path(word).resolve()):
            known = [*project.snippets, *(page.source.path.as_posix() for page in project.pages)]
            hint = did_you_mean(word, [str(each) for each in known])
            raise ConfigurationError(f"{word} is neither a snippet nor a page", hint=hint)
        chosen |= here
    return [snippet for name, snippet in project.snippets.items() if name in chosen]


def _below(project: Project, top: Path) -> set[SnippetId]:
    """Return the snippets whose file, or a page that shows it, is at or below a path."""
    root = project.config.root
    return {
        snippet.id
        for snippet in project.snippets.values()
        if any(
            file.resolve().is_relative_to(top)
            for file in (snippet.file, *(root / include.span.path for include in snippet.shown))
        )
    }


def _is_page(project: Project, top: Path) -> bool:
    root = project.config.root
    return any((root / page.source.path).resolve().is_relative_to(top) for page in project.pages)


def plan(
    snippets: Iterable[Snippet], *, config: Config, ledger: Ledger, pool: ServicePool, use_cache: bool
) -> Plan:
    """Make a job of every snippet that has to run, and an outcome of every one that has not."""
    chosen = list(snippets)
    needed = {name for each in chosen for name in each.metadata.services if name in SERVICES}
    versions = service_versions(pool, needed)
    support = support_folders(config)
    jobs: list[Job] = []
    settled: list[Outcome] = []
    for snippet in chosen:
        refused = (*snippet.problems, *impossible(snippet, pool))
        findings = tuple(replace(each, also=each.also or places(snippet, None)) for each in refused)
        known = {name: versions.get(name, "missing") for name in snippet.metadata.services}
        job = job_of(snippet, config=config, services=known, support=support)
        reason = why_skipped(snippet, pool)
        entry = ledger.passed(snippet.id, job.digest)
        if findings:
            settled.append(Outcome(job=job, status=Status.FAILED, findings=findings))
        elif reason:
            settled.append(
                Outcome(job=job, status=Status.SKIPPED, findings=(skip_note(snippet, reason),), reason=reason)
            )
        elif use_cache and entry is not None and entry.key == job.key:
            settled.append(Outcome(job=job, status=Status.PASSED, findings=(), cached=True))
        else:
            jobs.append(job)
    jobs.sort(key=lambda job: -_expected(job, ledger))
    services = sorted({name for job in jobs for name in job.snippet.metadata.services})
    return Plan(jobs=tuple(jobs), settled=tuple(settled), services=tuple(services))


def job_of(
    snippet: Snippet,
    *,
    config: Config,
    services: Mapping[ServiceName, str],
    support: Sequence[Path] | None = None,
) -> Job:
    """Return a snippet with its limits and its key; see ``cache.key_of``."""
    support = support_folders(config) if support is None else support
    local = local_modules(snippet, support)
    looks, digest = looks_of(snippet, local), digest_of(snippet)  # in this order: what comes later is noticed
    return Job(
        snippet=snippet,
        digest=digest,
        key=key_of(snippet, digest, config=config, services=services, local=local),
        looks=looks,
        timeout=snippet.metadata.timeout or config.timeout,
        memory=snippet.metadata.memory or config.memory,
        processes=config.processes,
        output_limit=config.output_limit,
    )


def _expected(job: Job, ledger: Ledger) -> float:
    entry = ledger.entries.get(job.snippet.id)
    return entry.milliseconds if entry else 1000 * len(job.snippet.metadata.services) + 100
