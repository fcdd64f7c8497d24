"""A page of MkDocs that is rendered only if nothing like it is remembered."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from incremental_build.documenting import DIRECTIVE
from incremental_build.documenting import KIND as FORMATTED
from incremental_build.keeper import Keeper, find_page, left_after
from incremental_build.records import listening, say_again, state_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files

KIND = "html"


class KeptPage(Page):
    """A page whose HTML is remembered."""

    keeper: Keeper

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Take the page's HTML from the last build if all that it depends on is as it was, else render it."""
        keeper, name = self.keeper, self.file.src_uri
        keeper.turn = name
        key = keeper.render_key(self, config)
        if key is None:
            super().render(config, files)
            return
        kept = keeper.memo.find(KIND, name, key, lambda found: _still(found, files))
        if kept is not None:
            self._take(kept, files)
            if self._shows_code():
                keeper.memo.spare(FORMATTED)
            keeper.restore(config, kept["products"])
            return
        asking = _Asking(files)
        before, keeper.calls = keeper.calls, []
        try:
            with listening() as said, keeper.opened.noting() as paths:
                super().render(config, asking)  # type: ignore[arg-type]
            made = self._made(asking.asked)
            if (
                self._shows_code()
            ):  # its key covers the code; which folders were searched for it doesn't matter
                paths = {path: None for path in paths if not os.path.isdir(path)}
            made |= {"said": said, "files": {path: state_of(path) for path in paths}, "calls": keeper.calls}
            made["products"] = keeper.products(config)
        finally:
            keeper.calls = before
        if all(
            level < logging.ERROR for _, level, _ in said
        ):  # what failed, or took too long, is tried again
            keeper.memo.put(KIND, name, key, made)
        keeper.start_helpers(KIND, lambda: _left(files, name), lambda other: _populate(other, config, files))

    def _shows_code(self) -> bool:
        return DIRECTIVE.search(self.markdown or "") is not None

    def _made(self, asked: dict[str, Any]) -> dict[str, Any]:
        links = getattr(self, "links_to_anchors", None)
        return {
            "html": self.content,
            "title": self._title_from_render,
            "toc": [_plain(item) for item in self.toc],
            "anchors": sorted(self.present_anchor_ids or ()),
            "links": None if links is None else [[file.src_uri, found] for file, found in links.items()],
            "asked": asked,
        }

    def _take(self, kept: dict[str, Any], files: Files) -> None:
        """Be as after a render that made this."""
        self.content = kept["html"]
        self._title_from_render = kept["title"]
        toc = [_anchor(item) for item in kept["toc"]]
        if toc:
            toc[0].active = True  # type: ignore[attr-defined]
        self.toc = TableOfContents(toc)
        self.present_anchor_ids = set(kept["anchors"])
        if kept["links"] is not None:
            targets = {name: files.get_file_from_path(name) for name, _ in kept["links"]}
            self.links_to_anchors = {targets[name]: found for name, found in kept["links"]}  # type: ignore[misc]
        for path in kept["files"]:
            self.keeper.note(path)
        self.keeper.replay(self, kept["calls"])
        say_again([(name, level, message) for name, level, message in kept["said"]])


class _Watched:
    """What a page holds, noting when a template asks for it of another page than its own, whose key doesn't cover that."""

    def __init__(self, name: str) -> None:
        self.name, self.plain = name, Page.__dict__.get(name)

    def __get__(self, page: Any, owner: type) -> Any:
        shown = page.keeper.page
        if shown is None or shown is page:
            return self._value(page)
        if self.name != "title":
            page.keeper.looked_aside = True
        page.keeper.page = None  # a title is looked for in the content
        try:
            return self._value(page)
        finally:
            page.keeper.page = shown

    def _value(self, page: Any) -> Any:
        if self.name in page.__dict__ or self.plain is None:
            return page.__dict__[self.name]
        return self.plain.__get__(page, type(page))

    def __set__(self, page: Any, value: object) -> None:
        page.__dict__[self.name] = value


for _name in ("content", "toc", "markdown", "title"):
    setattr(KeptPage, _name, _Watched(_name))
KeptPage.__name__ = Page.__name__  # a page that a template prints says what it is


class _Asking:
    """MkDocs' files, noting which are asked for while links are followed."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.asked: dict[str, Any] = {}

    def get_file_from_path(self, path: str) -> File | None:
        found = self._files.get_file_from_path(path)
        self.asked[path] = _answer(found)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)


def _answer(file: File | None) -> list[Any] | None:
    return None if file is None else [file.src_uri, file.url, file.inclusion.is_excluded()]  # type: ignore[no-untyped-call]


def _still(kept: dict[str, Any], files: Files) -> bool:
    """Return whether its links still mean the same, and the files that it was made of still hold the same."""
    links = all(_answer(files.get_file_from_path(path)) == answer for path, answer in kept["asked"].items())
    return links and all(state_of(path) == state for path, state in kept["files"].items())


def _left(files: Files, name: str) -> list[str]:
    return left_after(files.documentation_pages(), name)


def _populate(name: str, config: MkDocsConfig, files: Files) -> None:
    """Do with a page what MkDocs does before any page is written."""
    page = find_page(files, name)
    config._current_page = page
    page = config.plugins.on_pre_page(page, config=config, files=files)
    page.read_source(config)
    page.markdown = config.plugins.on_page_markdown(
        page.markdown or "", page=page, config=config, files=files
    )
    page.render(config, files)
    config.plugins.on_page_content(page.content or "", page=page, config=config, files=files)
    page.content = None  # what was remembered is handed on; the rest would fill a helper's memory


def _plain(item: AnchorLink) -> list[Any]:
    return [item.title, item.id, item.level, [_plain(child) for child in item.children]]


def _anchor(item: list[Any]) -> AnchorLink:
    made = AnchorLink(item[0], item[1], item[2])
    made.children = [_anchor(child) for child in item[3]]
    return made
