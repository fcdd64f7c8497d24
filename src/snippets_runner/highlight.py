"""Mark lines of what a fence shows by the name of a section, so that the marks move with the lines when the file changes."""

from __future__ import annotations

from collections.abc import Callable

from snippets_runner.errors import did_you_mean
from snippets_runner.finding import Code, Finding
from snippets_runner.includes import Included, is_include_line
from snippets_runner.page import Fence, Include
from snippets_runner.sections import lines_within, shown_text
from snippets_runner.source import Span

OPTION = "highlight"


def marked_lines(fence: Fence, get: Callable[[Include], Included | Finding]) -> str | Finding:
    """Return the lines to mark as ``hl_lines`` has them; a finding for a section that is not in what is shown.

    Nothing, if the fence marks none, or if an include is wrong, which is told elsewhere.
    """
    wanted = fence.options.get(OPTION, "").split()
    lines: dict[str, str] = {}
    known: list[str] = []
    includes, at = iter(fence.includes), 0
    for line in fence.body.splitlines() if wanted else ():
        if not is_include_line(line):
            at += 1
            continue
        include = next(includes)
        found = get(include)
        if isinstance(found, Finding) or found.findings:
            return ""
        shown = found.sections[include.section] if include.section else None
        for name, section in found.sections.items():
            if place := lines_within(found.source, shown, section):
                known.append(str(name))
                lines[str(name)] = f"{at + place.start + 1}-{at + place.stop}"
        at += shown_text(found.source, shown).count("\n")
    for asked in wanted:
        if asked not in lines:
            return _not_shown(fence, asked, known)
    return " ".join(lines[asked] for asked in wanted)


def _not_shown(fence: Fence, name: str, known: list[str]) -> Finding:
    start = fence.span.start + fence.span.text.index(f"{OPTION}=")
    return Finding(
        code=Code.MISSING_SECTION,
        where=Span(source=fence.span.source, start=start, end=start + len(OPTION)),
        message=f"there is no section `{name}` in what is shown, to mark it",
        hint=did_you_mean(name, known)
        if known
        else f"mark it in the file, inside what is shown: [start:{name}]",
    )
