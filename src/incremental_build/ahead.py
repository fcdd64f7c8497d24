"""Make ahead, in forked processes, what this one will ask for: it takes a result only where the key is that of its own question.

A helper is a copy of this process. It goes through its share of the pages, does what this process is going to do with each, and hands on
what it remembered on the way. It can't change anything here; where it came to other results than this process would, its keys are others
too, and nobody asks for them.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import marshal
import os
import selectors
import signal
import struct
import threading
from collections.abc import Callable, Sequence

from incremental_build.memo import Memo

_HEAD = struct.Struct(">I")
SELDOM = 20_000
"""How many objects a helper makes before it looks for garbage: it ends soon."""
PIPE = 1 << 20
"""Bytes that may wait in a pipe, where the platform lets us say so."""


def can_fork(processes: int) -> bool:
    """Return whether helpers pay and are safe: another thread might hold a lock at the moment of the fork."""
    return processes > 1 and hasattr(os, "fork") and threading.active_count() == 1


class Ahead:
    """Helpers that work through a list of names, each its share, in order."""

    def __init__(self, names: Sequence[str], work: Callable[[str], None], memo: Memo, processes: int) -> None:
        """Start the helpers."""
        self._memo, self._done = memo, set[str]()
        self._left = set(names)
        self._buffers: dict[int, bytearray] = {}
        self._helpers: list[int] = []
        self._selector = selectors.DefaultSelector()
        gc.collect()
        gc.freeze()  # else the helpers' garbage collection would copy every page of memory
        for number in range(processes):
            self._start(names[number::processes], work)
        gc.unfreeze()

    def _start(self, names: Sequence[str], work: Callable[[str], None]) -> None:
        reader, writer = os.pipe()
        helper = os.fork()
        if helper == 0:
            os.close(reader)
            _help(names, work, self._memo, writer)
        os.close(writer)
        with contextlib.suppress(ImportError, AttributeError, OSError):
            import fcntl

            fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, PIPE)
        self._helpers.append(helper)
        self._buffers[reader] = bytearray()
        self._selector.register(reader, selectors.EVENT_READ)

    def wait(self, name: str) -> bool:
        """Wait until what a helper makes of a name is here; return whether anything new is."""
        if name not in self._left:
            return False
        while name not in self._done and self._buffers:
            for key, _ in self._selector.select():
                self._read(key.fd)
        self._left.discard(name)
        return name in self._done

    def _read(self, reader: int) -> None:
        data = os.read(reader, PIPE)
        buffer = self._buffers[reader]
        buffer += data
        while len(buffer) >= _HEAD.size:
            (size,) = _HEAD.unpack_from(buffer)
            if len(buffer) < _HEAD.size + size:
                break
            name, made = marshal.loads(bytes(buffer[_HEAD.size : _HEAD.size + size]))
            del buffer[: _HEAD.size + size]
            self._memo.merge(*made)
            self._done.add(name)
        if not data:
            self._drop(reader)

    def _drop(self, reader: int) -> None:
        self._selector.unregister(reader)
        del self._buffers[reader]
        os.close(reader)

    def close(self) -> None:
        """End the helpers."""
        for reader in list(self._buffers):
            self._drop(reader)
        for helper in self._helpers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(helper, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(helper, 0)
        self._helpers.clear()


def _help(names: Sequence[str], work: Callable[[str], None], memo: Memo, writer: int) -> None:
    """Be a helper: silent, and gone at the end without a trace in what belongs to the parent."""
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        for logger in (logging.getLogger(), *map(logging.getLogger, list(logging.Logger.manager.loggerDict))):
            logger.handlers = []
        gc.set_threshold(SELDOM, 20, 20)
        memo.ahead = None
        memo.fresh()
        for name in names:
            with contextlib.suppress(Exception):
                work(name)
            data = marshal.dumps((name, memo.fresh()))
            view = memoryview(_HEAD.pack(len(data)) + data)
            while view:
                view = view[os.write(writer, view) :]
    finally:
        os._exit(0)
