"""Find every fault of a built site: the steps, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from site_checker.address import Base, Elsewhere, Refused, Target, read
from site_checker.lists import Unreadable, read_list
from site_checker.model import Code, Fault, Reference, Role
from site_checker.near import hint_for
from site_checker.page import read_page
from site_checker.redirects import redirect_faults
from site_checker.site import Site
from site_checker.styles import addresses_in, imports_in
from site_checker.wholes import collisions

_WHY = {
    Code.ABOVE_ROOT: "climbs above the site's root",
    Code.UNESCAPED: "holds a character that an address must escape",
    Code.EMPTY_LINK: "is empty",
}


@dataclass(slots=True)
class Checker:
    """Checks one site. What it has seen is kept here, since later steps ask for it."""

    site: Site
    base: Base
    count: int = 0
    """How many addresses led into the site."""
    externals: dict[str, str] = field(default_factory=dict)
    """Each address of another site, with the first page that names it."""
    ways: dict[str, set[str]] = field(default_factory=dict)
    """For each page the pages that it leads to."""
    loaded: dict[str, str] = field(default_factory=dict)
    """Style sheets, drawings and module scripts that something asks for, each with who did."""

    def run(self) -> Iterator[Fault]:
        """Yield every fault."""
        for name in self.site.pages:
            yield from self._page(name)
        yield from self._loaded()
        for file in sorted(self.site.files):
            yield from self._list(file)
        yield from redirect_faults(self.site, self.base)
        yield from collisions(self.site)

    def _page(self, name: str) -> Iterator[Fault]:
        """Yield what is wrong on one page."""
        page = self.site.pages[name]
        folder = name.split("/")[:-1]
        if not page.readable:
            yield Fault(page=name, code=Code.UNREADABLE, message="its bytes are not UTF-8")
        if page.base:
            meant = read(Reference(page.base, Role.NAME, "base href"), folder, self.base)
            folder = meant.path.split("/")[:-1] if isinstance(meant, Target) else folder
        seen: set[tuple[str, Role]] = set()
        for reference in page.references:
            if (reference.written, reference.role) not in seen:
                seen.add((reference.written, reference.role))
                yield from self._reference(name, reference, folder)
        yield from self._ids(name)
        for text in page.modules:
            for each in imports_in(text):
                yield from self._reference(name, Reference(each, Role.LOAD, "module"), folder)
        for left in page.left:
            yield Fault(page=name, code=Code.LEFT_AS_TEXT, message=f'"{left}" is left as it was written', needle=left,
                        hint="its target or definition isn't there, or it is not what Markdown reads")  # fmt: skip
        for reference in page.silent:
            yield Fault(page=name, code=Code.EMPTY_TEXT, message=f'the link to "{reference.written}" has no text',
                        needle=reference.written, hint="give it words, or its picture an alternative text")  # fmt: skip

    def _ids(self, name: str) -> Iterator[Fault]:
        """Yield ids that are used twice, and ids that attributes ask for and nothing bears."""
        page = self.site.pages[name]
        for each, times in page.ids.items():
            if times > 1 or not each:
                words = f'the id "{each}" is used {times} times' if each else "an id is empty"
                yield Fault(page=name, code=Code.DUPLICATE_ID, message=words, needle=each)
        for each, what in dict.fromkeys(page.wanted):
            if each not in page.ids and not (what.endswith("usemap") and each in page.names):
                yield Fault(page=name, code=Code.MISSING_ID, message=f'{what} refers to "{each}", and no element has this id',
                            needle=each)  # fmt: skip
        if len(set(page.canonical)) > 1:
            yield Fault(
                page=name, code=Code.CONTRADICTION, message=f"{len(page.canonical)} canonical addresses"
            )
        languages: dict[str, str] = {}
        for language, address in page.languages:
            if languages.setdefault(language.lower(), address) != address:
                yield Fault(
                    page=name,
                    code=Code.CONTRADICTION,
                    message=f'hreflang "{language}" has two addresses',
                    needle=address,
                )

    def _reference(self, name: str, reference: Reference, folder: list[str]) -> Iterator[Fault]:
        """Yield what is wrong with one address."""
        meant = read(reference, folder, self.base)
        if isinstance(meant, Elsewhere):
            if reference.role is not Role.NAME:
                self.externals.setdefault(meant.url, name)
        elif isinstance(meant, Refused):
            yield self._fault(name, reference, meant.code, meant.why)
        elif isinstance(meant, Target):
            relative = not reference.written.lstrip().startswith(("/", "#")) and ":" not in reference.written
            if name == "404.html" and relative and not self.base.host:
                return  # it is served at any address, and says so by absolute ones where it can
            yield from self._target(name, reference, meant)

    def _target(self, name: str, reference: Reference, target: Target) -> Iterator[Fault]:
        """Yield what is wrong with an address in the site."""
        self.count += 1
        if target.fault:
            words = f'{reference.what} "{reference.written}" {_WHY[target.fault]}'
            yield self._fault(name, reference, target.fault, words)
        own = reference.written.lstrip().startswith("#")
        file = name if own else self.site.file(target.path)
        if not file:
            if not target.fault:
                code, hint = hint_for(self.site, target.path)
                words = f'{reference.what} "{reference.written}" leads to {target.path or "/"}, which is not there'
                yield self._fault(name, reference, code, words, hint)
            return
        self._note(name, reference, file)
        if target.anchor and not self.site.has_anchor(file, target.anchor):
            words = f'{reference.what} "{reference.written}" asks for "{target.anchor}", and {file} has no such id'
            yield self._fault(
                name, reference, Code.MISSING_ANCHOR, words, hint_for(self.site, file, target.anchor)[1]
            )

    def _note(self, name: str, reference: Reference, file: str) -> None:
        """Keep what later steps ask for."""
        if reference.role in (Role.LINK, Role.REDIRECT) or reference.what.startswith("iframe"):
            self.ways.setdefault(name, set()).add(file)
        elif file.endswith((".css", ".svg")) or (
            reference.what == "module" and file.endswith((".js", ".mjs"))
        ):
            self.loaded.setdefault(file, name)

    def _fault(self, page: str, reference: Reference, code: Code, message: str, hint: str = "") -> Fault:
        return Fault(
            page=page, code=code, message=message, needle=reference.written, text=reference.text, hint=hint
        )

    def _loaded(self) -> Iterator[Fault]:
        """Yield what is wrong in style sheets, drawings and modules, also those that these ask for."""
        waiting, seen = list(self.loaded), set(self.loaded)
        while waiting:
            file = waiting.pop()
            for reference in dict.fromkeys(self._asked(file)):
                yield from self._reference(file, reference, file.split("/")[:-1])
            fresh = sorted(set(self.loaded) - seen)
            seen.update(fresh)
            waiting += fresh

    def _asked(self, file: str) -> Iterator[Reference]:
        """Yield the addresses in a style sheet, a drawing or a module."""
        text = self.site.text(file)
        if file.endswith(".svg"):
            yield from read_page(text.encode(errors="replace")).references
        elif file.endswith(".css"):
            yield from (Reference(each, Role.LOAD, "url()") for each in addresses_in(text))
        else:
            yield from (Reference(each, Role.LOAD, "module") for each in imports_in(text))

    def _list(self, file: str) -> Iterator[Fault]:
        """Yield what is wrong in a list for programs."""
        try:
            listed = read_list(self.site, file)
        except Unreadable as error:
            yield Fault(page=file, code=Code.UNREADABLE, message=f"it can't be read: {error}")
            return
        for relative_to, reference in listed:
            if not reference.written:
                continue  # the home page, in lists whose addresses begin at the root
            folder = relative_to.split("/")[:-1]
            yield from self._reference(file, reference, folder)
            meant = read(reference, folder, self.base)
            if isinstance(meant, Elsewhere) and self.base.host and reference.what == "the sitemap":
                yield self._fault(
                    file,
                    reference,
                    Code.OUTSIDE_BASE,
                    f'the sitemap names another site: "{reference.written}"',
                )
            page = self.site.pages.get(self.site.file(meant.path)) if isinstance(meant, Target) else None
            if (
                page
                and page.redirect is not None
                and reference.what in ("the sitemap", "the search index", "the feed")
            ):
                words = f'{reference.what} names "{reference.written}", which only leads on'
                yield self._fault(
                    file,
                    reference,
                    Code.LISTED_REDIRECT,
                    words,
                    "name where it leads; or an alias took the place of a page",
                )
