"""The finished page: what a template makes of it is kept while nothing that the template can see has changed."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import jinja2
from mkdocs.commands.build import get_context

from incremental_build.code import folder_digest, theme_settings
from incremental_build.digest import digest
from incremental_build.errors import Undigestible
from incremental_build.keeper import Keeper, find_page, left_after, named_extensions
from incremental_build.navigation import keep_entries_of_navigation

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

KIND = "page"
QUIET = (
    "incremental_build",
    "search",
    "slipbox",
    "snippets_runner",
    "site_checker",
    "autorefs",
    "mkdocstrings",
)
"""Plugins that leave the navigation as it is while pages are written."""
_OURS = ("keeper", "content", "toc", "markdown", "file", "parent", "children", "previous_page", "next_page", "active",
         "present_anchor_ids", "links_to_anchors", "update_date")  # fmt: skip
"""What of a page is digested in another way, or can't be seen in a template."""
_OF_FILES = (
    "page",
    "dest_dir",
    "src_dir",
    "_content",
    "abs_src_path",
    "abs_dest_path",
    "url",
    "name",
    "dest_uri",
)
"""What of a file is not seen, or only kept there once it was asked for."""
_USUAL = (
    "nav",
    "pages",
    "base_url",
    "extra_css",
    "extra_javascript",
    "mkdocs_version",
    "build_date_utc",
    "config",
    "page",
)


class Templates:
    """Knows what all pages of a build show besides their own."""

    def __init__(self, keeper: Keeper, config: MkDocsConfig, files: Files, site_dir: str) -> None:
        """Work out what every finished page depends on; it stays empty if that can't be known."""
        self.keeper, self.config, self.files, self.site_dir = keeper, config, files, site_dir
        self.base = ""

    def prepare(self, env: jinja2.Environment) -> None:
        """Take the environment into the key, and its rendering into our hands."""
        theme, asks = folder_digest(self.config.theme.dirs)
        if asks:
            self.keeper.unknown = "templates ask for the time, for chance, or for any file"
            return
        try:
            self.base = digest(
                self.keeper.code, theme, _environment(env), self._config(), self.surroundings()
            )
        except Undigestible as error:
            self.keeper.tell(f"finished pages are not kept: {error}")
            return
        env.bytecode_cache = self._compiled(env)
        env.template_class = type("KeptTemplate", (_KeptTemplate,), {"templates": self})
        if all(name.rpartition("/")[2] in QUIET for name in self.config.plugins):
            keep_entries_of_navigation(env, [file.url for file in self.files.documentation_pages()])

    def _compiled(self, env: jinja2.Environment) -> jinja2.BytecodeCache:
        """Return the place for compiled templates; Jinja knows them by their text, and not by the environment's settings."""
        folder = self.keeper.memo.file.parent / "templates" / digest(_environment(env), self.keeper.code)[:8]
        folder.mkdir(parents=True, exist_ok=True)
        return jinja2.FileSystemBytecodeCache(str(folder))

    def _config(self) -> object:
        """Return the configuration as templates see it, without what pages' HTML covers and without the folder that is built in."""
        left_out = ("site_dir", "plugins", "hooks", "markdown_extensions", "mdx_configs", "theme", "validation",
                    "exclude_docs", "draft_docs", "not_in_nav")  # fmt: skip
        config = self.config
        plugins = [
            (
                name,
                [
                    (option, digest_or_none(given))
                    for option, given in dict(getattr(plugin, "config", {})).items()
                ],
            )
            for name, plugin in config.plugins.items()
        ]
        return (
            {name: value for name, value in config.items() if name not in left_out},
            (theme_settings(config.theme), self.site_dir),
            plugins,
            named_extensions(config),
            {name: given for name, given in (config.mdx_configs or {}).items() if name == "toc"},
        )

    def surroundings(self) -> str:
        """Return a digest of the navigation, and of what is known of each page besides its content."""
        pages = [
            (file.src_uri, file.inclusion, self._light(file.page))
            for file in self.files.documentation_pages()
            if file.page is not None
        ]
        return digest(pages)

    def _light(self, page: Page) -> object:
        """Return what is known of a page besides its content: its names, addresses, properties and place."""
        said = {
            name: each for name, each in vars(page).items() if not name.startswith("_") and name not in _OURS
        }
        said["file"] = {name: each for name, each in vars(page.file).items() if name not in _OF_FILES}
        place = [_path(each) for each in (page.parent, page.previous_page, page.next_page)]
        return (said, page.title, page.url, page.is_homepage, place)

    def key(self, template: jinja2.Template, context: Any) -> str | None:
        """Return the key of a finished page; None if it can't be known."""
        page = context["page"]
        more = {name: value for name, value in context.items() if name not in _USUAL}
        usual = [context.get(name) for name in ("base_url", "extra_css", "extra_javascript")]
        same = context.get("config") is self.config
        if not same:
            return None
        try:
            return digest(
                self.base, template.name, page.file.src_uri, page.content, [str(page.toc), _levels(page.toc)], self._light(page),
                more, usual, dict(self.config.extra),
            )  # fmt: skip
        except Undigestible as error:
            self.keeper.tell(f"finished pages are not kept: {error}")
            return None

    def work(self, name: str, nav: Navigation, pages: Any, env: jinja2.Environment) -> None:
        """Do with a page what MkDocs does when it writes it, but for the writing."""
        before = self.config._current_page
        if before is not None:
            before.active = (
                False  # the page before, or the one that was being written when this process was forked
            )
        self.keeper.page = None
        page = find_page(self.files, name)
        self.config._current_page = page
        page.active = True
        context = get_context(nav, pages, self.config, page)
        template = env.get_template(page.meta.get("template", "main.html"))
        context = self.config.plugins.on_page_context(context, page=page, config=self.config, nav=nav)
        template.render(context)


