"""Paste included snippets into their fences, and put outputs and badges under them, before Markdown reads the page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Protocol

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from snippets_runner.actions import Action, Places, actions_html, is_inside
from snippets_runner.annotations import end_of_list, is_annotated
from snippets_runner.badge import badge_html
from snippets_runner.cache import digest_of
from snippets_runner.config import Config, Inline
from snippets_runner.finding import Code, Finding, SnippetId
from snippets_runner.inline import read_inline, without_marks
from snippets_runner.languages.running import runs_as
from snippets_runner.ledger import Entry, Ledger
from snippets_runner.markdown import read_page
from snippets_runner.model import Snippet, Status
from snippets_runner.page import Fence, Include, OutputStyle, Page
from snippets_runner.paste import IncludeProblem, Paster, fenced, recordings
from snippets_runner.render import figures_html, footer_html, output_html
from snippets_runner.source import Source, Span
from snippets_runner.words import words_for

FIGURES = "snippets-figures"
"""The language of a fence that is replaced by the table of figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """The page that is being rendered, as far as an engine tells."""

    path: Path = Path("page.md")
    """Relative to the project's root, for messages."""
    language: str = "en"
    first_line: int = 1
    """The line of the file at which the text begins that the engine hands over: after the front matter."""
    places: Places = field(default_factory=Places)
    """Where the project's files are, seen from this page."""


class Host(Protocol):
    """What the preprocessor asks of the extension."""

    page: PageContext
    on_finding: Callable[[Finding], None]

    def show(self, snippet: SnippetId, file: Path) -> None:
        """Get a file that the page offers."""
        ...

    @property
    def actions(self) -> Collection[Action]:
        """Return what a page offers to do with a shown file."""
        ...

    @property
    def require_verified(self) -> bool:
        """Tell whether an unverified snippet is a finding."""
        ...


