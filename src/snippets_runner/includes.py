"""Find what an include names: a file below the snippets' folder, and perhaps a section of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from snippets_runner.config import Config
from snippets_runner.errors import did_you_mean
from snippets_runner.files import PAGES
from snippets_runner.finding import Code, Finding, Severity
from snippets_runner.markdown import read_page, read_source
from snippets_runner.page import Include, Page, Section, SectionName, Syntax
from snippets_runner.sections import read_sections
from snippets_runner.source import Source, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Included:
    """A file below the snippets' folder, read."""

    file: Path
    """Absolute, as written, symbolic links and all."""
    source: Source
    sections: Mapping[SectionName, Section]
    findings: tuple[Finding, ...]
    """What is wrong with the markers of its sections."""


class IncludeReader:
    """Reads the files that pages include, each once."""

    def __init__(self, config: Config) -> None:
        """Begin with nothing read."""
        self._config = config
        self._top = config.snippets_folder.resolve()
        self._read: dict[Path, Included] = {}
        self._absent: set[Path] = set()

    @property
    def read(self) -> tuple[Included, ...]:
        """Return every file that was read so far."""
        return tuple(self._read.values())

    @property
    def files(self) -> frozenset[Path]:
        """Return every file that includes could have meant up to the one that was found: those read, those not there."""
        return frozenset({each.file for each in self._read.values()} | self._absent)

    def get(self, include: Include) -> Included | Finding:
        """Return the file that an include names and whose section exists, or what is wrong with the include."""
        written = Path(os.path.normpath(self._file(include)))
        file = _resolved(written)
        top = self._top if self._strict(include) else self._config.root.resolve()
        folder = self._config.snippets.as_posix() if self._strict(include) else "this project"
        if file is None:
            return _wrong(Code.MISSING_FILE, include, f"{include.target[:80]!r} is no file's name", "")
        if not file.is_relative_to(top):
            return _wrong(
                Code.OUTSIDE, include, f"`{include.target}` leads out of {folder}", "include files inside it"
            )
        if file not in self._read:
            if not os.path.isfile(file):
                files = (each for each in top.rglob(f"*{file.suffix}") if each.is_file())
                known = [each.relative_to(top).as_posix() for each in files]
                hint = did_you_mean(include.target, known)
                return _wrong(
                    Code.MISSING_FILE, include, f"there is no file {include.target} in {folder}", hint
                )
            try:
                source = read_source(written, root=self._config.root)
            except (OSError, UnicodeDecodeError) as error:
                return _wrong(
                    Code.UNREADABLE, include, f"{include.target} cannot be read: {error}", "save it as UTF-8"
                )
            sections, findings = read_sections(source)
            self._read[file] = Included(file=written, source=source, sections=sections, findings=findings)
        found = self._read[file]
        if wrong := _not_there(found.source, include):
            return wrong
        if include.section is None or include.section in found.sections:
            return found
        if not self._strict(include) and _LINES.fullmatch(include.section):
            return _of_lines(found, include, include.section)
        for finding in found.findings:
            if finding.where.text.strip("[]").partition(":")[2].strip() == include.section:
                return replace(finding, also=(include.span,))
        hint = did_you_mean(include.section, [str(name) for name in found.sections])
        if not include.section.strip("0123456789:,"):
            hint = "name a section: lines move when the file changes"
        return _wrong(
            Code.MISSING_SECTION, include, f"{include.target} has no section `{include.section}`", hint
        )

    def file_of(self, include: Include) -> Included | None:
        """Return the file that an include named and that was read; whether it has the section is another question."""
        file = _resolved(Path(os.path.normpath(self._file(include))))
        return self._read.get(file) if file else None

    def _strict(self, include: Include) -> bool:
        """Tell whether the include is relative to the folder of snippets and must stay in it."""
        return include.syntax is Syntax.PYMDOWNX and self._top.is_dir()

    def _file(self, include: Include) -> Path:
        """Return the file that is meant: other tools' includes are tried from the page's folder upwards to the root."""
        if self._strict(include):
            return self._config.snippets_folder / include.target
        root = self._config.root
        page = root / include.span.path
        folders = [folder for folder in page.parents if folder.is_relative_to(root)]
        folders += [root / each for each in (*self._config.docs, *self._config.include_from)]
        # Other tools take a leading slash for the top of the pages, or of the project.
        target = include.target.lstrip("/")
        written = [folder / target for folder in (folders if target == include.target else folders[::-1])]
        for each in written:
            if os.path.isfile(each):
                return each
            self._absent.add(each)
        return written[0]


def included_pages(pages: Iterable[Page], files: IncludeReader) -> tuple[list[Page], list[Finding]]:
    """Return the pages that pages include and that are not among them, such as a README, and what is wrong with them.

    Readers see their code, too.
    """
    queue, found, findings = list(pages), list[Page](), list[Finding]()
    known = {page.source.path for page in queue}
    while queue:
        for include in queue.pop().includes:
            included = files.get(include) if include.target.endswith(PAGES) else None
            if isinstance(included, Included) and included.source.path not in known:
                known.add(included.source.path)
                page, wrong = read_page(included.source)
                findings += wrong
                found.append(page)
                queue.append(page)
    return found, findings


def doubtful(finding: Finding, include: Include) -> Finding:
    """Return what is wrong with an include outside every block; a note if it may be text about templates."""
    if include.syntax is not Syntax.JINJA:
        return finding
    return replace(finding, severity=Severity.NOTE)


def is_include_line(line: str) -> bool:
    """Tell whether a line of a fence is an include of ``pymdownx.snippets``."""
    bare = line.strip()
    return bare.startswith("-") and "8<" in bare and bare[-1] in "\"'" and "://" not in bare


def _resolved(path: Path) -> Path | None:
    """Return the path without symbolic links; None if it can't be one: a circle of links, a null byte, too long a name."""
    try:
        path.lstat()
        return path.resolve()
    except FileNotFoundError:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return None


_LINES = re.compile(r"\d+|\d*:\d*(?:,\d*:\d*)*")
"""What ``pymdownx.snippets`` takes for lines: ``4``, ``4:6``, ``:6``, ``4:6,8:9``."""


def _of_lines(found: Included, include: Include, lines: SectionName) -> Included | Finding:
    """Return the file with a section that holds these lines, and what lies between them."""
    first, last = lines.split(",")[0].partition(":")[0], lines.split(",")[-1].partition(":")[2]
    count = len(found.source.text.splitlines())
    begin, end = int(first or 1), int(last or count)
    if wrong := _not_there(found.source, replace(include, last_line=max(begin, end))):
        return wrong
    start, stop = found.source.line_start(max(begin, 1)), found.source.line_start(end + 1)
    section = Section(name=lines, span=Span(source=found.source, start=start, end=max(start, stop)))
    return replace(found, sections={**found.sections, lines: section})


def _not_there(source: Source, include: Include) -> Finding | None:
    """Return what is wrong with an include that names lines or texts which the file does not have."""
    count = len(source.text.splitlines())
    if include.last_line > count:
        message = f"{include.target} has {count} lines, and line {include.last_line} is shown or marked"
        return _wrong(Code.MISSING_SECTION, include, message, "lines move when the file changes")
    for text in include.texts:
        if text not in source.text:
            message = f"what {include.target} shows begins or ends at {text!r}, which does not stand in it"
            return _wrong(Code.MISSING_SECTION, include, message, "correct the text, or put it into the file")
    return None


def _wrong(code: Code, include: Include, message: str, hint: str) -> Finding:
    return Finding(code=code, where=include.span, message=message, hint=hint)
