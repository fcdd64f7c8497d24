"""Find the fenced code blocks of a page, at any depth, as ``pymdownx.superfences`` does, and the includes in them.

The grammar of fences is superfences' own: an opening line of at least three backticks or tildes after any
indentation and quote marks, closed by a line with the same marks, the same prefix and nothing else. What this
reader finds is what the page shows; a test renders every case and compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from snippets_runner.comparison import LANGUAGE, read_sides
from snippets_runner.directives import Directive, is_markup, read_directive, shown_parts
from snippets_runner.finding import Code, Finding
from snippets_runner.nesting import closing_line, comment_end, is_indented_code, meant_end
from snippets_runner.page import Fence, Include, Page, SectionName, Syntax
from snippets_runner.source import Source, Span

_OPEN = re.compile(r"^(?P<prefix>[> \t]*)(?P<marks>`{3,}|~{3,})(?P<info>[^\n]*)$")
_INCLUDE = re.compile(r'^[ \t]*-{1,}8<-{1,}[ \t]+(?P<quote>["\'])(?P<target>[^"\']*?)(?P=quote)[ \t]*$')
_JINJA = re.compile(
    r"""^\{%[-+]?\s*include(?:-markdown)?\s+(?P<quote>["'])(?P<target>[^"'{}*:]+)(?P=quote)[^{}%]*%\}""",
    re.MULTILINE,
)
_FOREIGN = (
    (
        Syntax.MARKDOWN_INCLUDE,
        re.compile(r"^\{!>?\s*(?P<target>[^\s!{}]+\.\w+)[^{}]*?!\}(?:\{[^{}]*\}|!?lines=[\d\s-]+)?$"),
    ),
    (Syntax.FASTAPI, re.compile(r"^\{\*\s*(?P<target>[^\s*{}]+\.\w+)[^{}]*\*\}$")),
    (Syntax.JINJA, re.compile(_JINJA.pattern + "$")),
    (Syntax.LITERALINCLUDE, re.compile(r"^:{3,}\{literalinclude\}\s+(?P<target>\S+)$")),
)
"""Includes of other tools, each alone on its line."""
_LINES = re.compile(r"\b(?:ln|hl)\[(?P<numbers>[\d:,\s-]*)\]")
"""The lines that an include in FastAPI's manner shows or marks."""
_COMMENT = re.compile(
    r"^(?:<!--+\s*(?P<html>.*?)\s*-->|\[//\]:\s*#\s*\((?P<link>.*)\)|%\s*(?P<myst>.*)|\{/\*\s*(?P<mdx>.*?)\s*\*/\})$",
    re.DOTALL,
)
"""A comment in HTML, in the form of a link that nothing uses, in MyST's, or in MDX's."""
_VERBATIM = frozenset({"markdown", "md", "text", "txt", ""})
"""Fences in these languages show what an author writes, so includes of other tools in them are examples."""
_TEMPLATES = frozenset(
    {"jinja", "jinja2", "html", "html+jinja", "xml", "django", "html+django", "twig", "liquid", "nunjucks"}
)
"""Fences in these languages, and files with these endings, are templates that are shown, and include each other."""
_OPTION = re.compile(
    r"""(?P<key>[A-Za-z_][\w-]*)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'}]+))"""
)
_LANGUAGE = re.compile(r"^(?:\{\s*\.?)?(?P<language>[\w#.+-]*)")


def read_source(file: Path, *, root: Path) -> Source:
    r"""Read a file as UTF-8 with ``\\n`` line breaks and without a byte order mark.

    Raises:
        OSError: the file cannot be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    path = file.relative_to(root) if file.is_relative_to(root) else file
    return Source(path=path, text=text)


def read_page(source: Source) -> tuple[Page, tuple[Finding, ...]]:
    """Return the page with its fences, and a finding for each fence that never ends."""
    fences: list[Fence] = []
    findings: list[Finding] = []
    for item in _fences(source):
        if isinstance(item, Fence):
            fences.append(item)
        else:
            findings.append(item)
    return Page(source=source, fences=tuple(fences), includes=tuple(_loose(source, fences))), tuple(findings)


def _loose(source: Source, fences: list[Fence]) -> Iterator[Include]:
    """Yield the includes of other tools that stand outside every fence."""
    if not any(mark in source.text for mark in ("{!", "{*", "{%", ":::{literalinclude}")):
        return
    inside = {
        line for fence in fences for line in range(fence.span.line, source.position(fence.span.end)[0] + 1)
    }
    for number, line in enumerate(source.text.split("\n"), 1):
        include = None if number in inside else _include(source, number, line, foreign=True)
        if include and include.syntax is not Syntax.JINJA:
            yield include
    for match in _JINJA.finditer(source.text):  # on one line or on several
        span = Span(source=source, start=match.start(), end=match.end())
        include = Include(span=span, target=match["target"], syntax=Syntax.JINJA)
        if span.line not in inside and not _is_template("", include):
            yield include


def _fences(source: Source) -> Iterator[Fence | Finding]:
    lines = source.text.split("\n")
    at, ends = 0, set[int]()  # the lines that close a directive which holds Markdown
    while at < len(lines):
        opening = None if at in ends else _OPEN.match(lines[at])
        if opening is None or "`" in opening["info"]:
            at = comment_end(lines, at) + 1
            continue
        last = closing_line(lines, at + 1, prefix=opening["prefix"], marks=opening["marks"])
        if is_markup(opening["info"].strip()):
            end = meant_end(lines, at, prefix=opening["prefix"], marks=opening["marks"]) or last
            if end and last and end > last:
                yield _closed_too_soon(source, at, opening)
            ends |= {end} if end else set()
            at += 1
        elif is_indented_code(lines, at, prefix=opening["prefix"]):
            at = (last or at) + 1
        elif last is not None:
            yield _fence(source, lines, at, last, opening)
            at = last + 1
        elif opening["info"].strip() or "8<" in "".join(lines[at + 1 : at + 3]):
            start = source.line_start(at + 1) + len(opening["prefix"])
            yield Finding(
                code=Code.UNCLOSED_FENCE,
                where=Span(source=source, start=start, end=start + len(opening["marks"])),
                message=f"this code block is opened with {opening['marks']} and never closed",
                hint=f"close it with a line {opening['marks']!r} at the same indentation",
            )
            at += 1
        else:
            at += 1


def _closed_too_soon(source: Source, at: int, opening: re.Match[str]) -> Finding:
    start, marks = source.line_start(at + 1) + len(opening["prefix"]), opening["marks"]
    return Finding(
        code=Code.UNCLOSED_FENCE,
        where=Span(source=source, start=start, end=start + len(marks)),
        message=f"this directive ends where the first code block in it ends: both are opened with {marks}",
        hint=f"open and close the directive with one mark more, {marks}{marks[0]}",
    )


def _fence(source: Source, lines: list[str], first: int, last: int, opening: re.Match[str]) -> Fence:
    prefix, info = opening["prefix"], opening["info"].strip()
    body_lines = [_without(prefix, line) for line in lines[first + 1 : last]]
    start, end = source.line_start(first + 1), source.line_start(last + 1) + len(lines[last])
    body_span = Span(source=source, start=source.line_start(first + 2), end=source.line_start(last + 1))
    language = _LANGUAGE.match(info)
    word = language["language"].lower() if language and info[language.end() :][:1] != "=" else ""
    includes = [
        include
        for index in range(first + 1, last)
        if (include := _include(source, index + 1, lines[index], foreign=word not in _VERBATIM))
        and (include.syntax is not Syntax.JINJA or not _is_template(word, include))
    ]
    options = {
        match["key"]: match["double"] or match["single"] or match["bare"] or ""
        for match in _OPTION.finditer(info)
    }
    if word == LANGUAGE and not includes:
        includes = list(read_sides(source, start, lines[first], options))
    if directive := read_directive(info, body_lines):
        word, options = directive.language, {**options, **directive.options}
        del body_lines[: directive.lines]
        body_span = replace(body_span, start=source.line_start(first + 2 + directive.lines))
        if directive.target:
            includes = [_literal(source, start, lines[first], directive)]
    return Fence(
        span=Span(source=source, start=start + len(prefix), end=end),
        prefix=prefix,
        language=word,
        info=info,
        body="".join(line + "\n" for line in body_lines),
        body_span=body_span,
        includes=tuple(includes),
        comments=tuple(_comments(lines, first)),
        options=options,
        directive=directive.name if directive else "",
    )


def _is_template(word: str, include: Include) -> bool:
    """Tell whether a block shows a template, with an include as templates have them, and includes nothing itself."""
    ending = include.target.rpartition(".")[2].lower()
    return word in _TEMPLATES or ending in _TEMPLATES | {"htm", "j2", "njk", "svg"}


def _literal(source: Source, start: int, line: str, directive: Directive) -> Include:
    """Return the include that a directive ``literalinclude`` is."""
    begin = start + line.index(directive.target)
    last, texts = shown_parts(directive.options)
    return Include(
        span=Span(source=source, start=begin, end=begin + len(directive.target)),
        target=directive.target,
        syntax=Syntax.LITERALINCLUDE,
        last_line=last,
        texts=texts,
    )


def _without(prefix: str, line: str) -> str:
    """Take a fence's prefix off one of its lines; a line with less of it loses what it has."""
    if line.startswith(prefix):
        return line[len(prefix) :]
    return line.lstrip(" \t>") if not line.strip(" \t>") else line[len(line) - len(line.lstrip("> \t")) :]


def _comments(lines: list[str], first: int) -> list[str]:
    """Return the comments right above a fence, each on one line or on several."""
    found: list[str] = []
    at = first
    while at := next((index for index in range(at, 0, -1) if lines[index - 1].strip("> \t")), 0):
        bare = [line.lstrip("> \t").rstrip() for line in lines[max(at - 40, 0) : at]]
        begin = len(bare) - 1
        while bare[begin:][0][:4] != "<!--" and bare[-1].endswith("-->") and begin:
            begin -= 1
        match = _COMMENT.match("\n".join(bare[begin:]))
        if match is None:
            break
        found.insert(0, " ".join((next(filter(None, match.groups()), "")).split()))
        at -= len(bare) - begin
    return found


def _include(source: Source, number: int, line: str, *, foreign: bool) -> Include | None:
    """Read one line as an include; ``foreign`` tells whether those of other tools count."""
    bare = line.lstrip("> \t")
    start = source.line_start(number) + len(line) - len(bare)
    span = Span(source=source, start=start, end=start + len(bare.rstrip()))
    if (match := _INCLUDE.match(bare)) and "://" not in match["target"]:
        target, colon, section = match["target"].partition(":")
        return Include(span=span, target=target, section=SectionName(section) if colon else None)
    if foreign and bare.startswith(("{!", "{*", "{%", ":::")):
        for syntax, pattern in _FOREIGN:
            if match := pattern.match(bare.rstrip()):
                numbers = re.findall(r"\d+", " ".join(each["numbers"] for each in _LINES.finditer(bare)))
                last = max(map(int, numbers), default=0) if syntax is Syntax.FASTAPI else 0
                return Include(span=span, target=match["target"], syntax=syntax, last_line=last)
    return None
