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
# timeout = 30
# ///
"""Four servers share the keys, one key takes nine of ten requests: what evens the load out."""

import hashlib
import os
import random
from collections import defaultdict
from contextlib import ExitStack
from itertools import count, islice

from redis import Redis
from snippet_support import free_port, running

HOT = "product:7"
rng = random.Random(11)
cold = [f"product:{rng.randrange(1_000, 3_000)}" for _ in range(1_000)]
stream = [HOT] * 9_000 + cold
rng.shuffle(stream)


# --8<-- [start:place]
def place(key: str) -> int:
    """Rendezvous hashing: the server that scores highest for this key has it."""

    def score(n: int) -> bytes:
        return hashlib.sha256(f"{n} {key}".encode()).digest()

    return max(range(len(servers)), key=score)


def names(wanted: int, *, one_each: bool) -> list[str]:
    """Names for the copies, or the parts, of the hot key."""
    numbered = (f"{HOT}#{number}" for number in count())
    if not one_each:
        return list(islice(numbered, wanted))
    found: dict[int, str] = {}
    while len(found) < len(servers):
        name = next(numbered)
        found.setdefault(place(name), name)
    return list(found.values())
# --8<-- [end:place]


# --8<-- [start:load]
def load(verb: str, hot_names: list[str], keep: int = 1) -> list[int]:
    """Play the stream; how many commands each server counted.

    Of ``keep`` requests for the hot key only the first leaves this process: that is a
    near cache whose TTL is counted in requests.
    """
    queues: defaultdict[int, list[str]] = defaultdict(list)
    asked = count()
    for key in stream:
        if key == HOT:
            if next(asked) % keep:
                continue
            key = rng.choice(hot_names)
        queues[place(key)].append(key)
    for n, keys in queues.items():
        with servers[n].pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.execute_command(verb, key)
            pipeline.execute()
    return [calls(server, verb) for server in servers]
# --8<-- [end:load]


def calls(server: Redis, verb: str) -> int:
    counters = server.info("commandstats")
    server.config_resetstat()
    return int(counters.get(f"cmdstat_{verb.lower()}", {"calls": 0})["calls"])


with ExitStack() as stack:
    servers = [Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)]
    program = servers[0].info("server")["executable"]
    for _ in range(3):
        port = free_port()
        stack.enter_context(running([program, "--port", str(port), "--save", ""], port=port))
        servers.append(Redis(port=port, decode_responses=True))

    # --8<-- [start:run]
    eight, each = names(8, one_each=False), names(4, one_each=True)
    print("10000 requests, 9000 for one key  each server   busiest server   names")
    busiest = {}
    for way, verb, hot_names, keep in (
        ("as it is", "GET", [HOT], 1),
        ("8 copies", "GET", eight, 1),
        ("a copy per server", "GET", each, 1),
        ("near cache", "GET", [HOT], 100),
        ("counter, as it is", "INCR", [HOT], 1),
        ("counter in 4 parts", "INCR", each, 1),
    ):
        shares = load(verb, hot_names, keep)
        busiest[way] = max(shares) / sum(shares)
        columns = "".join(f"{n:6}" for n in shares) + f"{busiest[way]:6.0%}"
        print(f"{verb:5}{way:19}{columns} of {sum(shares):5}{len(hot_names):8}")
    # --8<-- [end:run]
    parts = [int(servers[place(name)].get(name) or 0) for name in each]
    print(f"the parts of the counter add up to {sum(parts)}")
    assert sum(parts) == 9_000
    assert busiest["as it is"] > 0.9 > 0.4 > busiest["8 copies"] > busiest["a copy per server"]
    assert busiest["a copy per server"] < 0.27 and busiest["counter in 4 parts"] < 0.27
