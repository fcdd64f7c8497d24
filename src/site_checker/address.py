"""Say where a written address leads: to a file of the site, elsewhere, or nowhere at all.

The rules are those of browsers (WHATWG URL): blanks around an address don't count, `..` stops at the root, a scheme's case
doesn't matter. What browsers mend silently and other readers don't is a fault here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote_to_bytes, urlsplit

from site_checker.model import Code, Reference, Role

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_DROPPED = re.compile(r"[\t\n\r]")
"""What browsers take out of an address before they read it."""
_SCRIPT = re.compile(r"(?:java|vb)script:", re.I)
_PORTS = {"http": ":80", "https": ":443"}
_BAD_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})|%00")
_UNSAFE = re.compile(r"[\s\\<>\"{}|^`\x00-\x1f]")
_MAILBOX = re.compile(r"(?!//)[^\s@<>()\[\],;:\\\"]+@[^\s@.,:;<>()]+(?:\.[^\s@.,:;<>()]+)*\Z")
_PHONE = re.compile(r"\+?[\d().\- ]*\d[\d().\- ]*(?:;[\w=+.-]+)*\Z")
_HOST = re.compile(r"(?:[\w-]+\.)*[\w-]+\.?\Z|\[[0-9a-fA-F:.]+\]\Z")
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])\Z|.*\.localhost\Z")
_KNOWN = ("http", "https", "mailto", "tel", "sms", "ftp", "javascript", "data", "file")


@dataclass(frozen=True, slots=True)
class Base:
    """Where the site is published."""

    scheme: str = ""
    """`http` or `https`; empty if it isn't known."""
    host: str = ""
    """Host and port in lower case; empty if it isn't known."""
    path: str = "/"
    """The path of the site's root, with a slash at both ends."""

    @classmethod
    def of(cls, url: str) -> Base:
        """Read the site's address; an empty one gives a site at the root of an unknown host."""
        try:
            parts = urlsplit(url.strip())
        except ValueError:
            return cls()
        scheme = parts.scheme.lower()
        return cls(
            scheme, _bare(scheme, parts.netloc.lower()), f"/{parts.path.strip('/')}/".replace("//", "/")
        )


@dataclass(frozen=True, slots=True)
class Target:
    """A place in the site."""

    path: str
    """The path below the site's root, unquoted; empty for the root itself."""
    anchor: str
    """The unquoted fragment."""
    fault: Code | None = None
    """What is wrong with how it is written, though it may lead somewhere."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An address on another site."""

    url: str
    """The absolute address."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An address that leads nowhere that can be asked for."""

    code: Code
    """Why not."""
    why: str
    """The same in words."""


Meaning = Target | Elsewhere | Refused | None


def read(reference: Reference, folder: list[str], base: Base) -> Meaning:
    """Return where a reference leads from a file in `folder`; None for what isn't an address of a place."""
    written = reference.written.strip(" \t\n\r\f")
    if not written:
        return Refused(Code.EMPTY_LINK, f"the {reference.what} is empty")
    found = _SCHEME.match(written)
    if not found and _SCRIPT.match(_DROPPED.sub("", written)):
        return Refused(Code.SCRIPT_LINK, f'"{written[:60]}" is a script, not an address')
    if found:
        return _with_scheme(found[1].lower(), written, reference, folder, base)
    if written.startswith("//"):
        return Refused(Code.PROTOCOL_RELATIVE, f'"{written}" has no scheme, and names a host')
    return _path(written, folder, base)


def _with_scheme(scheme: str, written: str, reference: Reference, folder: list[str], base: Base) -> Meaning:
    rest = written[len(scheme) + 1 :]
    if scheme in ("http", "https"):
        return _web(scheme, written, rest, reference, base)
    if scheme == "mailto":
        return _mailto(rest, written)
    if scheme in ("tel", "sms"):
        return (
            None
            if _PHONE.match(rest.partition("?")[0])
            else Refused(Code.BAD_ADDRESS, f'"{written}" holds no number')
        )
    if scheme in ("javascript", "vbscript"):
        return Refused(Code.SCRIPT_LINK, f'"{written[:60]}" is a script, not an address')
    if scheme == "data":
        is_link = reference.role in (Role.LINK, Role.REDIRECT)
        return (
            Refused(Code.DATA_LINK, "a data: address can't be followed; browsers refuse it")
            if is_link
            else None
        )
    if scheme == "file" or len(scheme) == 1:
        return Refused(Code.LOCAL_ADDRESS, f'"{written}" is on the writer\'s own machine')
    near = get_close_matches(scheme, _KNOWN, n=1, cutoff=0.75)
    if near:
        return Refused(Code.BAD_ADDRESS, f'"{written}" has the scheme "{scheme}"; did you mean "{near[0]}"?')
    return None


