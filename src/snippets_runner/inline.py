"""Make snippets of the code that stands in pages and runs there: which does, ``languages.running`` decides.

Each fence is a program of its own, unless it continues another: by ``session="name"`` in its info string, by the word
``continuation`` there, by a comment ``<!-- pytest-codeblocks:cont -->`` above it, or because the setting
``inline-session`` is ``page``. The transcripts of a page are one program, as ``doctest.testfile`` and Sphinx have it,
and so are the cells of a notebook, and all SQL of a page, in one database. A program keeps the page's line numbers, so a traceback names the page's own line.

The marks of other tools that mean "leave it alone" are understood: those of pytest-examples (``test="skip"``,
``requires="3.12"``), pytest-markdown-docs (``notest``), pytest-codeblocks and mktestdocs (``<!--pytest.mark.skip-->``,
``<!--pytest-codeblocks:skip-->``, ``skipif`` and ``importorskip``), Sybil (``<!-- skip: next -->``, ``<!-- skip: start -->``
to ``<!-- skip: end -->``; and its ``<!-- clear-namespace -->``, after which nothing is shared with what came before), Sphinx (``:skipif:``, ``:options: +SKIP``, ``:pyversion:``) and MyST-NB (``:tags: [skip-execution]``). A condition is not evaluated.
"""

from __future__ import annotations

import importlib.util
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent

from snippets_runner.config import Config, Session
from snippets_runner.directives import CELL, DOCTEST
from snippets_runner.finding import SnippetId
from snippets_runner.languages.aliases import canonical
from snippets_runner.languages.programs import BY_LANGUAGE, SQL
from snippets_runner.languages.running import PYTHON, TRANSCRIPT, runs_as
from snippets_runner.marks import why_not, words_in
from snippets_runner.meant import executes, meant_to_fail
from snippets_runner.model import Metadata, Snippet
from snippets_runner.names import is_python
from snippets_runner.options import KNOWN
from snippets_runner.page import Fence, Page
from snippets_runner.reach import read_reach

