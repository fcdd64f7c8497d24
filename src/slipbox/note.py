"""Make a note of a file's text: its properties, who may see it, and what the scanner finds in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace

from slipbox.audience import Visibility
from slipbox.comments import is_closed
from slipbox.config import Options, interface_language, nearest
from slipbox.errors import PropertiesError
from slipbox.frontmatter import FrontMatter, read_frontmatter, uncommented, with_texts
from slipbox.inline import TAG
from slipbox.links import property_links
from slipbox.model import Code, Finding, Level, Note, NotePath, Span, Tag
from slipbox.names import fold, stem_of
from slipbox.region import Region, RegionKind
from slipbox.syntax import Reading, read
from slipbox.unsupported import is_drawing, told
from slipbox.visibility import Doubt, guarded_names, visibility_of

_IN_ITEM = re.compile(r"[> \t]*(?:[-+*]|\d{1,9}[.)])[ \t]")
BOM = "\ufeff"
"""What some editors put before a text; properties begin after it."""


def parse_note(path: NotePath, text: str, options: Options, *, hidden: bool = False) -> Note:
    """Make a note of a file's text; `hidden` keeps it internal whatever it says."""
    text = text.lstrip(BOM).replace("\r\n", "\n").replace("\r", "\n")
    folder = path.rpartition("/")[0]
    findings: list[Finding] = []
    front = _front_matter(path, text, options, findings)
    visibility = Visibility.INTERNAL
    if front is not None:
        visibility = _visibility(path, text, front, folder, options, findings)
    block = front or FrontMatter(properties={}, start=0, end=_after_bad_block(text))
    if hidden and visibility.restriction < Visibility.INTERNAL.restriction:
        visibility = Visibility.INTERNAL
    return _note(path, text, block, visibility, tuple(findings), options)


def _front_matter(path: NotePath, text: str, options: Options, findings: list[Finding]) -> FrontMatter | None:
    """Read the properties; None, with a finding, if they don't parse."""
    try:
        return _named(read_frontmatter(text, guarded_names(options)), options)
    except PropertiesError as error:
        place = Span(path=path, start=error.offset, end=error.offset)
        message = f"{error.message}; the note is kept internal"
        findings.append(Finding.at(place, text, code=Code.BAD_PROPERTIES, message=message, hint=error.hint))
        return None


def _named(front: FrontMatter, options: Options) -> FrontMatter:
    """Return properties under the names in the settings, where they differ from them in case only.

    Raises PropertiesError for two spellings of a name that decides who may see the note.
    """
    deciding = guarded_names(options)
    names = {fold(name): name for _, given in reversed(options.properties) for name in reversed(given)}
    exact = {name for _, given in options.properties for name in given}
    named: dict[str, object] = {name: value for name, value in front.properties.items() if name in exact}
    for written, value in front.properties.items():
        name = written if written in exact else names.get(fold(written.strip()), written)
        if written not in exact and name in named and name in deciding:
            raise PropertiesError(why=f'"{name}" is given twice, as "{written}" too', offset=front.start)
        named.setdefault(name, value)
    return replace(front, properties=named)


def _visibility(
    path: NotePath, text: str, front: FrontMatter, folder: str, options: Options, findings: list[Finding]
) -> Visibility:
    """Decide who may see the note; internal or a draft, with a finding, when properties leave it in doubt."""
    try:
        return visibility_of(front.properties, folder, options)
    except Doubt as doubt:
        place = key_place(path, text, front, doubt.name)
        findings.append(
            Finding.at(place, text, code=Code.BAD_PROPERTIES, message=str(doubt), hint=doubt.hint)
        )
        return doubt.kept


def key_place(path: NotePath, text: str, front: FrontMatter, name: str) -> Span:
    """Return where a property's name stands in the front matter."""
    found = re.compile(
        rf'^[ \t{{,]*"?(?P<name>{re.escape(name)})"?[ \t]*:', re.MULTILINE | re.IGNORECASE
    ).search(text, front.start, front.end)
    start = found.start("name") if found else front.start
    return Span(path=path, start=start, end=start + len(name))


