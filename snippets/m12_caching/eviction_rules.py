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
# redact = [{ pattern = 'about +\d+', as = "about …" }]
# ///
"""What the server does when its memory is full, and why expiry is something else."""

import os

from redis import Redis, ResponseError
from snippet_support import wait_until

VALUE = b"x" * 4_000
POLICIES = [f"{keys}-{rule}" for keys in ("allkeys", "volatile") for rule in ("lru", "lfu", "lrm")]
POLICIES += ["allkeys-random", "volatile-random", "volatile-ttl", "noeviction"]

server = Redis.from_url(os.environ["REDIS_URL"])
server.config_set("lazyfree-lazy-user-flush", "no")  # FLUSHALL is done when it answers


# --8<-- [start:fill]
def fill(policy: str, seconds: list[int | None]) -> list[str]:
    """Fill an empty server to its limit, a key for each TTL, and set the policy."""
    server.config_set("maxmemory", 0)
    server.flushall()
    keys = [f"{policy}:{i}" for i in range(len(seconds))]
    for key, ttl in zip(keys, seconds, strict=True):
        server.set(key, VALUE, ex=ttl)
    server.config_set("maxmemory-policy", policy)
    server.config_set("maxmemory", server.info("memory")["used_memory"])
    return keys


def write_40_more() -> str:
    try:
        for i in range(40):
            server.set(f"new:{i}", VALUE)
    except ResponseError as error:
        return f"writes end in {type(error).__name__}"
    return "40 more keys written"


def left(keys: list[str]) -> str:
    return f"about {server.exists(*keys):>2} of {len(keys)}"
# --8<-- [end:fill]


known = []
for policy in POLICIES:
    try:
        server.config_set("maxmemory-policy", policy)
        known.append(policy)
    except ResponseError:
        print(f"{policy}: unknown to this server")
print(f"known: {', '.join(known)}\n")

# --8<-- [start:rules]
for policy in ("noeviction", "volatile-lru"):
    keys = fill(policy, [None] * 100)
    answer = write_40_more()
    print(f"{policy}, no TTL anywhere: {answer}; reads still answer")
    assert answer == "writes end in OutOfMemoryError" and server.get(keys[0])

keys = fill("volatile-ttl", [100] * 50 + [900] * 25 + [None] * 25)
soon, later, never = keys[:50], keys[50:75], keys[75:]
print(f"volatile-ttl: {write_40_more()}")
print(f"  left: 100 s {left(soon)}, 900 s {left(later)}, ", end="")
print(f"no TTL {server.exists(*never)} of 25")
assert server.exists(*soon) < 20 and server.exists(*later) > 15
assert server.exists(*never) == len(never)

keys = fill("allkeys-lru", [None] * 100)
recent, idle = keys[:50], keys[50:]
wait_until(lambda: any(server.object("idletime", key) for key in idle))  # 1 second
for key in recent:
    server.get(key)
print(f"allkeys-lru: {write_40_more()}")
print(f"  left: read just now {left(recent)}, idle for a second {left(idle)}")
assert server.exists(*idle) < 25 and server.exists(*recent) > 35

keys = fill("noeviction", [None] * 100)
server.config_resetstat()
for key in keys[:60]:
    server.pexpire(key, 20)
wait_until(lambda: server.info("stats")["expired_keys"] == 60)  # nobody asked for them
stats = server.info("stats")
print(f"expired {stats['expired_keys']}, evicted {stats['evicted_keys']}")
assert stats["evicted_keys"] == 0
# --8<-- [end:rules]
