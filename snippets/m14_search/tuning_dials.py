# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 30
# ///
"""Four dials, counted: how often to refresh, where to route, how to say `now`, how many fields."""

import json
from collections import Counter
from hashlib import blake2b

from engine import Index

MAPPING = {"title": "text", "tenant": "keyword"}
DOCUMENTS = 400

print("[refresh]")


# --8<-- [start:refresh]
def load(refresh_after: int) -> tuple[int, int]:
    """Load all; return the segments made, and how many documents were rewritten."""
    index, made, rewritten = Index(dict(MAPPING)), 0, 0
    for number in range(1, DOCUMENTS + 1):
        index.put(str(number), {"title": f"lamp {number}", "tenant": "north"})
        if number % refresh_after == 0:
            index.refresh()
            made += 1
        if len(index.segments) == 10:  # ten segments are merged into one
            rewritten += len(index.searcher().ids())
            index.merge()
    index.refresh()
    assert len(index.searcher().ids()) == DOCUMENTS
    return made, rewritten


for after in (1, 20, DOCUMENTS):
    made, rewritten = load(after)
    print(f"refresh after {after:3}: {made:3} segments, {rewritten:4} written again")
# --8<-- [end:refresh]
assert load(1)[1] > 10 * load(20)[1] > load(DOCUMENTS)[1] == 0

print("[routing]")


# --8<-- [start:routing]
SHARDS = 8
TENANTS = {"big": 900} | {f"shop-{number}": 20 for number in range(50)}  # documents


def shard(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big") % SHARDS


by_id: Counter[int] = Counter()
by_tenant: Counter[int] = Counter()
asked = {"id": set[int](), "tenant": set[int]()}
for tenant, documents in TENANTS.items():
    for number in range(documents):
        by_id[shard(f"{tenant}/{number}")] += 1
        by_tenant[shard(tenant)] += 1
        if tenant == "shop-7":
            asked["id"].add(shard(f"{tenant}/{number}"))
            asked["tenant"].add(shard(tenant))
for key, sizes in {"id": by_id, "tenant": by_tenant}.items():
    skew = max(sizes.values()) * SHARDS / sum(sizes.values())
    print(f"by {key + ':':7} a tenant asks {len(asked[key])} of {SHARDS} shards;",
          f"the largest shard has {skew:.1f} times the average")
# --8<-- [end:routing]
assert len(asked["tenant"]) == 1 < len(asked["id"])

print("[now]")


# --8<-- [start:now]
def cached(round_to: int) -> int:
    """Ask for the last hour each second, for ten minutes; count the filters."""
    kept = set()
    for second in range(1_800_000_000, 1_800_000_600):
        since = (second - 3600) // round_to * round_to
        kept.add(json.dumps({"range": {"at": {"gte": since}}}))
    return len(kept)


print(f"filter since `now-1h`: {cached(1)} entries; since `now-1h/m`: {cached(60)}")
# --8<-- [end:now]
assert (cached(1), cached(60)) == (600, 10)

print("[fields]")


# --8<-- [start:fields]
guessing, flat = Index({}, dynamic="true"), Index({"labels": "keyword"})
for number in range(300):
    labels = {f"order-{number}": "paid"}  # a value where a name should be
    guessing.put(str(number), {"labels": labels})
    pairs = [f"{name}={value}" for name, value in labels.items()]
    flat.put(str(number), {"labels": pairs})
print(f"guessed: {len(guessing.mapping)} fields; as pairs in one: {len(flat.mapping)}")
# --8<-- [end:fields]
assert len(flat.mapping) == 1
