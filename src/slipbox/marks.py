"""Read Obsidian's small marks: tags, bare addresses, headings that need a space and of which one is the title, tasks with any mark.

Sources: Obsidian's help pages *Tags* and *Basic formatting syntax*.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from slipbox.desk import Desk
from slipbox.inline import DISPLAY_MATH
from slipbox.syntax import TAG

_IN_RAW_LINK = re.compile(r"<a\s[^<>]*>[^<]*\Z", re.IGNORECASE)
_AFTER = ".,;:!?'*_~"
_TASK = re.compile(r"\[(?P<mark>[^\s\]\[xX])\](?=[ \t])")


class SpacedHeadings(HashHeaderProcessor):
    """Reads `# Heading`, not `#tag`."""

    RE = re.compile(
        r"(?:^|\n)[ ]{0,3}(?P<level>#{1,6})(?P<header>(?=[ \t]|\n|$)(?:\\.|[^\\#]|#+(?=[^#\n]))*?)#*(?:\n|$)"
    )


class OneTitle(Treeprocessor):
    """Keeps the first heading of level 1 as the page's title; a second one and all headings below it go a level down.

    Not in an embedded copy, which is cut by the levels that its author wrote.
    """

    _LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")

    def __init__(self, md: Markdown, desk: Desk) -> None:
        super().__init__(md)
        self.desk = desk

    def run(self, root: Element) -> None:
        """Move the headings."""
        titles = 0
        for element in root.iter() if len(self.desk.stack) < 2 else ():
            titles += element.tag == "h1"
            if titles > 1 and element.tag in self._LEVELS:
                element.tag = self._LEVELS[min(self._LEVELS.index(element.tag) + 1, 5)]


class Tags(InlineProcessor):
    """Makes elements of tags; what stands in `{…}` is an attribute list, not a tag."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: Markdown, desk: Desk) -> None:
        super().__init__(TAG, md)
        self.desk = desk

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Return the element for a tag and where it stood."""
        before = data[max(0, m.start() - 200) : m.start()].rpartition("\n")[2]
        if before.rfind("{") > before.rfind("}"):
            return None, None, None
        element = self.desk.renderer.tag(m["tag"], self.desk.page)
        element.text = AtomicString(element.text or "")
        return element, m.start(), m.end()


class BareUrls(InlineProcessor):
    """Makes a link of an address that stands in the text as it is, without the mark that ends the sentence it stands in."""

    ANCESTOR_EXCLUDES = ("a",)
    _RE = r"""(?<![\w"'/])(?P<url>https?://(?:[^\s<>\[\]()"`|\x02\x03]|\([^\s<>\[\]()"`|\x02\x03]*\))+)"""

    def __init__(self, md: Markdown) -> None:
        super().__init__(self._RE, md)

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Return the link and where it stood."""
        url = m["url"].rstrip(_AFTER).removesuffix("==").rstrip(_AFTER)
        if url.endswith("//") or _IN_RAW_LINK.search(data, max(0, m.start() - 500), m.start()):
            return None, None, None
        element = Element("a", {"href": url})
        element.text = AtomicString(url)
        return element, m.start(), m.start() + len(url)


class DisplayMath(InlineProcessor):
    """Makes a formula of its own line of `$$…$$` amid the words of a paragraph, as Obsidian shows it.

    `pymdownx.arithmatex` reads it only as a block of its own, and takes the inner dollars for a formula in the line.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(rf"(?<!\\){DISPLAY_MATH}", md)

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Return the element for a formula, written as arithmatex writes it for a script, and where it stood."""
        if not m["math"].strip():
            return None, None, None
        element = Element("span", {"class": "arithmatex"})
        element.text = AtomicString(f"\\[{m['math'].strip()}\\]")
        return element, m.start(), m.end()


class TaskMarks(Treeprocessor):
    """Lets a task bear any mark: `- [>] later` is a task that is done in some way; the mark is kept as data.

    Runs just before `pymdownx.tasklist`, which knows an empty box and `x`.
    """

    def run(self, root: Element) -> None:
        """Put every mark where the list item says it, and an `x` where it stood."""
        for item in root.iter("li"):
            holder = item if (item.text or "").strip() or not len(item) or item[0].tag != "p" else item[0]
            found = _TASK.match(holder.text.lstrip()) if holder.text else None
            if found and holder.text:
                item.set("data-task", found["mark"])
                holder.text = holder.text.replace(found[0], "[x]", 1)
