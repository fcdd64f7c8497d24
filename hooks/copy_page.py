"""Offer each note's Markdown copy in the line under its title: a link, which a script makes a button that copies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mkdocs.utils import get_relative_url

from slipbox.feeds import copy_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

SCRIPT = "assets/javascripts/copy-page.js"
WORDS = {"en": "Copy as Markdown", "nb": "Kopier som Markdown"}
_LINE = re.compile(r'(<p class="slipbox-line" lang="(?P<lang>\w+)"[^>]*>.*?)(</p>)', re.DOTALL)


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """Add the link to every page that has a line and a copy."""
    made = {file.dest_uri for file in files}
    for file in files.documentation_pages():
        content = file.page.content if file.page is not None else None
        copy = copy_of(file.dest_uri.removesuffix("index.html"))
        found = _LINE.search(content) if content and copy in made else None
        if found is None or content is None or file.page is None:
            continue
        href = get_relative_url(copy_of(file.url), file.url)
        link = f' · <a class="copy-page" href="{href}">{WORDS[found["lang"]]}</a>'
        script = f'<script src="{get_relative_url(SCRIPT, file.url)}" defer></script>'
        file.page.content = content[: found.end(1)] + link + content[found.end(1) :] + script
    return env
