"""Serve a folder on this machine, as a web server would."""

from __future__ import annotations

import gzip
import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

PACKED = frozenset({".css", ".html", ".js", ".json", ".md", ".svg", ".txt", ".webmanifest", ".xml"})
"""What a server compresses: text. Fonts, pictures and the search's index are compressed already."""
LEVEL = 6


@dataclass(slots=True)
class Sent:
    """What a server has sent: each answer's path and the bytes of its body."""

    answers: list[tuple[str, int]] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """Return the bytes of all bodies."""
        return sum(size for _, size in self.answers)


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder as a web server would: kept-alive connections, the site's own 404 page, no log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """As every web server does: else a body waits 40 ms for the client to acknowledge the headers."""

    def end_headers(self) -> None:
        """Add the header that tells linkchecker not to wait between requests: this is our own server."""
        self.send_header("LinkChecker", "welcome")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _PackingHandler(_Handler):
    """Compresses text as a web server would, and notes what it sends."""

    def __init__(self, *args: object, sent: Sent, **named: object) -> None:
        self._sent = sent
        super().__init__(*args, **named)  # type: ignore[arg-type]

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Answer with a file's bytes, compressed if the client takes that and the file is text."""
        file = Path(self.translate_path(self.path))
        if file.is_dir() and self.path.partition("?")[0].endswith("/"):
            file /= "index.html"
        packs = file.suffix in PACKED and "gzip" in self.headers.get("Accept-Encoding", "")
        if not file.is_file() or self.headers.get("If-Modified-Since"):
            return super().send_head()
        body = file.read_bytes()
        if packs:
            body = gzip.compress(body, LEVEL)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", self.date_time_string(file.stat().st_mtime))
        if packs:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self._sent.answers.append((self.path, len(body)))
        return io.BytesIO(body)


class _Server(ThreadingHTTPServer):
    """A server whose clients may hang up."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a connection that a client has closed; tell everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def served(folder: Path, *, packed: Sent | None = None) -> Iterator[str]:
    """Serve a folder on loopback; gives the address of its root, with a slash at the end.

    With `packed`, text is compressed and every answer is noted there.
    """
    handler = (
        partial(_Handler, directory=str(folder))
        if packed is None
        else partial(_PackingHandler, directory=str(folder), sent=packed)
    )
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
