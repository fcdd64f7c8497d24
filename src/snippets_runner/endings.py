"""Word how a snippet ended, where that is not as it should: a timeout, an early exit, an exception, leftovers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from snippets_runner.advice import SKIP, UNREACHABLE, advise, rerun
from snippets_runner.finding import Code, Finding
from snippets_runner.languages.programs import BY_LANGUAGE, Program
from snippets_runner.model import Ending, Frame, Job, Raised, Result, Snippet
from snippets_runner.source import Span
from snippets_runner.transcripts import answered


def expected_error_met(snippet: Snippet, result: Result) -> bool:
    """Tell whether the snippet ended with the error that it says it shows.

    Of Python that is an exception, or a base class of it; of another language a text that its program says of the error,
    or ``exit status N``.
    """
    expected = snippet.metadata.expected_error
    if expected and snippet.language in BY_LANGUAGE:
        told = expected in result.stderr or expected == f"exit status {result.status}"
        return result.ending is Ending.DONE and result.status > 0 and told
    return bool(expected and result.raised and expected in result.raised.bases)


FRAME = re.compile(r'^  File "(?:/|[A-Za-z]:|<frozen)[^"]*", line \d+, in .*\n(?:    .*\n)*', re.MULTILINE)
"""A frame of a traceback in a file that is named by an absolute path, or frozen into the interpreter."""


NODE = re.compile(r"^ +at .*\(?node:.*\n|^\n?Node\.js v.*\n?", re.MULTILINE)
"""What Node tells of itself after an error: frames of its own, and its version."""


def relative_traceback(snippet: Snippet, text: str) -> str:
    """Return a text with the project's files named by their path in it, and tracebacks cut to the frames in them.

    So it is the same on every machine, and shows the author nothing but the author's own lines.
    """
    root = str(snippet.file).removesuffix(snippet.source.path.as_posix())
    if other := BY_LANGUAGE.get(snippet.language):
        name = rf"{re.escape(snippet.file.name)}(?:{re.escape(other.suffix)})?"
        own = re.compile(rf"(?:(?:file://)?/\S*/|\./){name}(?=[:\s)]|$)")
        return NODE.sub("", own.sub(snippet.source.path.as_posix(), text))
    return FRAME.sub("", text.replace(f'File "{root}', 'File "') if len(root) > 1 else text)


def without_carets(snippet: Snippet, text: str) -> str:
    """Return a traceback without the marks under its lines, where the page has them deeper than they ran."""
    lines = snippet.source.text.split("\n") if snippet.inline else []
    deeper = any(
        code.strip() and len(shown) - len(shown.lstrip("> \t")) > len(code) - len(code.lstrip())
        for code, shown in zip(snippet.program.split("\n"), lines, strict=False)
    )
    return re.sub(r"^ *[\^~]+\n?", "", text, flags=re.MULTILINE) if deeper else text


def endings(job: Job, result: Result) -> Iterator[Finding]:
    """Yield what is wrong with the way it ended; then its output is not worth comparing."""
    snippet = job.snippet
    said = relative_traceback(snippet, said_by(result))
    match result.ending:
        case Ending.NOT_STARTED:
            message, details = result.problem.splitlines()[0], result.problem
            yield finding_at(snippet, Code.MISSING_SERVICE, message, rerun(snippet), details=details)
        case Ending.VANISHED:
            yield _vanished(snippet, result, said)
        case Ending.DONE:
            yield from _done(snippet, result, said)
        case _:
            yield _stopped(job, result, said)


def _stopped(job: Job, result: Result, said: str) -> Finding:
    """Word that it was ended because it took too much of something."""
    snippet, again = job.snippet, rerun(job.snippet)
    match result.ending:
        case Ending.TIMEOUT:
            code, message = Code.TIMEOUT, f"still running after {job.timeout:g} s, and ended"
            hint = f"make it faster, or {_allow(snippet, 'timeout')}; {again}"
        case Ending.OUTPUT_LIMIT:
            code, message = Code.OUTPUT_LIMIT, f"printed more than {job.output_limit} bytes, and was ended"
            hint, said = "print less, or raise the setting `output-limit`", said[:2000]
        case Ending.MEMORY:
            code = Code.MEMORY
            message = f"its processes took more than {job.memory} MiB together, and were ended"
            hint = f"make it smaller, or {_allow(snippet, 'memory')}; {again}"
        case _:
            code = Code.PROCESS_LIMIT
            message = f"had more than {job.processes} processes and threads at once, and was ended"
            hint = "start fewer, or raise the setting `processes`"
    return finding_at(snippet, code, message, hint, details=said)


def _allow(snippet: Snippet, limit: str) -> str:
    """Return how a snippet is allowed more of something: code in a page has no script block."""
    return f"raise the setting `{limit}`" if snippet.inline else f"declare `{limit}` in its script block"


def _vanished(snippet: Snippet, result: Result, said: str) -> Finding:
    if result.problem:
        message = result.problem
    elif result.status < 0:
        message = f"killed by signal {-result.status} before it reached its end"
    else:
        message = f"exited with status {result.status} before it reached its end (os._exit, or an exec)"
    return finding_at(
        snippet, Code.EARLY_EXIT, message, f"let it end by itself; {rerun(snippet)}", details=said
    )


def _done(snippet: Snippet, result: Result, said: str) -> Iterator[Finding]:
    if expected_error_met(snippet, result):
        return
    if result.raised:
        yield _raised(snippet, result.raised, said)
    elif snippet.doctest and result.status:
        yield from answered(snippet, relative_traceback(snippet, result.stdout))
    elif result.status and (other := BY_LANGUAGE.get(snippet.language)):
        yield _refused(snippet, other, result, said)
    elif result.status:
        yield finding_at(
            snippet, Code.RAISED, f"ended with exit status {result.status}", rerun(snippet), details=said
        )
    elif snippet.metadata.expected_error:
        message = f"ended well, and it says that it shows {snippet.metadata.expected_error}"
        yield finding_at(snippet, Code.RAISED, message, "remove `expect-error`, or make it fail")


def _refused(snippet: Snippet, other: Program, result: Result, said: str) -> Finding:
    """Word the failure of a program in another language, at the line that it names."""
    place = re.search(other.line, result.stderr)
    line = int(place[1]) if place else None
    start = snippet.source.line_start(line) if line else snippet.place().start
    told = re.search(other.message, result.stderr, re.MULTILINE)
    message = next((each.strip() for each in told.groups() if each), "") if told else ""
    code, hint = _kind(message)
    hint += f", or: {SKIP}" if hint and snippet.inline else ""
    return Finding(
        code=code,
        where=Span(source=snippet.source, start=start, end=start),
        message=relative_traceback(snippet, message)
        or f"{other.title} ended with exit status {result.status}",
        hint="; ".join(filter(None, [hint, rerun(snippet)])),
        details=said,
        also=places(snippet, line),
        snippet=snippet.id,
    )


def _kind(message: str) -> tuple[Code, str]:
    """Return the finding's kind, by what a program in another language says, and what to do about it if that is known."""
    if re.search(
        r"command not found|Cannot find (?:module|package)|no required module provides|is not in std", message
    ):
        return Code.MISSING_DEPENDENCY, "install what it names"
    if UNREACHABLE.search(message) or re.search(r"Could not resolve host|ENETUNREACH|EAI_AGAIN", message):
        return Code.NETWORK, "no other machine can be reached"
    return Code.RAISED, ""


