"""Word what is wrong with a transcript: each answer that is not what it says, and none that only follows from another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from textwrap import dedent

from snippets_runner.advice import UNREACHABLE, advise, rerun
from snippets_runner.finding import Code, Finding
from snippets_runner.model import Snippet
from snippets_runner.names import defined, missing_name
from snippets_runner.source import Span

_FRAME = re.compile(
    r'^(?P<lead>[ |]*)  File "(?:/|[A-Za-z]:|<frozen)[^"]*", line \d+, in .*\n(?:(?P=lead)    .*\n)*',
    re.MULTILINE,
)
"""A frame of a traceback, in an exception group too, in a file of somebody else's: doctest's, or a library's."""
_PART = re.compile(r"File .*, line (?P<line>\d+), in .*\n")
_EXAMPLE = re.compile(r"Failed example:\n(?P<code>(?: {4}.*\n|\n)*)")
_OURS = re.compile(r" +(?:with __import__\('contextlib'\).*?: )?exec\(compile\(")
"""How plain code among prompts, and a setup, begin where they are made an example (see ``inline``)."""
_ERROR = re.compile(r"^(?P<type>[\w.]+)(?:: (?P<message>.*))?$")


def answered(snippet: Snippet, said: str) -> Iterator[Finding]:
    """Yield a finding for each answer that is not what the transcript says, at its own line.

    An example that fails for want of a name is counted with the one that was to define it and could not, or else with
    the first that missed it.
    """
    lost: dict[str, int] = {}
    found: list[tuple[Finding, int]] = []
    for part in re.split(r"^\*{70}\n", said, flags=re.MULTILINE):
        if not (place := _PART.match(part)):
            continue
        details = _FRAME.sub("", part[place.end() :])
        example = _EXAMPLE.match(details)
        code = example["code"] if example else ""
        error = _error(details[example.end() :]) if example else ""
        cause = lost.get(missing_name(error)) if error else None
        if cause is None:
            cause = len(found)
            found.append((_finding(snippet, int(place["line"]), details, code=code, error=error), 0))
        else:
            found[cause] = (found[cause][0], found[cause][1] + 1)
        if error:
            names = {*defined(code), missing_name(error)} - {""}
            lost |= dict.fromkeys(names - lost.keys(), cause)
    for finding, more in found:
        yield _with_followers(finding, more)


def _error(result: str) -> str:
    """Return the last line of the traceback in what an example gave, expected or not; nothing if it gave an answer."""
    _, _, trace = result.rpartition("Exception raised:\n" if "Expected" not in result else "\nGot:\n")
    return trace.rstrip().rpartition("\n")[2].strip() if trace.lstrip().startswith("Traceback (") else ""


def _finding(snippet: Snippet, line: int, details: str, *, code: str, error: str) -> Finding:
    again = rerun(snippet)
    kind, message = Code.OUTPUT_DIFFERS, "an answer is not what this transcript says"
    hint = f"correct the transcript, or the code; {again}"
    if match := _ERROR.match(error):
        hint = advise(snippet, match["type"], match["message"] or "", line) or hint
        if UNREACHABLE.search(error) or match["type"] == "ModuleNotFoundError":
            kind = Code.NETWORK if UNREACHABLE.search(error) else Code.MISSING_DEPENDENCY
            message = f"raised {error}"
    elif "\nGot:\n" in details:
        hint = f"correct the transcript, or the code; `...` stands for what varies; {again}"
    if _OURS.match(code):
        kind = Code.RAISED if kind is Code.OUTPUT_DIFFERS else kind
        message = f"raised {error} in the code that stands before the prompts".replace(
            "raised  in", "failed in"
        )
        traced = dedent(details.partition("Exception raised:\n")[2])
        details = re.sub(r'^  File "<doctest [^"]*".*\n(?:    .*\n)*', "", traced, flags=re.MULTILINE)
        frames = re.findall(
            rf'^ +File "{re.escape(snippet.source.path.as_posix())}", line (\d+)', details, re.MULTILINE
        )
        line = int(frames[-1]) if frames else line
    start = snippet.source.line_start(line)
    return Finding(
        code=kind, where=Span(source=snippet.source, start=start, end=start), message=message, hint=hint,
        details=details, snippet=snippet.id,
    )  # fmt: skip


def _with_followers(finding: Finding, number: int) -> Finding:
    """Tell how many later answers fail for want of what this one was to define."""
    if not number:
        return finding
    told = f"{number} later answer{'s fail' if number > 1 else ' fails'} for want of the same, or of what it was to define"
    return replace(finding, details=f"{finding.details.rstrip()}\n{told}\n")