SKIP_WORDS = frozenset({"notest", "no-test", "no_test", "norun", "no-run", "no_run", "noexec", "skip-test"})
CONTINUE_WORDS = frozenset({"continuation", "cont", "continue"})
OPTIONS = frozenset({"session", "group", "expect-error", "test", "requires"})
"""What a fence may say of itself with a value; ``pymdownx.superfences`` takes none of it for a fence's."""
_WORD = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*')+""")
_SKIP = re.compile(
    r"(?:pytest\.mark\.(?:skip|skipif|xfail)\b.*|pytest-codeblocks:\s*skip(?:if)?\b.*|(?:skip:\s*next|snippets-runner:\s*skip)\b.*)"
)
_CONTINUE = re.compile(r"pytest-codeblocks:\s*cont\b.*")
_FAILS = re.compile(r"pytest-codeblocks:\s*expect-(?:error|exception)\b.*")
_NEEDS = re.compile(r"pytest-codeblocks:\s*importorskip\((?P<module>[\w.]+)\)")
_ELSEWHERE = re.compile(r"^[ \t]*-+8<-+[ \t]+[\"']https?://", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """What a fence says of itself."""

    skip: str
    session: str
    continues: bool
    expected_error: str
    python: str


def is_inline(fence: Fence) -> bool:
    """Tell whether a fence holds Python code of its own."""
    return canonical(fence.language) in (PYTHON, TRANSCRIPT) and not fence.includes


def without_marks(info: str) -> str:
    """Return an info string as ``pymdownx.superfences`` reads it: without what a fence says of itself for a run.

    One with options of other tools is theirs to read, and returned as it is.
    """
    words = _WORD.findall(info)
    kept = [word for word in words if word.partition("=")[0] not in OPTIONS | SKIP_WORDS | CONTINUE_WORDS]
    others = {word.partition("=")[0] for word in kept if "=" in word} - KNOWN
    return info if "{" in info or others or len(kept) == len(words) else " ".join(kept)


def read_inline(pages: Iterable[Page], config: Config) -> Iterator[Snippet]:
    """Yield a snippet for each program that stands in the pages and runs there."""
    for page in pages:
        languages = {fence.span.start: runs_as(fence, config) for fence in page.fences}
        fences = [fence for fence in page.fences if languages[fence.span.start]]
        if fences:
            yield from _page(page, fences, config)


def _page(page: Page, fences: Sequence[Fence], config: Config) -> Iterator[Snippet]:
    reach = read_reach(page, [fence.span.line for fence in fences])
    programs: dict[str, list[Fence]] = {}
    marks: dict[str, list[_Marks]] = {}
    last: dict[str, str] = {}
    for fence in fences:
        line, language = fence.span.line, _language(fence)
        mark = _marks(fence, skipped=line in reach.skipped)
        shared = mark.session or _shared(fence, config)
        name = _name(language, shared) + reach.part(line) if shared else f":{line}"
        if mark.skip:
            name = f":{line}"
        elif mark.continues:
            name = last.get(language, name)
        programs.setdefault(name, []).append(fence)
        marks.setdefault(name, []).append(mark)
        if not mark.skip:
            last[language] = name
    for name, parts in programs.items():
        yield _snippet(page, config, name, parts, marks[name])


def _name(language: str, shared: str) -> str:
    """Return the name of a program of several fences: those of two languages are never one."""
    if language == PYTHON:
        return f"#python-{shared}" if shared.partition("-")[0] in BY_LANGUAGE else f"#{shared}"
    return f"#{language}" if shared == language else f"#{language}-{shared}"


def _language(fence: Fence) -> str:
    """Return the language of the program that a fence is a part of."""
    language = canonical(fence.language)
    return language if language in BY_LANGUAGE else PYTHON


def _shared(fence: Fence, config: Config) -> str:
    """Return the name of the program that a fence is part of without saying so; nothing for one of its own."""
    if (language := _language(fence)) != PYTHON:
        return language if language == SQL.language or config.inline_session is Session.PAGE else ""
    if fence.directive == CELL:
        return "cells"
    if _is_transcript(fence):
        return "doctest"
    return "page" if config.inline_session is Session.PAGE else ""


def _marks(fence: Fence, *, skipped: bool) -> _Marks:
    words = set(re.split(r"[\s,{}]+", fence.info)[1:]) | words_in(fence.comments)
    reason, tags = "", set(re.split(r"[\s,\[\]]+", fence.options.get("tags", "")))
    left_out = {"skip-execution", "skip"} & tags or fence.options.get("test") == "skip"
    left_out = left_out or "+SKIP" in fence.options.get("options", "")
    if skipped or words & SKIP_WORDS or left_out or "skipif" in fence.options:
        reason = "its page marks it as not to be run"
    if "pyversion" in fence.options and not _fits(fence.options["pyversion"]):
        reason = f"it needs Python {fence.options['pyversion']}"
    if _ELSEWHERE.search(fence.body):
        reason = "it includes what lies on another machine"
    reason = reason or why_not(fence.comments, words)
    for comment in fence.comments:
        needs = _NEEDS.fullmatch(comment)
        if _SKIP.fullmatch(comment) or (needs and not _importable(needs["module"])):
            reason = f"its page marks it: {comment}"
    fails = any(_FAILS.fullmatch(each) for each in fence.comments) or "raises-exception" in tags
    wanted = fence.options.get("requires", "")
    return _Marks(
        skip=reason,
        session=fence.options.get("session", "") or fence.options.get("group", ""),
        continues=bool(words & CONTINUE_WORDS) or any(_CONTINUE.fullmatch(each) for each in fence.comments),
        expected_error=fence.options.get("expect-error", "") or ("Exception" if fails else ""),
        python=f">={wanted}" if re.fullmatch(r"\d+(?:\.\d+)*", wanted) else "",
    )


def _fits(versions: str) -> bool:
    """Tell whether this Python is one of the versions that Sphinx' option ``pyversion`` names."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(versions).contains(platform.python_version(), prereleases=True)
    except InvalidSpecifier:
        return True


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _is_transcript(fence: Fence) -> bool:
    """Tell whether a fence has ``>>>`` prompts (not in a docstring), or holds plain code for those that have."""
    if canonical(fence.language) == TRANSCRIPT or fence.directive in DOCTEST:
        return True
    prompts = re.search(r"^[ \t]*>>> ", fence.body, re.MULTILINE) is not None
    return prompts and not is_python(fence.body)


def _snippet(page: Page, config: Config, name: str, fences: list[Fence], marks: list[_Marks]) -> Snippet:
    language, mark = _language(fences[0]), marks[0]
    other = BY_LANGUAGE.get(language)
    doctest = other is None and _is_transcript(fences[0])
    alone = len(fences) == 1 and fences[0].directive != CELL
    expected = [] if other or doctest or alone else [each.expected_error for each in marks]
    return Snippet(
        id=SnippetId(f"{page.source.path.as_posix()}{name}"),
        source=page.source,
        file=config.root / page.source.path,
        metadata=Metadata(
            skip=mark.skip,
            expected_error="" if expected else mark.expected_error,
            python=mark.python,
            services=other.services if other else (),
        ),
        sections={},
        shown=(),
        program=_program(fences, "" if other else config.inline_setup, expected),
        inline=True,
        language=language,
        doctest=doctest,
        blocks=tuple(fence.span for fence in fences),
    )


def _program(fences: Sequence[Fence], setup: str, expected: Sequence[str]) -> str:
    """Return the fences' code as one text in which every line has the number that it has on the page.

    The line of the first opening fence, which has no code, takes the ``setup``. ``expected`` names for each fence the error
    that it is meant to end with while the program goes on; it is empty if the program as a whole is meant to, or doesn't go on.
    """
    lines: list[str] = []
    for fence, error in zip(fences, expected or [""] * len(fences), strict=True):
        first = fence.body_span.line
        lines += [""] * (first - 1 - len(lines))
        body = dedent(fence.body).splitlines()
        if fence.directive == CELL:  # a line of the notebook's own language leaves an empty one
            body = ["" if line.startswith(("%", "!")) else line for line in body]
        if error:
            code = "\n" * (first - 1) + "\n".join(body)
            body = [meant_to_fail(code, error, always=fence.directive != CELL), *[""] * (len(body) - 1)]
        lines += _with_prompt(body, first) if is_inline(fence) and _is_transcript(fence) else body
    if setup:
        lines[fences[0].body_span.line - 2] = (">>> " if _is_transcript(fences[0]) else "") + executes(setup)
    return "\n".join(lines) + "\n"


def _with_prompt(body: list[str], first: int) -> list[str]:
    """Return a transcript whose plain code, up to the first prompt, stands behind one; what that prints is not compared."""
    end = next((at for at, line in enumerate(body) if line.lstrip().startswith(">>> ")), len(body))
    code = "\n" * (first - 1) + "\n".join(body[:end]) + "\n"
    if not code.strip():
        return body
    quiet = "__import__('contextlib').redirect_stdout(__import__('io').StringIO())"
    return [f">>> with {quiet}: {executes(code)}", *[""] * (end - 1), *body[end:]]
