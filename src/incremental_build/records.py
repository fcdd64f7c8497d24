"""What rendering says in the log, kept and said again; and which files it opens."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

Said = tuple[str, int, str]
"""The logger's name, the level, the message."""
LOGGERS = ("", "mkdocs")
"""The root, and MkDocs' own logger, which hands nothing on to the root."""


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.said: list[Said] = []
        self._last: logging.LogRecord | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record is not self._last:
            self._last = record
            self.said.append((record.name, record.levelno, record.getMessage()))


@contextmanager
def listening() -> Iterator[list[Said]]:
    """Collect what is logged meanwhile."""
    listener = _Listener()
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addHandler(listener)
    try:
        yield listener.said
    finally:
        for logger in loggers:
            logger.removeHandler(listener)


def say_again(said: list[Said]) -> None:
    """Log what was logged when the page was rendered."""
    for name, level, message in said:
        logger = logging.getLogger(name)
        if logger.isEnabledFor(level):
            logger.handle(logger.makeRecord(name, level, "(kept)", 0, message, (), None))


class OpenedFiles:
    """Notes which files are opened and which folders are listed (`sys.addaudithook`), but for those of Python itself."""

    def __init__(self, deaf: Callable[[], bool] = bool) -> None:
        """Begin to listen; a hook can't be taken away, so there is one for each of these, silent while nobody asks or `deaf` says so."""
        self._deaf = deaf
        self._seen: dict[str, None] | None = None
        prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, "/dev", "/proc"}
        self._apart = tuple(f"{os.path.abspath(prefix)}{os.sep}" for prefix in prefixes)
        sys.addaudithook(self._hear)

    @contextmanager
    def noting(self) -> Iterator[dict[str, None]]:
        """Collect the paths that are opened meanwhile."""
        before, self._seen = self._seen, {}
        try:
            yield self._seen
        finally:
            self._seen = before

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._seen is None or event not in ("open", "os.listdir", "os.scandir") or not arguments:
            return
        path = arguments[0]
        if isinstance(path, str | bytes | os.PathLike) and not self._deaf():
            name = os.path.abspath(os.fsdecode(path))
            if not name.startswith(self._apart):
                self._seen[name] = None


def state_of(path: str) -> str:
    """Return what stands for a file's bytes, or for the names in a folder; empty if there is nothing."""
    try:
        if os.path.isdir(path):
            data = "\0".join(sorted(os.listdir(path))).encode("utf-8", "surrogateescape")
        else:
            data = Path(path).read_bytes()
    except OSError:
        return ""
    return blake2b(data, digest_size=16).hexdigest()
