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
# ///
"""Invalidate by tag, by namespace version and by message, and what a lost connection misses."""

import os
from typing import Any

from redis import ConnectionError, ConnectionPool, Redis
from snippet_support import wait_until

pool = ConnectionPool.from_url(os.environ["REDIS_URL"], protocol=2, decode_responses=True)
redis = Redis(connection_pool=pool)
# --8<-- [start:tags]
STORE = redis.register_script("""  -- KEYS: the entry, then its tags; ARGV: value, TTL
    redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
    for i = 2, #KEYS do
        redis.call('SADD', KEYS[i], KEYS[1])
        redis.call('EXPIRE', KEYS[i], ARGV[2])  -- one TTL for all: no tag goes first
    end
""")
INVALIDATE_TAG = redis.register_script("""
    local entries = redis.call('SMEMBERS', KEYS[1])
    for _, entry in ipairs(entries) do redis.call('UNLINK', entry) end
    redis.call('UNLINK', KEYS[1])
    return entries
""")


def versioned(key: str) -> str:  # after INCR catalog:version nobody asks for the old
    return f"catalog:v{int(redis.get('catalog:version') or 0)}:{key}"
# --8<-- [end:tags]


# --8<-- [start:nodes]
class PubSubNode:
    channel = "invalidate"  # where writers are to publish each key that they change

    def __init__(self) -> None:
        self.local: dict[str, Any] = {}
        self.connect()

    def connect(self) -> None:
        self.inbox: Any = pool.get_connection()
        self.inbox_id, self.data = self.ask("CLIENT", "ID"), redis
        self.ask("SUBSCRIBE", self.channel)

    def ask(self, *command: str) -> Any:
        self.inbox.send_command(*command)
        return self.inbox.read_response()

    def get(self, key: str) -> Any:
        try:
            while self.inbox.can_read(0):
                *_, message = self.inbox.read_response()
                for changed in [message] if isinstance(message, str) else message:
                    self.local.pop(changed, None)
        except ConnectionError:
            self.connect()
        if key not in self.local:
            self.local[key] = self.data.get(key)
        return self.local[key]


class TrackingNode(PubSubNode):
    channel = "__redis__:invalidate"  # where the server names changed keys we had read

    def connect(self) -> None:
        super().connect()
        self.local.clear()  # what was said while we were away, we have not heard
        self.data = Redis(connection_pool=pool, single_connection_client=True)
        self.data.client_tracking_on(clientid=self.inbox_id)
# --8<-- [end:nodes]


def missed(node: PubSubNode, publish: bool, cut: bool) -> int:
    """Change a key the node holds; 1 if it still gives the old value a second later."""
    redis.set("price", "old")
    wait_until(lambda: node.get("price") == "old")
    if cut:
        redis.client_kill_filter(_id=node.inbox_id)
    redis.set("price", "new")
    if publish:
        redis.publish("invalidate", "price")
    try:
        return int(not wait_until(lambda: node.get("price") == "new", timeout=1))
    except TimeoutError:
        return 1


for page, *tags in [("page:7", "desk", "lamp"), ("page:8", "lamp"), ("page:9", "sofa")]:
    STORE(keys=[page, *(f"tag:{tag}" for tag in tags)], args=["<html>", 60])
gone = sorted(INVALIDATE_TAG(keys=["tag:lamp"]))
print(f"tag lamp: {', '.join(gone)} gone, page:9 is {redis.get('page:9')!r}")
assert gone == ["page:7", "page:8"]

redis.set(old := versioned("page:1"), "old", ex=60)
redis.incr("catalog:version")  # one command, however many entries there are
print(f"namespace: {versioned('page:1')} is a miss, {old} waits for its TTL")
assert not redis.exists(versioned("page:1")) and redis.ttl(old) > 0

print("invalidations missed     pub/sub  tracking")
for case, publish, cut, expected in [
    ("all is well", True, False, (0, 0)),
    ("writer did not publish", False, False, (1, 0)),
    ("connection was cut", True, True, (1, 0)),
]:
    result = missed(PubSubNode(), publish, cut), missed(TrackingNode(), publish, cut)
    print(f"{case:<24} {result[0]:>7}  {result[1]:>8}")
    assert result == expected
