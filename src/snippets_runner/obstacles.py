"""What keeps a snippet from running: what it asks for is nowhere, or not on this machine."""

from __future__ import annotations

import platform
from collections.abc import Iterator

from snippets_runner.cache import input_files, installed
from snippets_runner.errors import did_you_mean
from snippets_runner.finding import Code, Finding, Severity
from snippets_runner.languages.programs import BY_LANGUAGE
from snippets_runner.languages.running import is_here
from snippets_runner.metadata import SYSTEMS
from snippets_runner.model import Snippet
from snippets_runner.services.pool import SERVICES, ServicePool
from snippets_runner.services.service import Missing


def impossible(snippet: Snippet, pool: ServicePool) -> Iterator[Finding]:
    """Yield what is wrong with what a snippet asks for, so that it can run nowhere."""
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
    if (other := BY_LANGUAGE.get(snippet.language)) and not other.services and not is_here(other):
        return f"{other.title} can't be had here: there is no `{other.command[0]}` where snippets look for programs"
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


def skip_note(snippet: Snippet, reason: str) -> Finding:
    """Return the note about a snippet that is not run here."""
    return Finding(
        code=Code.SKIPPED,
        where=snippet.place(_why(snippet, reason)),
        message=reason,
        hint="what is skipped is not verified, and its page says so",
        severity=Severity.NOTE,
        snippet=snippet.id,
    )