class _KeptTemplate(jinja2.Template):
    """A template that remembers what it made of a page."""

    templates: Templates

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return what the template makes of a context, from the last build if that is the same."""
        context = dict(*args, **kwargs)
        page: Any = context.get("page")
        known = self.templates
        key = known.key(self, context) if page is not None else None
        if key is None:
            return super().render(context)
        keeper, name = known.keeper, page.file.src_uri
        keeper.turn = name
        kept: str | None = keeper.memo.find(KIND, name, key)
        if kept is not None:
            return kept
        keeper.page, keeper.looked_aside = page, False
        try:
            made = super().render(context)
        finally:
            keeper.page = None
        if not keeper.looked_aside:
            keeper.memo.put(KIND, name, key, made)
            nav, pages, env = context["nav"], context["pages"], self.environment
            keeper.start_helpers(
                KIND, lambda: left_after(pages, name), lambda other: known.work(other, nav, pages, env)
            )
        return made


def digest_or_none(value: object) -> str | None:
    """Return a digest, or None for a value with state that can't be seen: a plugin's own, which templates don't show."""
    try:
        return digest(value)
    except Undigestible:
        return None


def _environment(env: jinja2.Environment) -> object:
    """Return what a plugin may have put into the environment, each by its name."""
    tables = (env.filters, env.tests, env.globals)
    settings = (
        env.autoescape if isinstance(env.autoescape, bool) else "function",
        env.trim_blocks,
        env.lstrip_blocks,
    )
    return (
        [sorted((name, _named(value)) for name, value in table.items()) for table in tables],
        str(settings),
        sorted(env.extensions),
    )


def _named(value: object) -> str:
    """Return what stands for a filter, a test or a global. Raises Undigestible for one that has state."""
    name = f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
    if name.startswith(("jinja2.", "mkdocs.", "gettext.", "builtins.", "_operator.")):
        return name
    if isinstance(value, types.MethodType):
        raise Undigestible(kind=f"the template function {name}")
    return digest(value)


def _path(item: Any) -> list[str]:
    """Return where an item of the navigation stands: its own name, and those of what it is in."""
    if item is None:
        return []
    file = getattr(item, "file", None)
    return [file.src_uri if file is not None else str(item.title), *_path(item.parent)]


def _levels(toc: Any) -> list[Any]:
    return [(item.id, item.level, _levels(item.children)) for item in toc]