def _raised(snippet: Snippet, raised: Raised, said: str) -> Finding:
    lines = [frame for frame in raised.frames if Path(frame.file) == snippet.file]
    where = _place(snippet, lines[-1] if lines else None)
    line, code = where.line, _code(raised)
    during = f" {raised.during}" if raised.during else ""
    message = f"raised {raised.type}{during}: {raised.message}".rstrip(": ").splitlines()[0]
    return Finding(
        code=code,
        where=where,
        message=message,
        hint=advise(snippet, raised.type, raised.message, line) or rerun(snippet),
        details=without_carets(snippet, said),
        also=places(snippet, line),
        snippet=snippet.id,
    )


def _place(snippet: Snippet, frame: Frame | None) -> Span:
    """Return the place in a snippet that a frame names: its column, or else where the code of its line begins."""
    start = snippet.source.line_start(frame.line if frame else 1)
    line = snippet.source.text[start:].split("\n", 1)[0]
    column = len(line) - len(line.lstrip())
    if frame and frame.column:  # of the line as it ran: in a page, it may stand deeper
        ran = next(iter(snippet.program.split("\n")[frame.line - 1 : frame.line]), "")
        deeper = len(line) - len(ran) if line.endswith(ran) else 0
        column = min(frame.column - 1 + deeper, len(line))
    return Span(source=snippet.source, start=start + column, end=start + column)


def _code(raised: Raised) -> Code:
    """Return the finding's kind: some exceptions tell what the snippet was kept from."""
    if raised.type == "MemoryError":
        return Code.MEMORY
    if raised.type == "ModuleNotFoundError":
        return Code.MISSING_DEPENDENCY
    return Code.NETWORK if UNREACHABLE.search(raised.message) else Code.RAISED


def places(snippet: Snippet, line: int | None) -> tuple[Span, ...]:
    """Return the pages' lines that show a line of the snippet; all that show the snippet if it has no line."""
    found = []
    for include in snippet.shown:
        section = snippet.sections.get(include.section) if include.section else None
        if line is None or section is None:
            found.append(include.span)
        else:
            last = snippet.source.position(max(section.span.end - 1, section.span.start))[0]
            if section.span.line <= line <= last:
                found.append(include.span)
    return tuple(found or (include.span for include in snippet.shown))


def leftovers(job: Job, result: Result) -> Iterator[Finding]:
    """Yield what the snippet left behind: processes that outlived it, files in its folder."""
    if result.left and result.ending is Ending.DONE and not result.raised and not job.snippet.inline:
        message = f"left {len(result.left)} file{'s' if len(result.left) > 1 else ''} in its folder"
        hint = "write below tempfile.TemporaryDirectory(): who runs it by hand finds the files in their own folder"
        yield finding_at(job.snippet, Code.LEFT_FILES, message, hint, details="\n".join(result.left))
    if result.escaped:
        commands, several = "\n".join(result.escaped), len(result.escaped) > 1
        message = f"left {len(result.escaped)} {'processes running, which were' if several else 'process running, which was'} ended"
        yield finding_at(
            job.snippet, Code.ESCAPED_PROCESS, message, "wait for what it starts, or end it", details=commands
        )


def said_by(result: Result) -> str:
    r"""Return the end of what the snippet printed, for a finding\'s details."""
    return (result.stdout[-3000:] + result.stderr[-3000:]).strip()


def finding_at(snippet: Snippet, code: Code, message: str, hint: str, *, details: str = "") -> Finding:
    """Return a finding about the whole snippet, with every page line that shows it."""
    return Finding(
        code=code,
        where=snippet.place(),
        message=message,
        hint=hint,
        details=details,
        also=places(snippet, None),
        snippet=snippet.id,
    )
