"""Decide which blocks run where they stand, and which are only shown because the project says so."""

from __future__ import annotations

import re
import shutil

from snippets_runner.conditions import Conditions
from snippets_runner.config import Config, Inline
from snippets_runner.languages.aliases import canonical
from snippets_runner.languages.programs import BY_LANGUAGE, SQL, Program
from snippets_runner.page import Fence

PYTHON, TRANSCRIPT = "python", "pycon"
"""The languages of a fence with Python: plain, or with ``>>>`` prompts."""
SHELL = frozenset({"bash", "zsh"})
MARKUP = frozenset({"html", "xml"})
"""Languages in which a word in angle brackets is an element."""

_PROMPT = re.compile(r"\A\s*(?:(?:#|//)[^\n]*\n\s*)*(?:\([^()\n]*\) ?)?[$%] \S")
"""A prompt before the first command: the block is a transcript of a terminal, answers and all."""
_ELLIPSIS = re.compile(
    r"^[ \t]*(?:(?:#|//|--|/\*|<!--)[ \t]*)?(?:\.\.\.|…)[ \t]*(?:\*/|-->)?,?[ \t]*$", re.MULTILINE
)
"""A line that stands for others: the block is an excerpt, which no parser takes."""
_PLACEHOLDER = re.compile(r"<[A-Z][A-Z0-9_-]+>")
"""A word that stands for another: the block is a template, which no parser takes either."""
READERS_MACHINE = re.compile(
    r"^[ \t]*(?:sudo|doas|apt|apt-get|apk|dnf|yum|pacman|brew|snap|choco|winget|docker|docker-compose|podman|kubectl|helm"
    r"|pip3?|pipx|uv|uvx|poetry|pdm|hatch|conda|mamba|npm|npx|pnpm|yarn|bun|cargo|gem|composer|systemctl|ssh|scp"
    r"|git[ \t]+(?:clone|pull|push|fetch)|go[ \t]+(?:get|install)|python3?[ \t]+-m[ \t]+(?:pip|venv)"
    r"|(?:curl|wget)[ \t][^\n]*https?://(?!localhost|127\.))\b",
    re.MULTILINE,
)
"""A command that changes the machine of a reader, or needs another one: installs, fetches, starts containers."""
_GO = re.compile(r"^package[ \t]+main\b.*^func[ \t]+main\(\)", re.MULTILINE | re.DOTALL)


def is_only_shown(fence: Fence, config: Config) -> bool:
    """Tell whether the project gives a reason for only showing blocks in this language, by any of its names."""
    return fence.language in config.shown or canonical(fence.language) in config.shown


def is_terminal(fence: Fence) -> bool:
    """Tell whether a block of shell is the transcript of a terminal."""
    return canonical(fence.language) in SHELL and _PROMPT.search(fence.body) is not None


def leaves_out(fence: Fence) -> bool:
    """Tell whether a block says that it is an excerpt, or a template."""
    template = canonical(fence.language) not in MARKUP and _PLACEHOLDER.search(fence.body)
    return bool(template or _ELLIPSIS.search(fence.body))


def runs_as(fence: Fence, config: Config) -> str:
    """Return the language as which a block's own code runs where it stands; nothing if it does not.

    SQL always runs, and Python where the project says so (``inline``). So do shell, JavaScript and Go, where their program
    is on this machine, and unless the block is the transcript of a terminal, an excerpt, a part of a program, or is about
    the machine of whoever reads it.
    """
    language = canonical(fence.language)
    if fence.includes or is_only_shown(fence, config):
        return ""
    if language == SQL.language:
        return language
    if config.inline is not Inline.RUN:
        return ""
    if language in (PYTHON, TRANSCRIPT):
        return language
    if language not in config.inline_languages or not is_here(BY_LANGUAGE[language]):
        return ""
    return language if _is_whole(language, fence) else ""


def is_here(program: Program) -> bool:
    """Tell whether the program that runs a language is where snippets find it."""
    return shutil.which(program.command[0], path=Conditions().environment()["PATH"]) is not None


def _is_whole(language: str, fence: Fence) -> bool:
    if leaves_out(fence) or is_terminal(fence):
        return False
    if language == "go":
        return _GO.search(fence.body) is not None
    return language != "bash" or READERS_MACHINE.search(fence.body) is None
