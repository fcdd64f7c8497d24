"""Give each page the card that is shown where somebody shares it: a picture with its title, in our own type.

Only for a site that has an address (`site_url`): a card's must be absolute. A card is drawn once and kept in `.cache/social/` by a hash
of all that it shows, so that a build draws what is new.
"""

from __future__ import annotations

from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from mkdocs.structure.files import File
from social_card import FONT, ICON, VERSION, draw_card

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

FOLDER = "assets/social"
LOCALES = {"nb": "nb_NO", "no": "nb_NO", "nn": "nn_NO"}


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """Draw the cards that are not drawn yet, and put them among the site's files."""
    if config.site_url:
        cache = Path(config.config_file_path or ".").parent / ".cache/social"
        for file in list(files.documentation_pages()):
            if file.page is not None and has_card(file):
                picture = card_of(file.page, config, cache)
                files.append(File.generated(config, address_of(file), abs_src_path=str(picture)))
    return env


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Say in the page's head what is shown where it is shared."""
    if not config.site_url:
        return output
    return output.replace("</head>", f"{tags(page, config)}</head>", 1)


def has_card(file: File) -> bool:
    """Return whether a page has a card of its own: those that are made from the vault, as of a tag, have the site's."""
    return file.generated_by is None


def card_of(page: Page, config: MkDocsConfig, cache: Path) -> Path:
    """Return the file of a page's card, drawn now if it isn't yet."""
    title, area, description = words_of(page, config)
    shown = (VERSION, title, area, description, str(config.site_name), _digest(FONT), _digest(ICON))
    target = cache / f"{sha256(chr(0).join(shown).encode()).hexdigest()[:20]}.png"
    if not target.is_file():
        draw_card(title, area, description, str(config.site_name), target)
    return target


def words_of(page: Page, config: MkDocsConfig) -> tuple[str, str, str]:
    """Return what a card says: title, area with the module's number, description."""
    title = (
        str(config.site_name)
        if page.is_homepage
        else unescape(str(page.meta.get("title") or page.title or ""))
    )
    above = [str(each.title) for each in page.ancestors][-1:]
    area = " · ".join([*above, *([str(page.meta["module"])] if page.meta.get("module") else [])])
    description = str(
        page.meta.get("description") or (config.site_description if page.is_homepage else "") or ""
    )
    return title, area, unescape(description)


def address_of(file: File) -> str:
    """Return where a page's card lies below the site's root."""
    name = unquote(file.url).strip("./") or "index"
    return f"{FOLDER}/{name.removesuffix('.html')}.png"


def tags(page: Page, config: MkDocsConfig) -> str:
    """Return the elements that programs which show a shared page read."""
    site = str(config.site_url).rstrip("/") + "/"
    title, area, description = words_of(page, config)
    own = has_card(page.file)
    lang = str(page.meta.get("lang") or config.theme.get("language") or "en")
    said = {
        "og:type": "website" if page.is_homepage else "article",
        "og:site_name": str(config.site_name),
        "og:title": title,
        "og:description": description or str(config.site_description or ""),
        "og:url": page.canonical_url or site,
        "og:locale": LOCALES.get(lang, "en_GB"),
        "og:image": site + quote(address_of(page.file) if own else f"{FOLDER}/index.png"),
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": f"{title}. {area}".rstrip(". ") if own else str(config.site_name),
    }
    made = "".join(
        f'<meta property="{name}" content="{escape(value)}">' for name, value in said.items() if value
    )
    return f'{made}<meta name="twitter:card" content="summary_large_image">'


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
