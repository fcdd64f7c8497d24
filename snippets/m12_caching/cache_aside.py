# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "redis>=5.2"]
#
# [tool.snippets-runner]
# services = ["postgres", "redis"]
# timeout = 20
# ///
"""Cache-aside: hit, miss, invalidation, and the stale fill that a version check refuses."""

import os
from collections.abc import Callable

import psycopg
from redis import Redis

TTL = 60  # seconds: how long a mistake may live
Load = Callable[[int], tuple[int, int]]  # product -> (price, version)
Read = Callable[[int, Load], tuple[str, int]]  # product, load -> (what happened, price)
Write = Callable[[int, int], None]  # product, new price

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
cache = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


def load(product: int) -> tuple[int, int]:
    row = db.execute("SELECT price, version FROM product WHERE id = %s", [product]).fetchone()
    assert row is not None
    return row[0], row[1]


def update(product: int, price: int) -> int:
    """Change the price in the source of truth and return the row's new version."""
    row = db.execute(
        "UPDATE product SET price = %s, version = version + 1 WHERE id = %s RETURNING version",
        [price, product],
    ).fetchone()
    assert row is not None
    return int(row[0])


# --8<-- [start:read]
def read(product: int, load: Load) -> tuple[str, int]:
    key = f"shop:v1:product:{product}"
    if (price := cache.get(key)) is not None:
        return "hit", int(price)
    fresh, _ = load(product)
    cache.set(key, fresh, ex=TTL)
    return "miss", fresh


def write(product: int, price: int) -> None:
    update(product, price)  # commit first, then invalidate
    cache.delete(f"shop:v1:product:{product}")
# --8<-- [end:read]


# --8<-- [start:version]
# The server runs a script alone: nobody comes between its look and its write.
# ARGV: version, TTL, and the price, which is "" when a writer only invalidates.
STORE_IF_NOT_OLDER = cache.register_script("""
    local known = redis.call('HGET', KEYS[1], 'version')
    if known and tonumber(known) > tonumber(ARGV[1]) then return 0 end
    redis.call('DEL', KEYS[1])
    redis.call('HSET', KEYS[1], 'version', ARGV[1])
    if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'price', ARGV[3]) end
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    return 1
""")


def checked_read(product: int, load: Load) -> tuple[str, int]:
    key = f"shop:v2:product:{product}"
    if (price := cache.hget(key, "price")) is not None:
        return "hit", int(price)
    fresh, version = load(product)
    stored = STORE_IF_NOT_OLDER(keys=[key], args=[version, TTL, fresh])
    return "miss" if stored else "miss, fill refused", fresh


def checked_write(product: int, price: int) -> None:
    version = update(product, price)  # the price goes, the version stays as a tombstone
    STORE_IF_NOT_OLDER(keys=[f"shop:v2:product:{product}"], args=[version, TTL, ""])
# --8<-- [end:version]


# --8<-- [start:race]
def stale_reads(read: Read, write: Write) -> int:
    """Let a writer commit and invalidate while a reader still carries the old row."""

    def slow_load(product: int) -> tuple[int, int]:
        row = load(product)
        write(product, row[0] + 10)
        return row

    outcome, _ = read(1, slow_load)
    (found, price), (truth, _) = read(1, load), load(1)
    print(f"  slow reader: {outcome}; next read: {found} {price}; database: {truth}")
    return int(price != truth)
# --8<-- [end:race]


db.execute("CREATE TABLE product (id int PRIMARY KEY, price int, version int)")
db.execute("INSERT INTO product VALUES (1, 100, 1)")
seen = [read(1, load), read(1, load)]
write(1, 120)
seen += [read(1, load), read(1, load)]
print("read, read, write 120, read, read:", ", ".join(f"{what} {price}" for what, price in seen))
assert seen == [("miss", 100), ("hit", 100), ("miss", 120), ("hit", 120)]

cache.delete("shop:v1:product:1")
print("set after delete:")
naive = stale_reads(read, write)
print("version check:")
checked = stale_reads(checked_read, checked_write)
print(f"stale read {naive} -> {checked}")
assert (naive, checked) == (1, 0)
