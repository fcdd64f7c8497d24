"""Replace the includes in a page's fences by what they name, and read what the included snippets printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from snippets_runner.compare import read_recording
from snippets_runner.comparison import compared, is_comparison, same, title_of, wrong
from snippets_runner.config import Config
from snippets_runner.discover import is_support, read_snippet
from snippets_runner.files import SUFFIXES
from snippets_runner.finding import Finding
from snippets_runner.highlight import marked_lines
from snippets_runner.includes import Included, IncludeReader, is_include_line
from snippets_runner.markdown import read_source
from snippets_runner.model import Snippet
from snippets_runner.options import read_options
from snippets_runner.page import Fence, Include, OutputStyle
from snippets_runner.parts import part_of
from snippets_runner.sections import shown_text

_OUR_OPTIONS = re.compile(r"""\s*\b(?:output|before|after|context|highlight)=(?:"[^"]*"|'[^']*'|[^\s}]*)""")


class IncludeProblem(Exception):
    """An include that cannot be shown; holds the finding."""

    def __init__(self, finding: Finding) -> None:
        """Keep the finding."""
        super().__init__(finding.message)
        self.finding = finding


class Paster:
    """Pastes what fences include, with this project's settings."""

    def __init__(self, config: Config) -> None:
        """Begin with no file read."""
        self._config = config
        self._reader = IncludeReader(config)

    def body(self, fence: Fence, *, written: Callable[[str], str] = str) -> tuple[str, dict[Path, Include]]:
        """Return the fence's body with every include replaced by its text, and the files, each with its first include.

        `written` says how a pasted line is written. Raises IncludeProblem.
        """
        if is_comparison(fence):
            return self._compared(fence)
        includes: Iterator[Include] = iter(fence.includes)
        pasted: list[str] = []
        files: dict[Path, Include] = {}
        for line in fence.body.splitlines():
            if not is_include_line(line):
                pasted.append(line)
                continue
            include = next(includes)
            found = self._read(include)
            section = found.sections[include.section] if include.section else None
            indent = line[: len(line) - len(line.lstrip())]
            lines = shown_text(found.source, section).splitlines()
            pasted += [written(f"{indent}{line}".rstrip()) for line in lines]
            if found.file not in files:
                files[found.file] = include
        return "\n".join(pasted) + "\n", files

    def _compared(self, fence: Fence) -> tuple[str, dict[Path, Include]]:
        """Return the difference that a fence shows, and the files that it is made of."""
        for finding in wrong(fence):
            raise IncludeProblem(finding)
        sides = [(include, self._read(include)) for include in fence.includes]
        before, after = (
            shown_text(found.source, found.sections[include.section] if include.section else None)
            for include, found in sides
        )
        if not (body := compared(fence, before, after)):
            raise IncludeProblem(same(fence))
        return body, {found.file: include for include, found in reversed(sides)}

    def marks(self, fence: Fence) -> str:
        """Return the lines that a fence marks by the names of sections.

        Raises IncludeProblem for a section that is not there.
        """
        found = marked_lines(fence, self._reader.get)
        if isinstance(found, Finding):
            raise IncludeProblem(found)
        return found

    def _read(self, include: Include) -> Included:
        found = self._reader.get(include)
        wrong = (found,) if isinstance(found, Finding) else found.findings
        if isinstance(found, Finding) or wrong:
            raise IncludeProblem(wrong[0])
        return found

    def snippet(self, file: Path) -> Snippet | None:
        """Return an included file as a snippet; None for support code and for other languages."""
        if file.suffix not in SUFFIXES or is_support(file, self._config):
            return None
        return read_snippet(file, read_source(file, root=self._config.root), ())[0]

    def style(self, fence: Fence) -> OutputStyle:
        """Return how a fence wants the outputs shown.

        Raises IncludeProblem for an option that isn't one.
        """
        if wrong := list(read_options(fence, self._config)):
            raise IncludeProblem(wrong[0])
        usual = OutputStyle.NONE if is_comparison(fence) else OutputStyle.AUTO
        written = fence.options.get("output", usual.value)
        return OutputStyle(written) if written in {each.value for each in OutputStyle} else OutputStyle.AUTO


def recordings(snippet: Snippet, include: Include, style: OutputStyle) -> Iterator[tuple[str, str]]:
    """Yield what a snippet printed, as far as a fence shows it: `output` or `error`, and the text.

    Raises IncludeProblem for a section of the output that isn't there.
    """
    for kind, recording in (("output", snippet.output_file), ("error", snippet.error_file)):
        if style is not OutputStyle.NONE and recording is not None and recording.is_file():
            text = read_recording(recording)
            part = part_of(text, include) if style is OutputStyle.SECTION else text
            if isinstance(part, Finding):
                raise IncludeProblem(part)
            yield kind, part


def fenced(fence: Fence, body: str, *, marked: str = "") -> str:
    """Return a fence with another body, its marks longer than any in it; the lines ``marked`` are highlighted."""
    longest = max((len(run) for run in re.findall(r"`{3,}|~{3,}", body)), default=0)
    opening = len(fence.span.text) - len(fence.span.text.lstrip("`~"))
    marks = fence.span.text[0] * max(3, longest + 1, opening)
    lines = (f"{fence.prefix}{line}".rstrip() for line in body.splitlines())
    info = _OUR_OPTIONS.sub("", fence.info)
    if is_comparison(fence) and "title" not in fence.options:
        info += f' title="{title_of(fence)}"'
    info += f' hl_lines="{marked}"' if marked else ""
    head = f"{fence.prefix}{marks}{info}"
    return "\n".join((head, *lines, f"{fence.prefix}{marks}"))