def _after_bad_block(text: str) -> int:
    """Return where the body begins after properties that don't parse."""
    found = re.compile(r"---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL).match(text)
    return found.end() if found else 0


def _note(
    path: NotePath,
    text: str,
    front: FrontMatter,
    visibility: Visibility,
    findings: tuple[Finding, ...],
    options: Options,
) -> Note:
    """Put the note together from its properties and what the scanner finds."""
    properties: Mapping[str, object] = with_texts(dict(front.properties), uncommented)
    reading = read(path, text, front.end)
    findings = (*findings, *_content_findings(path, text, reading))
    if is_drawing(properties):
        findings = (*findings, _drawing_finding(path, text))
    stated = _first_text(properties, options.names("language"))
    language = stated or nearest(dict(options.languages), path.rpartition("/")[0]) or ""
    title = _first_text(properties, options.names("title"))
    tops = (heading for heading in reading.headings if heading.level == 1 and heading.text)
    heading = next((heading.text for heading in tops if not _IN_ITEM.match(text, heading.span.start)), "")
    stem = unicodedata.normalize("NFC", stem_of(path.rpartition("/")[2]))
    named = [
        Tag(span=Span(path=path, start=0, end=0), name=name.lstrip("#"))
        for name in texts(properties, options.names("tags"))
    ]
    return Note(
        path=path,
        text=text,
        shown=reading.shown,
        body_start=front.end,
        properties=properties,
        title=title or (stem.removesuffix(".excalidraw") if is_drawing(properties) else heading or stem),
        language=interface_language(language or options.language),
        lang=language or None,
        visibility=visibility,
        aliases=tuple(texts(properties, options.names("aliases"), separator=",")),
        permalinks=tuple(
            texts(properties, (*options.names("permalink"), *options.names("id")), separator=None)
        ),
        tags=(*named, *reading.tags),
        links=(*property_links(path, properties, text, front.end), *reading.links),
        headings=reading.headings,
        blocks=reading.blocks,
        findings=findings,
    )


def _content_findings(path: NotePath, text: str, reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong in a note's body, apart from its links."""
    named: set[str] = set()
    for block in reading.blocks:
        if fold(block.id) in named:
            message = f'a block above is called "^{block.id}" already, and links lead to that'
            yield Finding.at(
                block.span, text, code=Code.DUPLICATE_BLOCK, message=message, hint="give it another id"
            )
        named.add(fold(block.id))
    for region in reading.regions:
        place = Span(path=path, start=region.start, end=region.end)
        if region.kind is RegionKind.COMMENT and not is_closed(region, text):
            message = "the comment is never closed, so what follows it is hidden"
            yield Finding.at(
                place, text, code=Code.UNCLOSED_COMMENT, message=message, hint="close it with %%"
            )
        if region.kind is RegionKind.HTML and any(tag.count("%%") > 1 for tag in _tags(text, region)):
            message = "a comment in a tag of HTML is part of it, and published"
            yield Finding.at(
                place, text, code=Code.COMMENT_IN_TAG, message=message, hint="take it out of the tag"
            )
        message, hint = told(text, region)
        if message:
            yield Finding.at(place, text, code=Code.UNSUPPORTED, message=message, hint=hint, level=Level.INFO)


def _tags(text: str, region: Region) -> Iterator[str]:
    """Yield the tags in raw HTML."""
    if "%%" in text[region.start : region.end]:
        yield from (found[0] for found in re.compile(TAG).finditer(text, region.start, region.end))


def _drawing_finding(path: NotePath, text: str) -> Finding:
    """Return what an author is told of a drawing."""
    place = Span(path=path, start=0, end=0)
    message, hint = "a drawing of Excalidraw isn't shown yet", "the page has its texts and says so"
    return Finding.at(place, text, code=Code.UNSUPPORTED, message=message, hint=hint, level=Level.INFO)


def _first_text(properties: Mapping[str, object], names: tuple[str, ...]) -> str:
    """Return the first of these properties that is a text that says something."""
    values = (properties.get(name) for name in names)
    return next((" ".join(value.split()) for value in values if isinstance(value, str) and value.strip()), "")


def texts(
    properties: Mapping[str, object], names: tuple[str, ...], *, separator: str | None = r"[,\s]+"
) -> Iterator[str]:
    """Yield the texts in properties: of a list, or of one text with a separator (a pattern) in it."""
    for name in names:
        value = properties.get(name)
        if isinstance(value, str):
            items: list[object] = list(re.split(separator, value)) if separator else [value]
        else:
            items = value if isinstance(value, list) else []
        for item in items:
            if isinstance(item, str) and item.strip():
                yield item.strip()
