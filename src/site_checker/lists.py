"""Read what a site says of its pages to programs: sitemaps, feeds, indexes of searches, lists for language models and workers."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from site_checker.model import Reference, Role
from site_checker.site import Site

_WORKER = re.compile(r"(?:^|/)(?:sw|service-?worker)(?:\.min)?\.js\Z", re.I)
_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'")
_LOOKS_LIKE_A_FILE = re.compile(r"(?!\w+:|//)(?:[^\s?*{}\\]*/|[^\s?*{}\\]+\.(?:html?|css|m?js|json|svg|png|jpe?g|webp|avif|gif|ico|woff2?|txt|xml|md|wasm|pdf))(?:\?\S*)?\Z")  # fmt: skip
_MARKDOWN = re.compile(r"(?<!\\)\]\(\s*<?([^)\s>]+)")
_ADDRESS_KEYS = {"url", "href", "location", "permalink", "link", "home_page_url", "feed_url", "external_url"}
_PAGEFIND = b"pagefind_dcd"
Listed = tuple[str, Reference]
"""The file whose folder an address is relative to, and the address."""


class Unreadable(Exception):
    """A list can't be parsed."""


def read_list(site: Site, file: str) -> list[Listed]:
    """Return the addresses that a file lists, none if it is no list; raise `Unreadable` if it can't be parsed."""
    name = file.rsplit("/", 1)[-1]
    try:
        return list(_read(site, file, name))
    except (ValueError, OSError, EOFError, RecursionError, ElementTree.ParseError) as error:
        raise Unreadable(str(error).splitlines()[0]) from error


def _read(site: Site, file: str, name: str) -> Iterator[Listed]:
    at_root = "/" not in file
    if name.endswith((".xml", ".rss", ".atom")) or name == "sitemap.xml.gz":
        data = (site.root / file).read_bytes()
        yield from _xml(file, gzip.decompress(data) if name.endswith(".gz") else data)
    elif name.endswith(".pf_fragment"):
        yield from _fragment((site.root / file).read_bytes())
    elif name == "search_index.json":
        yield from (
            ("", Reference(doc["location"], Role.NAME, "the search index"))
            for doc in json.loads(site.text(file))["docs"]
        )
    elif name.endswith(".webmanifest") or name == "manifest.json":
        yield from ((file, each) for each in _manifest(json.loads(site.text(file))))
    elif name.endswith(".json") and at_root:
        yield from (
            ("", Reference(each, Role.NAME, name)) for each in _addresses(json.loads(site.text(file)))
        )
    elif name in ("llms.txt", "llms-full.txt"):
        yield from (
            (file, Reference(each, Role.NAME, name)) for each in _MARKDOWN.findall(_prose(site.text(file)))
        )
    elif name == "robots.txt" and at_root:
        found = re.findall(r"^sitemap:\s*(\S+)", site.text(file), re.M | re.I)
        yield from (("", Reference(each, Role.NAME, "robots.txt")) for each in found)
    elif _WORKER.search(file):
        yield from ((file, each) for each in _worker(site.text(file)))


def _prose(text: str) -> str:
    return re.sub(r"^(`{3,}|~{3,}).*?^\1", "", text, flags=re.DOTALL | re.M)


def _xml(file: str, data: bytes) -> Iterator[Listed]:
    root = ElementTree.fromstring(data)
    kind = root.tag.rpartition("}")[2]
    if kind not in ("urlset", "sitemapindex", "rss", "feed", "RDF"):
        return
    what = "the sitemap" if kind in ("urlset", "sitemapindex") else "the feed"
    for element in root.iter():
        tag, text = element.tag.rpartition("}")[2], (element.text or "").strip()
        permanent = tag == "guid" and element.get("isPermaLink", "true") == "true" and "://" in text
        if tag == "loc" or permanent or (what == "the feed" and tag in ("link", "comments") and text):
            yield file, Reference(text, Role.NAME, what)
        elif tag in ("link", "enclosure", "content"):
            for name in ("href", "url", "src"):
                if element.get(name):
                    yield file, Reference(element.get(name) or "", Role.NAME, what)


def _fragment(data: bytes) -> Iterator[Listed]:
    """Read a page of Pagefind's index; a record that we add may name its place in `place`."""
    told: dict[str, Any] = json.loads(gzip.decompress(data).removeprefix(_PAGEFIND))
    place = told.get("meta", {}).get("place") or str(told["url"]).lstrip("/")
    yield "", Reference(place, Role.NAME, "the search index")
    for each in told.get("anchors", []):
        yield "", Reference(f"{place.partition('#')[0]}#{each['id']}", Role.NAME, "the search index")


def _manifest(data: dict[str, Any]) -> Iterator[Reference]:
    if "start_url" in data:
        yield Reference(data["start_url"], Role.NAME, "the manifest's start_url")
    for group in (data, *data.get("shortcuts", [])):
        for key in ("icons", "screenshots"):
            yield from (
                Reference(each["src"], Role.LOAD, f"the manifest's {key}") for each in group.get(key, [])
            )
        if group is not data and "url" in group:
            yield Reference(group["url"], Role.NAME, "the manifest's shortcuts")


def _addresses(data: object) -> Iterator[str]:
    """Yield what stands under a key for addresses, at any depth."""
    waiting = [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            waiting += each.values()
            yield from (
                value for key, value in each.items() if key in _ADDRESS_KEYS and isinstance(value, str)
            )


def _worker(text: str) -> Iterator[Reference]:
    for double, single in _STRING.findall(text):
        written = json.loads(f'"{double}"') if double else single
        if _LOOKS_LIKE_A_FILE.match(written):
            yield Reference(written, Role.LOAD, "the service worker's list")
