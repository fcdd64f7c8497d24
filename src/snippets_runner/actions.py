"""What a reader can do with the file behind a snippet: download it, open it where it is developed, run it at home.

The two links are plain links, and the command is text: none of it needs a script.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote

from snippets_runner.finding import SnippetId
from snippets_runner.model import Snippet
from snippets_runner.services.pool import SERVICES
from snippets_runner.words import listed


class Action(Enum):
    """One thing that a page offers to do with a shown file."""

    DOWNLOAD = "download"
    """A link to the file, where the site publishes it."""
    OPEN = "open"
    """A link to the file in the repository, where one is known."""
    RUN = "run"
    """The command that runs it in a clone, and what it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the project's files are found, seen from the page that is rendered."""

    files: str = ""
    """The address below which the site publishes them; empty if it doesn't."""
    repository: str = ""
    """The address below which the repository shows them; empty if there is none."""


def actions_html(
    snippet: Snippet, *, wanted: Collection[Action], places: Places, words: Mapping[str, str]
) -> str:
    """Return the row of actions under a snippet; nothing if there is nothing to do."""
    name = snippet.file.name
    items = []
    if Action.DOWNLOAD in wanted and places.files and is_inside(snippet.id):
        items.append(_link(places.files, snippet.id, words["download"], name, " download"))
    if Action.OPEN in wanted and places.repository and is_inside(snippet.id):
        items.append(_link(places.repository, snippet.id, words["open"], name))
    if Action.RUN in wanted and is_inside(snippet.id):
        items.append(_run(snippet, words))
    if not items:
        return ""
    label = escape(words["actions"].format(name=name))
    listing = "".join(f"<li>{item}</li>" for item in items)
    return (
        f'<ul class="snippet-actions" data-snippet="{escape(snippet.id)}" aria-label="{label}">{listing}</ul>'
    )


def is_inside(snippet: SnippetId) -> bool:
    """Tell whether a snippet lies in the project, so that the site can publish it and a clone holds it."""
    path = PurePosixPath(snippet)
    return not path.is_absolute() and ".." not in path.parts


def _link(top: str, snippet: SnippetId, word: str, name: str, attribute: str = "") -> str:
    address = escape(f"{top.rstrip('/')}/{quote(snippet)}")
    return f'<a href="{address}" aria-label="{escape(f"{word}: {name}")}"{attribute}>{escape(word)}</a>'


def _run(snippet: Snippet, words: Mapping[str, str]) -> str:
    """Return the command that runs a snippet, folded, with the services that it needs."""
    needs = [SERVICES[each].title if each in SERVICES else each for each in snippet.metadata.services]
    alone = snippet.language == "python" and not needs
    program = "uv run" if alone else "snippets-runner run"
    command = f"{program} {shlex.quote(snippet.id)}"
    told = words["run_with"].format(services=listed(needs, words)) if needs else words["run_alone"]
    return (
        f'<details class="snippet-run"><summary>{escape(words["run"])}</summary><div class="snippet-run__how">'
        f'<p>{escape(told)}</p><pre tabindex="0"><code>{escape(command, quote=False)}</code></pre></div></details>'
    )
