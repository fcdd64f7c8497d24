"""Go on watching what went away and came back, in a live preview.

MkDocs asks again and again what is in a watched folder, and stops for good when the folder isn't there at that moment: moved away and back,
or a settings file that an editor deletes and writes anew. The preview would then never notice a change again.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import FileModifiedEvent

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer
    from watchdog.observers.api import ObservedWatch

SECONDS = 0.5
"""How often is looked for what came back."""


def keep_watching(server: LiveReloadServer) -> None:
    """Begin to look, beside the server, for as long as it watches anything."""
    threading.Thread(target=_look, args=(server,), name="slipbox-watching", daemon=True).start()


def _look(server: LiveReloadServer) -> None:
    began = False
    while server.observer.is_alive() or not began:
        began = began or server.observer.is_alive()
        for emitter in list(server.observer.emitters) if began else ():
            if not emitter.is_alive() and Path(emitter.watch.path).exists():
                _again(server, emitter.watch)
        time.sleep(SECONDS)


def _again(server: LiveReloadServer, watch: ObservedWatch) -> None:
    """Watch a path anew, as often as it was asked for, and have the site built."""
    times = 0
    try:
        while True:
            server.unwatch(watch.path)
            times += 1
    except KeyError:  # MkDocs counts, and doesn't know it any more
        pass
    for _ in range(times):
        server.watch(watch.path)
    server.observer.event_queue.put((FileModifiedEvent(watch.path), watch))
