"""Read the named sections of a source file, strictly.

The markers are those of ``pymdownx.snippets``: a comment line with ``--8<-- [start:name]`` and one with
``--8<-- [end:name]``. That extension pastes to the end of the file when a section is never closed, takes the first of
two with one name, and shows nothing for an empty one; here each of these is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent

from snippets_runner.finding import Code, Finding
from snippets_runner.page import Section, SectionName
from snippets_runner.source import Source, Span

MARKER = re.compile(
    r"^[ \t]*(?:#|//|--|/\*|<!--|;|%|\.\.)?[ \t]*-{1,}8<-{1,}[ \t]+\[[ \t]*(?P<kind>start|end)[ \t]*:[ \t]*"
    r"(?P<name>[A-Za-z][\w-]*)[ \t]*\][ \t]*(?:\*/|-->)?[ \t]*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A section whose end has not been met yet."""

    name: str
    marker: Span
    begin: int


def read_sections(source: Source) -> tuple[Mapping[SectionName, Section], tuple[Finding, ...]]:
    """Return the sections by name, and what is wrong with the markers. Sections may nest and overlap."""
    sections: dict[SectionName, Section] = {}
    findings: list[Finding] = []
    opened: dict[str, _Open] = {}
    doubled: set[str] = set()
    for match in MARKER.finditer(source.text):
        name, marker = (
            match["name"],
            Span(source=source, start=match.start("kind") - 1, end=match.end("name") + 1),
        )
        if match["kind"] == "start":
            if name in opened or SectionName(name) in sections:
                findings.append(_duplicate(name, marker))
                doubled |= {name} - opened.keys()
                continue
            opened[name] = _Open(name=name, marker=marker, begin=min(match.end() + 1, len(source.text)))
        elif name in doubled:
            doubled.remove(name)
        elif name not in opened:
            findings.append(_never_opened(name, marker))
        else:
            begin = opened.pop(name).begin
            section = Section(
                name=SectionName(name), span=Span(source=source, start=begin, end=max(begin, match.start()))
            )
            sections[section.name] = section
            if not without_markers(section.span.text).strip():
                findings.append(_empty(name, marker))
    findings += [_unclosed(each) for each in opened.values()]
    return sections, tuple(findings)


def without_markers(text: str) -> str:
    """Return the text without the lines that mark sections."""
    return MARKER.sub("\0", text).replace("\0\n", "").replace("\0", "")


def shown_text(source: Source, section: Section | None) -> str:
    """Return what a page shows of a file: the section, or all of it, dedented and without marker lines."""
    text = source.text if section is None else section.span.text
    return dedent(without_markers(text)).strip("\n") + "\n"


def lines_within(source: Source, shown: Section | None, section: Section) -> range | None:
    """Return which lines of what a page shows are a section's, from 0; None if the section is not inside."""
    start, end = (shown.span.start, shown.span.end) if shown else (0, len(source.text))
    if section == shown or not start <= section.span.start <= section.span.end <= end:
        return None
    whole = without_markers(source.text[start:end])
    skipped = len(whole) - len(whole.lstrip("\n"))
    first = without_markers(source.text[start : section.span.start]).count("\n") - skipped
    return range(first, first + without_markers(section.span.text).rstrip("\n").count("\n") + 1)


def _duplicate(name: str, marker: Span) -> Finding:
    return Finding(
        code=Code.DUPLICATE_SECTION,
        where=marker,
        message=f"section `{name}` is in this file already",
        hint="rename one of the two",
    )


def _never_opened(name: str, marker: Span) -> Finding:
    return Finding(
        code=Code.UNCLOSED_SECTION,
        where=marker,
        message=f"section `{name}` ends here and was never started",
        hint=f"put a line `# --8<-- [start:{name}]` before it, or remove this one",
    )


def _unclosed(section: _Open) -> Finding:
    return Finding(
        code=Code.UNCLOSED_SECTION,
        where=section.marker,
        message=f"section `{section.name}` is started here and never ended",
        hint=f"put a line `# --8<-- [end:{section.name}]` after its last line",
    )


def _empty(name: str, marker: Span) -> Finding:
    return Finding(
        code=Code.EMPTY_SECTION,
        where=marker,
        message=f"section `{name}` has no text",
        hint="move its markers around the code to show",
    )
