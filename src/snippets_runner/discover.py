"""Read every page and every snippet of a project, and tie them together."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from snippets_runner.blocks import contradictions, expanded
from snippets_runner.config import Config
from snippets_runner.files import PAGES, SUFFIXES, find_files, unread
from snippets_runner.finding import Code, Finding, SnippetId
from snippets_runner.highlight import marked_lines
from snippets_runner.includes import IncludeReader, doubtful, included_pages
from snippets_runner.inline import read_inline
from snippets_runner.languages import programs
from snippets_runner.languages.level import Level
from snippets_runner.languages.table import check_fences
from snippets_runner.markdown import read_page, read_source
from snippets_runner.metadata import read_metadata
from snippets_runner.model import Snippet
from snippets_runner.options import read_options
from snippets_runner.page import Fence, Include, Page
from snippets_runner.sections import read_sections
from snippets_runner.source import Source, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything that was read, and what is wrong with it before anything runs."""

    config: Config
    pages: tuple[Page, ...]
    snippets: Mapping[SnippetId, Snippet]
    findings: tuple[Finding, ...]
    levels: Mapping[Level, int]
    """How many blocks of the pages are run, validated and shown."""
    runs: tuple[frozenset[SnippetId], ...] = ()
    """For each block that runs, the snippets that it shows."""
    included: frozenset[Path] = frozenset()
    """The files that pages include, and those that would be meant if they were there."""


def discover(config: Config) -> Project:
    """Read the project.

    Raises:
        ConfigurationError: the folder of snippets or of pages does not exist.
    """
    findings = [*unread(config)]
    pages: list[Page] = []
    for file in find_files(config, config.docs, PAGES):
        source = _read(file, config, findings)
        if source is not None:
            page, wrong = read_page(source)
            pages.append(page)
            findings += wrong
    files = IncludeReader(config)
    more, faults = included_pages(pages, files)
    pages, findings = [*pages, *more], [*findings, *faults]
    shown = _resolve_includes(pages, files, findings)
    levels = dict.fromkeys(Level, 0)
    fences = [expanded(fence, files) for page in pages for fence in page.fences]
    for verdict in check_fences(fences, config):
        levels[verdict.level] += 1
        findings += verdict.findings
    findings += [
        finding for page in pages for fence in page.fences for finding in read_options(fence, config)
    ]
    findings += [
        finding for page in pages for fence in page.fences for finding in contradictions(fence, config, files)
    ]
    marked = (marked_lines(fence, files.get) for page in pages for fence in page.fences)
    findings += [each for each in marked if isinstance(each, Finding)]
    snippets = _read_snippets(config, shown, findings)
    snippets |= {snippet.id: snippet for snippet in read_inline(pages, config)}
    findings += _orphans(config, snippets)
    return Project(
        config=config,
        pages=tuple(pages),
        snippets=snippets,
        findings=tuple(_told_once(findings)),
        levels=levels,
        runs=tuple(_shown_by(fences, files, snippets)),
        included=files.files,
    )


def _shown_by(
    fences: Iterable[Fence], files: IncludeReader, snippets: Mapping[SnippetId, Snippet]
) -> Iterator[frozenset[SnippetId]]:
    """Yield, for each block that runs, the snippets in it."""
    inline = {(block.path, block.start): name for name, each in snippets.items() for block in each.blocks}
    for fence in fences:
        found = [files.file_of(include) for include in fence.includes]
        names = {SnippetId(each.source.path.as_posix()) for each in found if each} & snippets.keys()
        names |= {inline[place]} if (place := (fence.span.path, fence.span.start)) in inline else set()
        if names:
            yield frozenset(names)


