"""Read every page and every snippet of a project, and tie them together."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from snippets_runner.config import Config
from snippets_runner.errors import ConfigurationError, did_you_mean
from snippets_runner.languages import Level, check_fence
from snippets_runner.markdown import read_page, read_source
from snippets_runner.metadata import read_metadata
from snippets_runner.model import Code, Fence, Finding, Include, Page, SectionName, Snippet, SnippetId, Source, Span
from snippets_runner.sections import read_sections


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything that was read, and what is wrong with it before anything runs."""

    config: Config
    pages: tuple[Page, ...]
    snippets: Mapping[SnippetId, Snippet]
    findings: tuple[Finding, ...]
    levels: Mapping[Level, int]
    """How many blocks of the pages are run, validated and shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file below the snippets' folder, read."""

    source: Source
    sections: Mapping[SectionName, object]
    findings: tuple[Finding, ...]


def discover(config: Config) -> Project:
    """Read the project.

    Raises:
        ConfigurationError: the folder of snippets or of pages does not exist.
    """
    findings: list[Finding] = []
    pages: list[Page] = []
    for file in find_files(config, config.docs, "*.md"):
        source = _read(file, config, findings)
        if source is not None:
            page, wrong = read_page(source)
            pages.append(page)
            findings += wrong
    files = _Files(config)
    shown = _resolve_includes(pages, files, findings)
    levels = dict.fromkeys(Level, 0)
    for fence in (fence for page in pages for fence in page.fences):
        verdict = check_fence(fence, config)
        levels[verdict.level] += 1
        findings += verdict.findings
    snippets = _read_snippets(config, shown, findings)
    findings += _orphans(config, snippets)
    return Project(config=config, pages=tuple(pages), snippets=snippets, findings=tuple(findings), levels=levels)


def find_files(config: Config, folders: Iterable[Path], pattern: str) -> list[Path]:
    """Return the absolute paths of all files of that pattern, sorted, without hidden and excluded ones."""
    found = []
    for folder in folders:
        top = config.root / folder
        if not top.is_dir():
            raise ConfigurationError(f"there is no folder {folder.as_posix()}", where=f"{config.root.name}:[tool.snippets-runner]", hint='set `docs` and `snippets`')
        for file in top.rglob(pattern):
            parts = file.relative_to(config.root).parts
            path = "/".join(parts)
            hidden = any(part.startswith(".") for part in parts)
            if file.is_file() and not hidden and not any(fnmatch.fnmatch(path, glob) for glob in config.exclude):
                found.append(file)
    return sorted(found)


def _read(file: Path, config: Config, findings: list[Finding]) -> Source | None:
    try:
        return read_source(file, root=config.root)
    except (OSError, UnicodeDecodeError) as error:
        nowhere = Source(path=file.relative_to(config.root), text="")
        where = Span(source=nowhere, start=0, end=0)
        findings.append(Finding(code=Code.UNREADABLE, where=where, message=f"cannot be read: {error}", hint="save it as UTF-8 text"))
        return None


class _Files:
    """The files that pages include, each read once."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._top = config.snippets_folder.resolve()
        self._read: dict[Path, _File | None] = {}

    def get(self, include: Include) -> tuple[_File | None, Finding | None]:
        """Return the included file, or what is wrong with the include."""
        written = self._config.snippets_folder / include.target
        file = written.resolve()
        if not file.is_relative_to(self._top):
            return None, _include_finding(Code.OUTSIDE, include, f"`{include.target}` leads out of {self._config.snippets}/", "include files from inside it")
        if file not in self._read:
            if not file.is_file():
                self._read[file] = None
            else:
                source = read_source(written, root=self._config.root)
                sections, findings = read_sections(source)
                self._read[file] = _File(source=source, sections=sections, findings=findings)
        found = self._read[file]
        if found is None:
            known = [each.relative_to(self._top).as_posix() for each in self._top.rglob(f"*{file.suffix}") if each.is_file()]
            return None, _include_finding(Code.MISSING_FILE, include, f"there is no file {self._config.snippets}/{include.target}", did_you_mean(include.target, known))
        if include.section is not None and include.section not in found.sections:
            hint = did_you_mean(include.section, [str(name) for name in found.sections])
            return None, _include_finding(Code.MISSING_SECTION, include, f"{include.target} has no section `{include.section}`", hint)
        return found, None

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong inside the files that pages include."""
        for each in self._read.values():
            if each is not None:
                yield from each.findings


def _include_finding(code: Code, include: Include, message: str, hint: str) -> Finding:
    return Finding(code=code, where=include.span, message=message, hint=hint)


def _resolve_includes(pages: Iterable[Page], files: _Files, findings: list[Finding]) -> Mapping[Path, list[Include]]:
    """Return, for each included file (relative to the root), the page lines that include it."""
    shown: dict[Path, list[Include]] = {}
    fences: Iterator[Fence] = (fence for page in pages for fence in page.fences)
    for include in (include for fence in fences for include in fence.includes):
        file, finding = files.get(include)
        if finding is not None:
            findings.append(finding)
        if file is not None:
            shown.setdefault(file.source.path, []).append(include)
    return shown


def _read_snippets(config: Config, shown: Mapping[Path, list[Include]], findings: list[Finding]) -> dict[SnippetId, Snippet]:
    snippets: dict[SnippetId, Snippet] = {}
    if not config.snippets_folder.is_dir():
        return snippets
    for file in find_files(config, [config.snippets], "*.py"):
        parts = file.relative_to(config.snippets_folder).parts[:-1]
        if any(fnmatch.fnmatch(part, pattern) for part in parts for pattern in config.support):
            continue
        source = _read(file, config, findings)
        if source is None:
            continue
        metadata, wrong = read_metadata(source)
        sections, badly_marked = read_sections(source)
        findings += [*wrong, *badly_marked]
        snippet_id = SnippetId(source.path.as_posix())
        snippets[snippet_id] = Snippet(
            id=snippet_id, source=source, file=file, metadata=metadata, sections=sections, shown=tuple(shown.get(source.path, ()))
        )
    return snippets


def _orphans(config: Config, snippets: Mapping[SnippetId, Snippet]) -> Iterator[Finding]:
    for snippet in snippets.values():
        if not snippet.shown:
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
    for pattern in ("*.out", "*.err"):
        for file in find_files(config, [config.snippets], pattern):
            path = file.relative_to(config.root)
            if SnippetId(path.with_suffix(".py").as_posix()) not in snippets:
                nowhere = Source(path=path, text="")
                yield Finding(
                    code=Code.ORPHAN_OUTPUT,
                    where=Span(source=nowhere, start=0, end=0),
                    message=f"this recording belongs to no snippet: there is no {path.with_suffix('.py').name}",
                    hint="delete it, or rename it after its snippet",
                )
