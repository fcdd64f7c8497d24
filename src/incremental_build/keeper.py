"""What one build knows: what all pages depend on, and which page is in turn."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from markdown.util import get_installed_extensions

from incremental_build.ahead import Ahead, can_fork
from incremental_build.code import folder_digest, of_a_package
from incremental_build.digest import digest
from incremental_build.documenting import DIRECTIVE, Documenting, keep_formatting
from incremental_build.errors import Undigestible
from incremental_build.memo import Memo
from incremental_build.records import OpenedFiles

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.plugins.incremental_build")

PURE = ("markdown.extensions.", "pymdownx.", "material.extensions.")
"""Modules of Markdown extensions whose HTML depends on text, settings and the files they open, and on nothing else."""
NOT_PURE = ("pymdownx.b64",)
"""But for those that also look whether a file is there."""
ENOUGH = 6
"""How many pages have to be rendered before helpers are started for the rest."""
_INCLUDE = re.compile(r"^[ \t]*;*-+8<-+", re.MULTILINE)


class Keeper:
    """Keys, and the helpers of one build."""

    def __init__(
        self, memo: Memo, opened: OpenedFiles, code: str, trusted: Iterable[str], processes: int
    ) -> None:
        """Begin a build."""
        self.memo, self.opened, self.code = memo, opened, code
        self.trusted, self.processes = frozenset(trusted), processes
        self.page: Page | None = None
        """The page that a template is being rendered for."""
        self.looked_aside = False
        """Whether that template has asked for the content of another page."""
        self.note: Callable[[str], object] = str
        """Is told of each file that a page taken from elsewhere was made of."""
        self.calls: list[list[Any]] | None = None
        """What rendering told another plugin, while that is noted."""
        self.unknown = ""
        """What pages may depend on that no key covers, in words."""
        self.turn = ""
        """The page whose turn it is, for the helpers."""
        self._base: str | None = None
        self._includes = False
        self._hearers: list[Callable[..., None]] = []
        self._told: set[str] = set()
        self._ahead: Ahead | None = None
        self._started: set[str] = set()

    def prepare(self, config: MkDocsConfig) -> None:
        """Work out what every page's HTML depends on; without it nothing is kept."""
        names = named_extensions(config)
        self._documenting = Documenting(config, self.note)
        if "mkdocstrings" in config.plugins:
            keep_formatting(self.memo, self.code)
        level = logging.getLogger("mkdocs").getEffectiveLevel()
        single = config.mdx_configs.get("pymdownx.snippets", {})
        paths = single.get("base_path", ["."])
        one = isinstance(paths, str) or len(paths) == 1
        self._includes = one and bool(single.get("check_paths")) and not single.get("url_download")
        icons = [os.path.join(folder, ".icons") for folder in config.theme.dirs]
        icons += config.mdx_configs.get("pymdownx.emoji", {}).get("options", {}).get("custom_icons", [])
        try:
            for name in names:
                self._check(name)
            self._base = digest(
                self.code, [str(name) for name in names], config.mdx_configs, config.validation, config.use_directory_urls, level,
                folder_digest(folder for folder in icons if not of_a_package(folder)),
            )  # fmt: skip
        except Undigestible as error:
            self.tell(f"pages are not kept: {error}")

    def _check(self, name: str) -> None:
        """Refuse an extension that nobody has vouched for."""
        entry = get_installed_extensions()
        module = next((str(each.value).partition(":")[0] for each in entry if each.name == name), name)
        known = module.startswith(PURE) and module not in NOT_PURE
        if not known and name not in self.trusted and module not in self.trusted:
            raise Undigestible(kind=f"the Markdown extension {name}")

    def render_key(self, page: Page, config: MkDocsConfig) -> str | None:
        """Return the key of a page's HTML; None if it can't be known."""
        if self._base is None or page.markdown is None:
            return None
        text = page.markdown
        if _INCLUDE.search(text) and "pymdownx.snippets" in config.markdown_extensions and not self._includes:
            return None
        try:
            told = [self._told_by(extension, page) for extension in config.markdown_extensions]
            if None in told:
                return None
            file = page.file
            return digest(self._base, file.src_uri, file.url, file.inclusion, text, dict(page.meta), told)
        except Undigestible as error:
            self.tell(f"pages are not kept: {error}")
            return None

    def _told_by(self, extension: Any, page: Page) -> str | None:
        """Return what an extension says a page's HTML depends on besides its text; None if that is not known."""
        if isinstance(extension, str):
            return ""
        ask: Callable[[Page], str | None] | None = getattr(extension, "incremental_key", None)
        if ask is not None:
            return ask(page)
        name = f"{type(extension).__module__}.{type(extension).__qualname__}"
        if name.startswith("mkdocstrings."):  # it reads code; a page without its directive is not its own
            text = page.markdown or ""
            return self._documenting.key(text) if DIRECTIVE.search(text) else name
        if name.startswith("mkdocs_autorefs.") or name in self.trusted:
            return name
        raise Undigestible(kind=f"the Markdown extension {name}")

    def products(self, config: MkDocsConfig) -> dict[str, Any]:
        """Return what rendering a page added to what extensions gather of all pages, by the extension's place in the list."""
        listed: list[Any] = list(config.markdown_extensions)
        gathering = [
            (number, each) for number, each in enumerate(listed) if hasattr(each, "incremental_products")
        ]
        return {str(number): each.incremental_products() for number, each in gathering}

    def restore(self, config: MkDocsConfig, products: dict[str, Any]) -> None:
        """Let them gather it again."""
        listed: list[Any] = list(config.markdown_extensions)
        for number, made in products.items():
            listed[int(number)].incremental_restore(made)

    def tell(self, message: str) -> None:
        """Say once why something is not kept."""
        self.unknown = self.unknown or message
        if message not in self._told:
            self._told.add(message)
            log.info("%s; hint: the option `trusted` names what depends on its text alone", message)

    def start_helpers(self, stage: str, left: Callable[[], list[str]], work: Callable[[str], None]) -> None:
        """Start helpers for what is left, if enough of what came before had to be made."""
        if stage in self._started or self.memo.misses < ENOUGH or not can_fork(self.processes):
            return
        self._started.add(stage)
        names = left()
        if len(names) > ENOUGH:
            ahead = Ahead(names, work, self.memo, self.processes)
            self._ahead = ahead
            self.memo.ahead = lambda: ahead.wait(self.turn)

    def hear(self, plugin: Any) -> None:
        """Note what rendering tells mkdocs-autorefs, which gathers the ids of all pages, so that it can be told again."""
        original = plugin.register_anchor

        def register_anchor(page: Page, identifier: str, *args: Any, **kwargs: Any) -> None:
            if self.calls is not None:
                self.calls.append([identifier, list(args), kwargs])
            original(page, identifier, *args, **kwargs)

        plugin.register_anchor = register_anchor
        self._hearers = [original]

    def replay(self, page: Page, calls: list[list[Any]]) -> None:
        """Tell it again."""
        for hearer in self._hearers:
            for identifier, args, kwargs in calls:
                hearer(page, identifier, *args, **kwargs)

    def stop_helpers(self) -> None:
        """End the helpers of a stage; the next one decides anew."""
        if self._ahead is not None:
            self._ahead.close()
        self._ahead = self.memo.ahead = None
        self.memo.misses = 0


def left_after(files: Iterable[File], last: str) -> list[str]:
    """Return the pages that come after one, in order."""
    names = [file.src_uri for file in files]
    return names[names.index(last) + 1 :] if last in names else []


def find_page(files: Files, name: str) -> Page:
    """Return a page by its path."""
    file = files.get_file_from_path(name)
    assert file is not None and file.page is not None
    return file.page


def named_extensions(config: MkDocsConfig) -> list[str]:
    """Return the Markdown extensions that are given by name; plugins put objects among them."""
    listed: list[Any] = list(config.markdown_extensions)
    return [name for name in listed if isinstance(name, str)]