def _web(scheme: str, written: str, rest: str, reference: Reference, base: Base) -> Meaning:
    host = re.split(r"[/?#\\]", rest.removeprefix("//"), maxsplit=1)[0].lower()
    name, _, port = host.rpartition("@")[2].partition(":") if "[" not in host else (host, "", "")
    if (
        not rest.startswith("//")
        or not _HOST.match(name)
        or (port and not (port.isdigit() and int(port) < 65536))
    ):
        return Refused(Code.BAD_ADDRESS, f'"{written}" names no host')
    if base.host and _bare(scheme, host) == base.host:
        path = re.sub(r"^//[^/?#]*", "", rest) or "/"
        return _path(path if path[0] == "/" else f"/{path}", [], base)
    if _LOOPBACK.match(name):
        return Refused(Code.LOCAL_ADDRESS, f'"{written}" is on the reader\'s own machine')
    if unsafe := _UNSAFE.search(written):
        return Refused(Code.UNESCAPED, f'"{written}" holds {unsafe[0]!r}, which an address must escape')
    if _BAD_PERCENT.search(written):
        return Refused(Code.BAD_ENCODING, f'"{written}" has a % that two hexadecimal digits don\'t follow')
    if scheme == "http" and base.scheme == "https" and reference.role is Role.LOAD:
        return Refused(Code.MIXED_CONTENT, f'"{written}" is loaded without encryption; browsers refuse it')
    return Elsewhere(written)


def _bare(scheme: str, host: str) -> str:
    """Return a host without the port that its scheme has anyway."""
    return host.removesuffix(_PORTS.get(scheme, ":"))


def _mailto(rest: str, written: str) -> Meaning:
    boxes, _, fields = rest.partition("?")
    if not boxes and re.search(r"(?:^|&)(?:to|subject|body|cc|bcc)=", fields, re.I):
        return None
    if boxes and all(_MAILBOX.match(_plain(box) or "") for box in boxes.split(",")):
        return None
    return Refused(Code.BAD_ADDRESS, f'"{written}" holds no mailbox')


def _path(written: str, folder: list[str], base: Base) -> Meaning:
    before, _, anchor = written.partition("#")
    path = before.partition("?")[0]
    fault = Code.UNESCAPED if _UNSAFE.search(before) else None
    plain, mark = _plain(path), _plain(anchor.partition(":~:")[0])
    if plain is None or (mark is None and "%" in anchor):
        return Refused(Code.BAD_ENCODING, f'"{written}" is not percent-encoded UTF-8')
    plain = plain.replace("\\", "/") if fault else plain
    if plain.startswith("/"):
        if not f"{plain}/".startswith(base.path):
            return Refused(Code.OUTSIDE_BASE, f'"{written}" leads out of the site, which is at {base.path}')
        plain, folder = plain[len(base.path) :], []
    if not plain and not path:
        return Target("", mark or "", Code.EMPTY_LINK if not written else fault)
    joined, above = _join(folder, plain)
    return Target(joined, mark or "", Code.ABOVE_ROOT if above else fault)


def _join(folder: list[str], path: str) -> tuple[str, bool]:
    """Return a relative path from the root, and whether it climbed above it."""
    parts, above = folder.copy(), False
    steps = path.split("/")
    for step in steps:
        if step == "..":
            above = above or not parts
            del parts[-1:]
        elif step not in (".", ""):
            parts.append(step)
    slash = "/" if steps[-1] in ("", ".", "..") and parts else ""
    return "/".join(parts) + slash, above


def _plain(text: str) -> str | None:
    """Return percent-encoded text as it is meant; None if it is not UTF-8."""
    if "%" not in text:
        return text
    if _BAD_PERCENT.search(text):
        return None
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        return None
