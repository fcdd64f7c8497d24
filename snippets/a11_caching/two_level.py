# /// script
# requires-python = ">=3.11"
# dependencies = ["redis>=5.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["redis"]
# isolation = { redis = "process" }
# timeout = 20
# redact = [{ pattern = 'about +[\d.]+ ms', as = "about … ms" }]
# ///
"""A bounded map in the process, Redis behind it, and how long the map may be wrong after a write."""

import os
import statistics
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Condition, Thread
from typing import Any

from redis import ConnectionPool, Redis
from snippet_support import wait_until

BOUND = 1.0  # seconds: the local TTL, which holds even if no message ever comes
pool = ConnectionPool.from_url(
    os.environ["REDIS_URL"], protocol=2, decode_responses=True, socket_timeout=None
)
connect: Callable[[], Any] = partial(Redis, connection_pool=pool, single_connection_client=True)
writer = connect()


# --8<-- [start:near]
@dataclass(eq=False)
class Entry:
    value: str | None = None
    until: float = 0.0  # not before it is filled


class NearCache:
    """An LRU map of ``room`` entries before Redis; a thread removes what has changed."""

    def __init__(self, room: int, *, guarded: bool = True) -> None:
        self.room, self.guarded = room, guarded
        self.held: OrderedDict[str, Entry] = OrderedDict()
        self.changed = Condition()  # also the lock of ``held``
        self.server, self.inbox = connect(), connect()
        self.server.client_tracking_on(clientid=self.inbox.client_id())
        self.inbox.execute_command("SUBSCRIBE", "__redis__:invalidate")
        Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        while True:
            *_, keys = self.inbox.connection.read_response()  # None: all were flushed
            with self.changed:
                for key in list(self.held) if keys is None else keys:
                    self.held.pop(key, None)
                self.changed.notify_all()

    def get(self, key: str, between: Callable[[], object] = lambda: None) -> str | None:
        with self.changed:
            entry = self.held.get(key)
            if entry and time.monotonic() < entry.until:
                self.held.move_to_end(key)
                return entry.value
            self.held[key] = entry = Entry()  # a place for the answer, before asking
            if len(self.held) > self.room:
                self.held.popitem(last=False)
        value, _ = self.server.get(key), between()
        with self.changed:  # was the place taken away meanwhile? Then nobody finds this
            entry.value, entry.until = value, time.monotonic() + BOUND
            if not self.guarded:
                self.held[key] = entry
        return value
# --8<-- [end:near]

# --8<-- [start:write]
def write_and_wait(near: NearCache, price: str) -> float:
    """Change the price; seconds from acknowledgement to the end of the near copy."""
    writer.set("price", price)
    written = time.monotonic()
    with near.changed:
        assert near.changed.wait_for(lambda: "price" not in near.held, timeout=5)
    return time.monotonic() - written
# --8<-- [end:write]


writer.mset({f"k{i}": i for i in range(5)} | {"price": "1"})
# --8<-- [start:run]
near = NearCache(room=3)
for i in range(5):
    near.get(f"k{i}")
print(f"room for 3, 5 keys read: {', '.join(near.held)} are held")
windows = []
for price in range(2, 202):
    near.get("price")
    windows.append(write_and_wait(near, str(price)))
usual, longest = (figure(windows) * 1000 for figure in (statistics.median, max))
print(f"tracking: old for about {usual:.2f} ms, at worst about {longest:.2f} ms")

for guarded in (False, True):
    reader = NearCache(room=3, guarded=guarded)
    seen = reader.get("price", partial(write_and_wait, reader, f"new {guarded}"))
    again = "old" if reader.get("price") == seen else "new"
    print(f"a write overtakes a fill, {guarded=}: the next read is {again}")
    assert again == ("new" if guarded else "old")

near.server.client_tracking_off()
near.get("price")
writer.set("price", "last")
start = time.monotonic()
wait_until(lambda: near.get("price") == "last")
alone = (time.monotonic() - start) * 1000
print(f"no tracking, TTL alone: old for about {alone:.0f} ms")
# --8<-- [end:run]
assert longest < BOUND * 1000 and usual < alone / 5
