"""Embed files: pictures, sound, video and PDF, with the sizes that authors give them.

Source: Obsidian's help page *Embed files*.
"""

from __future__ import annotations

import re
from enum import Enum
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor


class Media(Enum):
    """What an embedded file is."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    PDF = "pdf"
    CANVAS = "canvas"
    BASE = "base"


_EXTENSIONS = {
    Media.IMAGE: "avif bmp gif jpeg jpg png svg webp",
    Media.AUDIO: "flac m4a mp3 ogg wav 3gp",
    Media.VIDEO: "mkv mov mp4 ogv webm",
    Media.PDF: "pdf",
    Media.CANVAS: "canvas",
    Media.BASE: "base",
}
_KINDS = {extension: kind for kind, names in _EXTENSIONS.items() for extension in names.split()}
_SIZE = re.compile(r"(?P<width>\d{1,5})(?:x(?P<height>\d{1,5}))?")
_PDF_OPTION = re.compile(r"(?P<name>page|height)=(?P<value>\d{1,5})")

_PLAYER = re.compile(
    r"https?://(?:(?:www|m)\.)?(?:youtube\.com/(?:watch|shorts/|live/|embed/|playlist)|youtu\.be/|vimeo\.com/\d|(?:twitter|x)\.com/\w+/status/)"
)
"""Addresses of pages that Obsidian embeds where a picture is asked for: films and posts, on hosts of others."""

MARK = "data-slipbox-media"
"""On an `img` that becomes another element once the engine has resolved its `src` (see `finish`)."""


def media_of(path: str) -> Media | None:
    """Return what a file is by its extension; None for a note or a file that can't be shown."""
    return _KINDS.get(path.rpartition("/")[2].rpartition(".")[2].lower())


def split_size(display: str | None) -> tuple[str, str, str]:
    """Return alt text, width and height from the text after `|`: `100x200`, `alt words|120`."""
    *words, last = (display or "").split("|")
    size = _SIZE.fullmatch(last.strip())
    if not size:
        return (display or "").strip(), "", ""
    return "|".join(words).strip(), size["width"], size["height"] or ""


def embed_file(kind: Media, url: str, name: str, *, display: str | None, subpath: str) -> Element:
    """Return the element for a file at `url`; all but pictures are an `img` with a mark until `finish` has run."""
    alt, width, height = split_size(display)
    element = Element("img", {"alt": alt or name, "src": url})
    for attribute, value in (("width", width), ("height", height)):
        if value:
            element.set(attribute, value)
    if kind is Media.IMAGE:
        element.set("class", "slipbox-image")
        element.set("loading", "lazy")
        return element
    element.set(MARK, kind.value)
    options = (
        {found["name"]: found["value"] for found in _PDF_OPTION.finditer(subpath)}
        if kind is Media.PDF
        else {}
    )
    if "page" in options:
        element.set("src", f"{url}#page={options['page']}")
    if "height" in options:
        element.set("height", options["height"])
    return element


def finish(element: Element) -> None:
    """Make a marked `img` what it stands for, with a link inside for readers whose browser can't show it."""
    kind = Media(element.attrib.pop(MARK))
    alt, url = element.attrib.pop("alt"), element.attrib.pop("src")
    if kind in (Media.AUDIO, Media.VIDEO):
        element.tag = kind.value
        element.attrib.update({"controls": "controls", "preload": "metadata", "src": url, "aria-label": alt})
    else:
        element.tag = "object"
        element.attrib.update({"type": "application/pdf", "data": url, "aria-label": alt})
        element.attrib.setdefault("height", "600")
        element.attrib.setdefault("width", "100%")
    element.set("class", f"slipbox-{kind.value}")
    link = Element("a", {"href": url})
    link.text = alt
    element.append(link)


def _lead_to(element: Element, *, within: Element) -> None:
    """Make a picture a link to its address, or within a link only its words: no page loads anything from another host."""
    alt, url = element.get("alt", ""), element.get("src", "")
    element.attrib.clear()
    element.tag, element.text = "span" if within.tag == "a" else "a", alt or url
    if element.tag == "a":
        element.set("href", url)


class FinishedMedia(Treeprocessor):
    """Makes pictures what they stand for (sound, video, PDF), after the engine has resolved their addresses."""

    def run(self, root: Element) -> None:
        """Finish every marked element of the tree; a picture that is a film or a post on another host becomes a link to it."""
        for parent in list(root.iter()):
            for element in [child for child in parent if child.tag == "img"]:
                if MARK in element.attrib:
                    finish(element)
                elif _PLAYER.match(element.get("src", "")):
                    _lead_to(element, within=parent)


class SizedImages(Treeprocessor):
    """Reads the size that an author put into a picture's alt text: `![alt|50x60](pic.png)`."""

    _SIZE = re.compile(r"^(?P<alt>.*?)\|?(?P<width>\d{1,5})(?:x(?P<height>\d{1,5}))?$", re.DOTALL)

    def run(self, root: Element) -> None:
        """Give every picture with a size in its alt text that size."""
        for element in root.iter("img"):
            alt = element.get("alt", "")
            found = self._SIZE.match(alt) if "|" in alt else None
            if found and alt[found.end("alt")] == "|":
                element.set("alt", found["alt"])
                element.set("width", found["width"])
                if found["height"]:
                    element.set("height", found["height"])
