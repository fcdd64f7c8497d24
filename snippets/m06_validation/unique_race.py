# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Twenty sign-ups with one name at the same moment: look first, or let the index decide."""

import os
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
from psycopg.errors import UniqueViolation

DATABASE, CLIENTS = os.environ["DATABASE_URL"], 20
together = threading.Barrier(CLIENTS)
with psycopg.connect(DATABASE) as setup:
    setup.execute("CREATE TABLE checked (name text NOT NULL)")
    setup.execute("CREATE TABLE indexed (name text NOT NULL)")
    setup.execute("CREATE UNIQUE INDEX one_name ON indexed (lower(name))")


# --8<-- [start:checked]
def look_first(connection: psycopg.Connection, name: str) -> int:
    """Ask whether the name is free, then take it."""
    query = "SELECT count(*) FROM checked WHERE lower(name) = lower(%s)"
    (taken,) = connection.execute(query, [name]).fetchone() or (0,)
    together.wait(timeout=10)  # everybody has asked, nobody has written: the bad moment
    if taken:
        return 409
    connection.execute("INSERT INTO checked VALUES (%s)", [name])
    return 201
# --8<-- [end:checked]


# --8<-- [start:indexed]
def let_the_index_decide(connection: psycopg.Connection, name: str) -> int:
    """Take it, and turn the violation of *this* index into an answer."""
    together.wait(timeout=10)
    try:
        connection.execute("INSERT INTO indexed VALUES (%s)", [name])
    except UniqueViolation as error:
        if error.diag.constraint_name != "one_name":
            raise
        return 409
    return 201
# --8<-- [end:indexed]


# --8<-- [start:race]
def race(table: str, sign_up: Callable[[psycopg.Connection, str], int]) -> int:
    def client(number: int) -> int:
        with psycopg.connect(DATABASE, autocommit=True) as connection:
            return sign_up(connection, "Ada" if number % 2 else "ada")

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = Counter(pool.map(client, range(CLIENTS)))
    with psycopg.connect(DATABASE) as connection:
        counted = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert counted is not None
    told = ", ".join(f"{count} x {status}" for status, count in sorted(answers.items()))
    print(f"{sign_up.__name__:21} {told}; rows: {counted[0]}")
    return int(counted[0])


assert race("checked", look_first) == CLIENTS
assert race("indexed", let_the_index_decide) == 1
# --8<-- [end:race]
