"""Decide what runs: select snippets, skip what cannot run here, take from the cache what cannot have changed."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from snippets_runner.cache import (
    digest_of,
    input_files,
    installed,
    key_of,
    service_versions,
    support_folders,
)
from snippets_runner.config import Config
from snippets_runner.discover import Project
from snippets_runner.errors import ConfigurationError, did_you_mean
from snippets_runner.finding import Code, Finding, Severity, SnippetId
from snippets_runner.ledger import Ledger
from snippets_runner.metadata import SYSTEMS
from snippets_runner.model import Job, Outcome, ServiceName, Snippet, Status
from snippets_runner.services.pool import SERVICES, ServicePool
from snippets_runner.services.service import Missing


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
        findings = (*snippet.problems, *_impossible(snippet, pool))
        known = {name: versions.get(name, "missing") for name in snippet.metadata.services}
        job = job_of(snippet, config=config, services=known, support=support)
        reason = why_skipped(snippet, pool)
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
    digest = digest_of(snippet)
    return Job(
        snippet=snippet,
        digest=digest,
        key=key_of(snippet, digest, config=config, services=services, support=support),
        timeout=snippet.metadata.timeout or config.timeout,
        memory=snippet.metadata.memory or config.memory,
        processes=config.processes,
        output_limit=config.output_limit,
    )


def _expected(job: Job, ledger: Ledger) -> float:
    entry = ledger.entries.get(job.snippet.id)
    return entry.milliseconds if entry else 1000 * len(job.snippet.metadata.services) + 100


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
    for pattern in snippet.metadata.inputs:
        if not input_files(snippet, [pattern]):
            yield _finding(
                snippet,
                Code.BAD_METADATA,
                "inputs",
                f"no file is `{pattern}`, which is among the inputs",
                "it is relative to the snippet's folder",
            )
    if snippet.metadata.dependencies:
        yield from _unmet(snippet)


def _unmet(snippet: Snippet) -> Iterator[Finding]:
    """Yield what of a snippet's declared packages is not installed, or in another version."""
    from packaging.requirements import Requirement

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
    return Finding(code=code, where=snippet.place(word), message=message, hint=hint, snippet=snippet.id)


def why_skipped(snippet: Snippet, pool: ServicePool, *, python: str = platform.python_version()) -> str:
    """Return why the snippet does not run on this machine and that version of Python, or nothing."""
    if snippet.metadata.skip:
        return snippet.metadata.skip
    if snippet.metadata.systems and platform.system() not in map(SYSTEMS.get, snippet.metadata.systems):
        return f"it runs on {', '.join(snippet.metadata.systems)}, and this is {platform.system()}"
    for wanted in filter(None, (snippet.metadata.requires_python, snippet.metadata.python)):
        if not _fits(python, wanted):
            return f"it needs Python {wanted}, and this is {python}"
    services = [name for name in snippet.metadata.services if name in SERVICES]
    for name, found in pool.locate(services).items():
        if isinstance(found, Missing):
            return f"{pool.service(name).title} can't be had here: {found.reason} ({found.hint})"
    return ""


def _fits(version: str, specifier: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(specifier).contains(version, prereleases=True)


def _why(snippet: Snippet, reason: str) -> str:
    """Return the word of the script block that the reason comes from."""
    if reason == snippet.metadata.skip:
        return "skip ="
    if reason.startswith("it runs on"):
        return "os ="
    if reason.startswith("it needs Python"):
        return "# python" if f"Python {snippet.metadata.python}," in reason else "requires-python"
    return "services"


def _skip_note(snippet: Snippet, reason: str) -> Finding:
    return Finding(
        code=Code.SKIPPED,
        where=snippet.place(_why(snippet, reason)),
        message=reason,
        hint="what is skipped is not verified, and its page says so",
        severity=Severity.NOTE,
        snippet=snippet.id,
    )
