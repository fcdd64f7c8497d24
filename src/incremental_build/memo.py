"""What was made before, by a key of everything that it was made of.

Rows lie in one SQLite file: kind and name say what it is of, the key what it was made of. There is one row for each name, the last; what a
build did not ask for is deleted when it succeeds, so the file grows no larger than the site needs. A file that can't be read or written is no
error: everything is made anew. Values are JSON, so a file that somebody put there can change pages and run nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def _always(value: Any) -> bool:
    return True


Row = tuple[str, str, str, bytes]
"""Kind, name, key, and the value: a letter that says whether it is text or JSON, then the text, compressed."""
FORMAT = 1
_PUT = "INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)"
ROOM = 16 * 2**20
"""How many bytes of new values are held before they are written down."""


class Memo:
    """Remembers values between builds, and what another process made ahead of this one."""

    def __init__(self, file: Path) -> None:
        """Open the file, or begin with none."""
        self.file = file
        self.ahead: Callable[[], bool] | None = None
        """Waits for what other processes make of the page in turn; returns whether there was anything to wait for."""
        self.misses = 0
        self._new: dict[tuple[str, str], tuple[str, bytes]] = {}
        self._used: set[tuple[str, str]] = set()
        self._held = 0
        self._spared: set[str] = set()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        self._inherited: list[sqlite3.Connection] = []

    def find(self, kind: str, name: str, key: str, still: Callable[[Any], bool] = _always) -> Any:
        """Return the value that was made of what the key stands for, or None; `still` says whether it holds."""
        self._used.add((kind, name))
        found = self._get(kind, name, key)
        holds = found is not None and still(found)
        if not holds and self.ahead is not None and self.ahead():
            found = self._get(kind, name, key)
            holds = found is not None and still(found)
        self.misses += not holds
        return found if holds else None

    def put(self, kind: str, name: str, key: str, value: object) -> None:
        """Remember a value of JSON."""
        text = (
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        )
        self._used.add((kind, name))
        packed = zlib.compress(text.encode("utf-8", "surrogatepass"), 1)
        self._hold(kind, name, key, (b"t" if isinstance(value, str) else b"j") + packed)

    def _hold(self, kind: str, name: str, key: str, value: bytes) -> None:
        """Hold a value until it is written down, which happens early where there are many."""
        self._new[kind, name] = (key, value)
        self._held += len(value)
        if self._held > ROOM:
            self._held = 0
            with contextlib.suppress(sqlite3.Error, OSError):
                with self._open() as connection:
                    connection.executemany(_PUT, self._rows())
                self._new.clear()

    def _rows(self) -> list[Row]:
        return [(kind, name, key, value) for (kind, name), (key, value) in self._new.items()]

    def keep(self, kind: str, name: str, key: str, make: Callable[[], Any]) -> Any:
        """Return what is remembered under the key, else make it and remember it."""
        found = self.find(kind, name, key)
        if found is None:
            found = make()
            self.put(kind, name, key, found)
        return found

    def _get(self, kind: str, name: str, key: str) -> Any:
        new = self._new.get((kind, name))
        if new is None or new[0] != key:
            query = "SELECT value FROM kept WHERE kind = ? AND name = ? AND key = ?"
            rows = self._ask(query, (kind, name, key))
            new = (key, rows[0][0]) if rows else None
        if new is None:
            return None
        try:
            text = zlib.decompress(memoryview(new[1])[1:]).decode("utf-8", "surrogatepass")
            return text if new[1][:1] == b"t" else json.loads(text)
        except (zlib.error, ValueError):
            return None

    def spare(self, kind: str) -> None:
        """Delete nothing of a kind for this time: what would have asked for it was itself kept."""
        self._spared.add(kind)

    def fresh(self) -> tuple[list[Row], list[tuple[str, str]]]:
        """Return what was made and asked for since the last call, and forget it: how a helper hands on what it made."""
        rows, asked = self._rows(), list(self._used)
        self._held = 0
        self._new.clear()
        self._used.clear()
        return rows, asked

    def merge(self, rows: Iterable[Row], asked: Iterable[tuple[str, str]]) -> None:
        """Take what a helper made."""
        self._used.update(asked)
        for kind, name, key, value in rows:
            self._hold(kind, name, key, value)

    def save(self, *, whole: bool) -> None:
        """Write down what is new; after a whole build also delete what it did not ask for."""
        with contextlib.suppress(sqlite3.Error, OSError):
            connection = self._open()
            with connection:
                connection.executemany(_PUT, self._rows())
                if whole:
                    known = {(kind, name) for kind, name in connection.execute("SELECT kind, name FROM kept")}
                    gone = sorted(row for row in known - self._used if row[0] not in self._spared)
                    connection.executemany("DELETE FROM kept WHERE kind = ? AND name = ?", gone)
        self._new.clear()
        self._used.clear()
        self._held = 0
        self._spared.clear()

    def _ask(self, query: str, values: tuple[str, ...]) -> list[Any]:
        try:
            return self._open().execute(query, values).fetchall()
        except (sqlite3.Error, OSError):
            return []

    def _open(self) -> sqlite3.Connection:
        """Return this process's connection; one that a fork brought along is neither used nor closed here."""
        if self._connection is None or self._owner != os.getpid():
            if self._connection is not None:
                self._inherited.append(self._connection)
            self._connection, self._owner = self._connect(), os.getpid()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        ignore = self.file.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        try:
            return _prepared(self.file)
        except sqlite3.DatabaseError:
            self.file.unlink()
            return _prepared(self.file)


def _prepared(file: Path) -> sqlite3.Connection:
    """Open a file with the one table there is; one of another format is emptied."""
    connection = sqlite3.connect(file, timeout=5)
    if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("PRAGMA synchronous = OFF")
    columns = "kind TEXT, name TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, name)"
    connection.execute(f"CREATE TABLE IF NOT EXISTS kept ({columns}) WITHOUT ROWID")
    return connection