class StashPreprocessor(Preprocessor):
    """Put the HTML blocks into Python-Markdown's stash, where nothing touches them, once placeholders are safe."""

    def __init__(self, md: Markdown, blocks: Mapping[str, str]) -> None:
        """Take the blocks that the first preprocessor made, by token."""
        super().__init__(md)
        self._stash, self._blocks = md.htmlStash, blocks

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with every token replaced."""
        tokens = dict(self._blocks)
        for number, line in enumerate(lines):
            token = line.lstrip("> \t").rstrip()
            if token in tokens:
                lines[number] = line.replace(token, self._stash.store(tokens[token]))
        return lines


class SnippetsPreprocessor(Preprocessor):
    """Paste included snippets into their fences and put outputs and badges under them."""

    def __init__(self, md: Markdown, host: Host, config: Config, ledger: Ledger) -> None:
        """Work with this project's settings and ledger, for a host that knows the page."""
        super().__init__(md)
        self._host, self._config, self._ledger = host, config, ledger
        self._paster = Paster(config)
        self.blocks: dict[str, str] = {}

    def run(self, lines: list[str]) -> list[str]:
        """Return the page's lines with every include inside a fence done."""
        text = "\n".join(lines)
        self.blocks.clear()
        self._mark = f"snippets{secrets.token_hex(8)}x"
        runs = self._config.inline is Inline.RUN or "sql" in text.lower()
        if not runs and not any(mark in text for mark in ("8<", FIGURES, "after=")):
            return lines
        skipped = "\n" * (self._host.page.first_line - 1)
        text = skipped + text  # so that places are those of the file
        page, _ = read_page(Source(path=self._host.page.path, text=text))
        words = words_for(self._host.page.language)
        shown: dict[SnippetId, Entry | None] = {}
        pieces: list[str] = []
        at = len(skipped)
        for fence in page.fences:
            if fence.language == FIGURES:
                new, below = self._stash(fence.prefix, figures_html(self._ledger, words=words)), ""
            elif fence.includes:
                new, below = self._fence(fence, shown)
            elif runs and (info := without_marks(fence.info)) != fence.info and runs_as(fence, self._config):
                new, below = f"{fence.prefix}{fence.span.text.replace(fence.info, info, 1)}", ""
            else:
                continue
            start = fence.span.start - len(fence.prefix)
            at, before = fence.span.end, text[at:start]
            if below:
                end = end_of_list(text, at, prefix=fence.prefix) if is_annotated(new) else at
                blank = fence.prefix.rstrip()
                new, at = "\n".join((f"{new}{text[at:end]}", blank, self._stash(fence.prefix, below))), end
            following = text[at + 1 :].split("\n", 1)[0]
            pieces += [before, new, f"\n{fence.prefix.rstrip()}" if following.strip("> \t") else ""]
        pieces.append(text[at:])
        if runs and self._host.require_verified:
            self._verify(page)
        if shown:
            pieces.append("\n\n" + self._stash("", footer_html(shown.values(), words=words)))
        return "".join(pieces).split("\n")

    def _verify(self, page: Page) -> None:
        """Tell of each program that stands in a page and is not known to have passed, or to be skipped, as it stands."""
        for snippet in read_inline([page], self._config):
            entry = self._ledger.entries.get(snippet.id)
            if entry is None or entry.digest != digest_of(snippet) or entry.status is Status.FAILED:
                self._host.on_finding(_unverified(snippet, snippet.place()))

    def _stash(self, prefix: str, html: str) -> str:
        """Return a token for HTML that no other part of Markdown may touch, as a line of its own."""
        token = f"{self._mark}{len(self.blocks)}x"
        self.blocks[token] = html
        return f"{prefix}{token}"

    def _fence(self, fence: Fence, shown: dict[SnippetId, Entry | None]) -> tuple[str, str]:
        """Return a fence with its includes pasted, and the HTML of its outputs and badges."""
        try:
            body, files = self._paster.body(fence, written=_escaped)
            style = self._paster.style(fence)
            marked = self._paster.marks(fence)
            named = len(files) > 1
            below = "".join(
                self._below(file, include, style, shown, named=named) for file, include in files.items()
            )
        except IncludeProblem as problem:
            self._host.on_finding(problem.finding)
            finding = problem.finding
            message = f'<div class="snippet-badge snippet-badge--failed">✗ {escape(f"{finding.code.value}: {finding.message}")}</div>'
            return self._stash(fence.prefix, message), ""
        return fenced(fence, body, marked=marked), below

    def _below(
        self,
        file: Path,
        include: Include,
        style: OutputStyle,
        shown: dict[SnippetId, Entry | None],
        *,
        named: bool,
    ) -> str:
        """Return the recorded output and the badge of one included file; nothing for support code and other languages.

        ``named`` tells whether its name stands there too, since it is one of several.
        """
        snippet = self._paster.snippet(file)
        if snippet is None:
            return ""
        words = words_for(self._host.page.language)
        entry = self._ledger.entries.get(snippet.id)
        fresh = entry is not None and entry.digest == digest_of(snippet)
        shown[snippet.id] = entry if fresh else None
        if self._host.require_verified and not (fresh and entry and entry.status is not Status.FAILED):
            self._host.on_finding(_unverified(snippet, include.span))
        html = [
            output_html(text, kind=kind, style=style, fold=self._config.fold, words=words)
            for kind, text in recordings(snippet, include, style)
        ]
        if is_inside(snippet.id):
            self._host.show(snippet.id, snippet.file)
        places = self._host.page.places
        row = actions_html(snippet, wanted=self._host.actions, places=places, words=words)
        badge = badge_html(entry, fresh=fresh, words=words)
        name = f'<code class="snippet-foot__name">{escape(file.name)}</code>' if named else ""
        return "".join([*html, f'<div class="snippet-foot">{name}{badge}{row}</div>'])


def _escaped(line: str) -> str:
    """Keep ``pymdownx.snippets``, which runs next, from taking a pasted line for an include."""
    return re.sub(r"^(\s*)(-{1,}8<-{1,})", r"\1;\2", line)


def _unverified(snippet: Snippet, where: Span) -> Finding:
    return Finding(
        code=Code.UNVERIFIED,
        where=where,
        message=f"shows {snippet.id}, which is not verified as it stands",
        hint=f"snippets-runner check {snippet.id}",
        snippet=snippet.id,
    )
