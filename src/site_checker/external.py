"""Ask other sites whether what we link to is there: with patience, an allow-list, and a memory."""

from __future__ import annotations

import fnmatch
import json
import os
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urldefrag, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from site_checker.errors import AllowError

_AGENT = "site-checker (checks the links of a documentation)"
_TRY_GET = {400, 403, 404, 405, 406, 429, 500, 501, 503}
"""What some servers say to HEAD, though GET gets the page."""
_PASSING = {429, 500, 502, 503, 504}
"""What may be over in a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How hard a site is asked."""

    timeout: float = 10.0
    """Seconds for one request."""
    retries: int = 2
    """How often what may pass is asked again."""
    pause: float = 1.0
    """Seconds before the second try; the third waits twice as long."""
    at_once: int = 8
    """Requests at a time."""
    days: float = 7.0
    """How long an address that was there is believed to be."""


def read_allowed(file: Path) -> dict[str, str]:
    """Read which addresses may be dead: a pattern, `#`, and the reason, on each line."""
    found: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            pattern, _, reason = (part.strip() for part in line.partition(" #"))
            if not reason:
                raise AllowError(path=str(file), line=number, why="a pattern has no reason behind #")
            found[pattern] = reason
    return found


def dead(
    urls: Iterable[str], patience: Patience, *, allowed: Mapping[str, str], memory: Path | None
) -> dict[str, str]:
    """Return why each address isn't there, for those that are not; what was there is remembered in a file."""
    known = _remembered(memory, patience)
    asked = {
        url: urldefrag(url)[0] for url in urls if not any(fnmatch.fnmatchcase(url, each) for each in allowed)
    }
    fresh = sorted(set(asked.values()) - set(known))
    with ThreadPoolExecutor(patience.at_once) as pool:
        answers = dict(zip(fresh, pool.map(lambda url: why_dead(url, patience), fresh), strict=True))
    if memory:
        _remember(memory, {**known, **{url: time.time() for url, why in answers.items() if not why}})
    return {url: answers[plain] for url, plain in asked.items() if answers.get(plain)}


def _remembered(memory: Path | None, patience: Patience) -> dict[str, float]:
    """Return when each address was last there; a memory that can't be read is none."""
    try:
        data: dict[str, Any] = json.loads(memory.read_text(encoding="utf-8")) if memory else {}
        return {
            url: float(at) for url, at in data.items() if float(at) > time.time() - patience.days * 86_400
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _remember(memory: Path, known: Mapping[str, float]) -> None:
    memory.parent.mkdir(parents=True, exist_ok=True)
    draft = memory.with_name(f"{memory.name}.{os.getpid()}")
    draft.write_text(json.dumps(dict(sorted(known.items())), indent=0), encoding="utf-8")
    draft.replace(memory)


class _Redirects(HTTPRedirectHandler):
    """Follows as many redirects as browsers would find reasonable."""

    max_redirections = 10
    max_repeats = 3


def why_dead(url: str, patience: Patience) -> str:
    """Ask for one address, again if need be; return why it isn't there, or nothing."""
    why = ""
    for attempt in range(patience.retries + 1):
        if attempt:
            time.sleep(patience.pause * attempt)
        why, passing = _ask(url, patience)
        if not why or not passing:
            break
    return why


def _ask(url: str, patience: Patience) -> tuple[str, bool]:
    """Return why an address isn't there, or nothing, and whether that may pass."""
    opener = build_opener(_Redirects(), HTTPSHandler(context=ssl.create_default_context()))
    for method in ("HEAD", "GET"):
        request = Request(_ascii(url), method=method, headers={"User-Agent": _AGENT, "Accept": "*/*"})
        try:
            with opener.open(request, timeout=patience.timeout):
                return "", False
        except HTTPError as error:
            error.close()
            if method == "GET" or error.code not in _TRY_GET:
                words = (
                    "too many redirects"
                    if "redirect" in str(error.msg).lower() and error.code < 400
                    else error.msg
                )
                return f"{error.code} {words}".strip(), error.code in _PASSING
        except (URLError, HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            passing = not isinstance(reason, ssl.SSLCertVerificationError | ValueError)
            return _words(reason), passing
    return "", False


def _words(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate can't be trusted: {reason.verify_message}"
    return "there is no host of this name" if isinstance(reason, socket.gaierror) else str(reason)


def _ascii(url: str) -> str:
    """Return an address as it goes over the wire."""
    parts = urlsplit(url)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    return urlunsplit((parts.scheme.lower(), host, quote(parts.path, safe="/%:@!$&'()*+,;=~-._"), quote(parts.query, safe="=&%:/?@!$'()*+,;~-._[]"), ""))  # fmt: skip