def _told_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield each thing that is wrong once, with every page line that met it."""
    same: dict[tuple[Code, str, str], list[Finding]] = {}
    for finding in findings:
        same.setdefault((finding.code, str(finding.where), finding.message), []).append(finding)
    for each in same.values():
        places = {(at.path.as_posix(), at.start): at for finding in each for at in finding.also}
        yield replace(each[0], also=tuple(places[key] for key in sorted(places)))


def _read(file: Path, config: Config, findings: list[Finding]) -> Source | None:
    try:
        return read_source(file, root=config.root)
    except (OSError, UnicodeDecodeError) as error:
        nowhere = Source(path=file.relative_to(config.root), text="")
        where = Span(source=nowhere, start=0, end=0)
        findings.append(
            Finding(
                code=Code.UNREADABLE,
                where=where,
                message=f"cannot be read: {error}",
                hint="save it as UTF-8 text",
            )
        )
        return None


def _resolve_includes(
    pages: Iterable[Page], files: IncludeReader, findings: list[Finding]
) -> Mapping[Path, list[Include]]:
    """Return, for each included file (relative to the root), the page lines that include it."""
    shown: dict[Path, list[Include]] = {}
    fences: Iterator[Fence] = (fence for page in pages for fence in page.fences)
    loose = [include for page in pages for include in page.includes]
    for include in (*loose, *(include for fence in fences for include in fence.includes)):
        found = files.get(include)
        if isinstance(found, Finding):
            findings.append(doubtful(found, include) if include in loose else found)
        if file := files.file_of(include):  # a misspelt section does not make an orphan of the file
            shown.setdefault(file.source.path, []).append(include)
    read = (each for each in files.read if each.file.suffix not in SUFFIXES)
    findings += [finding for each in read for finding in each.findings]
    for each in shown.values():
        each.sort(key=lambda include: (include.span.path.as_posix(), include.span.start))
    return shown


def _read_snippets(
    config: Config, shown: Mapping[Path, list[Include]], findings: list[Finding]
) -> dict[SnippetId, Snippet]:
    """Read every program in the snippets' folder, and every one outside it that a page includes."""
    files: list[Path] = []
    if config.snippets_folder.is_dir():
        files = find_files(config, [config.snippets], SUFFIXES)
    files += sorted(config.root / path for path in shown if path.suffix in SUFFIXES)
    snippets: dict[SnippetId, Snippet] = {}
    for file in dict.fromkeys(files):
        source = None if is_support(file, config) else _read(file, config, findings)
        if source is not None:
            snippet, wrong = read_snippet(file, source, shown.get(source.path, ()))
            findings += wrong
            snippets[snippet.id] = snippet
    return snippets


def is_support(file: Path, config: Config) -> bool:
    """Tell whether snippets import the file, so that it is none itself."""
    if not file.is_relative_to(config.snippets_folder):
        return False
    parts = file.relative_to(config.snippets_folder).parts[:-1]
    return any(fnmatch.fnmatch(part, pattern) for part in parts for pattern in config.support)


def read_snippet(file: Path, source: Source, shown: Iterable[Include]) -> tuple[Snippet, tuple[Finding, ...]]:
    """Make a snippet of a program's file, with what is wrong with its sections."""
    other = programs.BY_SUFFIX.get(file.suffix)
    metadata, wrong = read_metadata(source, comment=other.comment if other else "#")
    if other:
        metadata = replace(metadata, services=tuple(dict.fromkeys((*other.services, *metadata.services))))
    sections, badly_marked = read_sections(source)
    name = SnippetId(source.path.as_posix())
    snippet = Snippet(
        id=name,
        source=source,
        file=file,
        metadata=metadata,
        sections=sections,
        shown=tuple(shown),
        program=source.text,
        language=other.language if other else "python",
        problems=tuple(replace(finding, snippet=name) for finding in wrong),
    )
    return snippet, tuple(replace(each, also=_shown_at(each, snippet.shown)) for each in badly_marked)


def _shown_at(finding: Finding, shown: Iterable[Include]) -> tuple[Span, ...]:
    """Return the page lines that include the section whose marker is wrong."""
    name = finding.where.text.strip("[]").partition(":")[2].strip()
    return tuple(include.span for include in shown if include.section == name)


def _orphans(config: Config, snippets: Mapping[SnippetId, Snippet]) -> Iterator[Finding]:
    for snippet in snippets.values():
        if not snippet.shown and not snippet.inline:
            target = snippet.file.relative_to(config.snippets_folder).as_posix()
            yield Finding(
                code=Code.ORPHAN_SNIPPET,
                where=Span(source=snippet.source, start=0, end=0),
                message="no page shows this snippet",
                hint=f'include it in a page with --8<-- "{target}", or delete it',
                snippet=snippet.id,
            )
    if not config.snippets_folder.is_dir():
        return
    for ending in (".out", ".err"):
        for file in find_files(config, [config.snippets], (ending,)):
            path = file.relative_to(config.root)
            names = [SnippetId(path.with_suffix(suffix).as_posix()) for suffix in SUFFIXES]
            owner = next((snippets[name] for name in names if name in snippets), None)
            if owner is None:
                message = f"this recording belongs to no snippet: there is no {path.with_suffix('.py').name}"
                yield _orphan_output(path, message, "delete it, or rename it after its snippet")
            elif file.suffix == ".err" and not owner.metadata.expected_error:
                message = f"this is a recorded error, and {owner.file.name} does not say that it shows one"
                yield _orphan_output(
                    path, message, "delete it, or declare `expect-error` in the script block"
                )


def _orphan_output(path: Path, message: str, hint: str) -> Finding:
    where = Span(source=Source(path=path, text=""), start=0, end=0)
    return Finding(code=Code.ORPHAN_OUTPUT, where=where, message=message, hint=hint)
