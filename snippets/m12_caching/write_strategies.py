# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "redis>=5.2"]
#
# [tool.snippets-runner]
# services = ["postgres", "redis"]
# timeout = 20
# ///
"""Write-through, write-behind and write-around: what each costs, and what a crash takes with it."""

import multiprocessing
import os
from multiprocessing.connection import Connection

import psycopg
from redis import Redis

WRITES, BATCH, TTL = 100, 30, 300
Reading = tuple[str, int, str]
INSERT = "INSERT INTO reading (strategy, id, value) VALUES (%s, %s, %s)"


# --8<-- [start:strategies]
class WriteThrough:
    """The database first, in the caller's time; then the cache."""

    name = "through"

    def __init__(self, db: psycopg.Connection, cache: Redis) -> None:
        self.db, self.cache, self.commits = db, cache, 0
        self.buffer: list[Reading] = []

    def write(self, id: int, value: str) -> None:
        self.commit([(self.name, id, value)])
        self.cache.set(f"{self.name}:{id}", value, ex=TTL)

    def commit(self, rows: list[Reading]) -> None:
        with self.db.transaction(), self.db.cursor() as cursor:
            cursor.executemany(INSERT, rows)
        self.commits += 1


class WriteAround(WriteThrough):
    """Only the database; the first read fills the cache."""

    name = "around"

    def write(self, id: int, value: str) -> None:
        self.commit([(self.name, id, value)])
        self.cache.delete(f"{self.name}:{id}")


class WriteBehind(WriteThrough):
    """The cache now, the database once a batch is full (or a timer fires)."""

    name = "behind"

    def write(self, id: int, value: str) -> None:
        self.cache.set(f"{self.name}:{id}", value, ex=TTL)
        self.buffer.append((self.name, id, value))
        if len(self.buffer) == BATCH:
            self.commit(self.buffer)
            self.buffer = []
# --8<-- [end:strategies]


# --8<-- [start:crash]
def service(strategy: type[WriteThrough], acknowledge: Connection) -> None:
    """A process that acknowledges each write and is then killed where it stands."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as db:
        writer = strategy(db, Redis.from_url(os.environ["REDIS_URL"]))
        for id in range(WRITES):
            writer.write(id, f"value {id}")
            acknowledge.send(writer.commits)
        acknowledge.poll(None)  # alive, idle, and with whatever it has not flushed yet


def crash(strategy: type[WriteThrough]) -> tuple[int, int]:
    """Run the service, take its acknowledgements, SIGKILL it."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=service, args=(strategy, theirs), daemon=True)
    process.start()
    commits = [ours.recv() for _ in range(WRITES)]
    process.kill()
    process.join()
    return len(commits), commits[-1]
# --8<-- [end:crash]


db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("CREATE TABLE reading (strategy text, id int, value text, UNIQUE (strategy, id))")
cache = Redis.from_url(os.environ["REDIS_URL"])

lost: dict[str, int] = {}
print("strategy  acknowledged  commits  readable in cache  rows after SIGKILL  lost")
for strategy in (WriteThrough, WriteBehind, WriteAround):
    acknowledged, commits = crash(strategy)
    query = "SELECT count(*) FROM reading WHERE strategy = %s"
    (rows,) = db.execute(query, [strategy.name]).fetchone() or (0,)
    cached = cache.exists(*(f"{strategy.name}:{id}" for id in range(WRITES)))
    lost[strategy.name] = acknowledged - rows
    print(
        f"{strategy.name:<8}  {acknowledged:>12}  {commits:>7}  {cached:>17}"
        f"  {rows:>18}  {lost[strategy.name]:>4}"
    )

assert lost == {"through": 0, "behind": WRITES % BATCH, "around": 0}
print(f"lost rows: through {lost['through']} / behind {lost['behind']} / around {lost['around']}")
print(f"the cache still answers for {lost['behind']} readings the database has never seen")
