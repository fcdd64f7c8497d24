"""Lead readers from a note's other names and earlier addresses to where it is now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape

from slipbox.config import Options, UrlCase
from slipbox.model import Code, Finding, Note, NotePath, Span
from slipbox.names import fold
from slipbox.note import texts
from slipbox.urls import Addresses, kept_parts, segment


def redirects(
    notes: Iterable[Note], addresses: Addresses, options: Options
) -> tuple[dict[str, NotePath], list[Finding]]:
    """Return which address leads to which note, and what is wrong; a page's own address is never taken."""
    taken = {fold(address): path for path, address in addresses.paths.items()}
    found: dict[str, NotePath] = {}
    findings: list[Finding] = []
    for note in notes:
        for address in _other_addresses(note, options):
            holder = taken.setdefault(fold(address), note.path)
            if holder == note.path:
                if address != addresses.paths[note.path]:
                    found[address] = note.path
            else:
                message = f"/{address}/ leads to {holder} already"
                place = Span(path=note.path, start=0, end=0)
                findings.append(
                    Finding.at(
                        place,
                        note.text,
                        code=Code.SLUG_COLLISION,
                        message=message,
                        hint="take the alias out of one",
                    )
                )
    return found, findings


def _other_addresses(note: Note, options: Options) -> Iterable[str]:
    """Yield the addresses of a note's aliases, below the site's root, and its earlier permalinks and slugs."""
    for alias in note.aliases:
        address = segment(alias.replace("/", "-"))
        if address:
            yield address.lower() if options.url_case is UrlCase.LOWER else address
    for earlier in list(texts(note.properties, options.names("permalink"), separator=None))[1:]:
        kept = kept_parts(note, earlier)
        if kept:
            yield "/".join(kept)


def redirect_page(source: str, target: str, title: str, language: str) -> str:
    """Return the page at the address `source` that leads to the URL `target` (both below the site's root)."""
    up = "../" * (source.count("/") + 1)
    url = up + target
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n"
        f'<meta name="robots" content="noindex">\n<meta http-equiv="refresh" content="0; url={escape(url)}">\n'
        f'<link rel="canonical" href="{escape(url)}">\n</head>\n'
        f'<body><p><a href="{escape(url)}">{escape(title)}</a></p></body>\n</html>\n'
    )


def redirect_files(
    found: Mapping[str, NotePath], notes: Mapping[NotePath, Note], url: Callable[[Note], str]
) -> dict[str, str]:
    """Return the files to publish, each with its content; `url` gives a note's URL below the site's root."""
    return {
        f"{address}/index.html": redirect_page(
            address, url(note), note.title, escape(note.lang or note.language)
        )
        for address, path in sorted(found.items())
        for note in [notes[path]]
    }
