# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# isolation = { postgres = "cluster" }
# timeout = 20
# ///
"""Text that becomes SQL: in a value, in ORDER BY, from our own table; and a role that can't do harm."""

import os

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

URL = os.environ["DATABASE_URL"]
db = psycopg.connect(URL, autocommit=True)
db.execute("""
CREATE TABLE users (name text PRIMARY KEY, email text, password_hash text);
INSERT INTO users VALUES ('ada', 'ada@example.com', '$argon2id$…a'),
    ('bo', 'bo@example.com', '$argon2id$…b'), ('cy', 'cy@example.com', '$argon2id$…c');
CREATE ROLE reader LOGIN;
GRANT SELECT (name, email) ON users TO reader;
""")
reader = psycopg.connect(make_conninfo(URL, user="reader"), autocommit=True)


# --8<-- [start:value]
def concatenated(db: psycopg.Connection, name: str) -> list[tuple[str, ...]]:
    return db.execute(f"SELECT email FROM users WHERE name = '{name}'").fetchall()


def parameterised(db: psycopg.Connection, name: str) -> list[tuple[str, ...]]:
    return db.execute("SELECT email FROM users WHERE name = %s", [name]).fetchall()
# --8<-- [end:value]


# --8<-- [start:order]
SORTABLE = {"name": "name", "newest": "email"}  # the API's word: our column


def listed(db: psycopg.Connection, order: str) -> list[tuple[str, ...]]:
    if order not in SORTABLE:
        raise ValueError(f"sort is one of {', '.join(SORTABLE)}")
    query = sql.SQL("SELECT name FROM users ORDER BY {}")
    return db.execute(query.format(sql.Identifier(SORTABLE[order]))).fetchall()
# --8<-- [end:order]


# --8<-- [start:attack]
everything = "' OR '1'='1"
hashes = "' UNION SELECT password_hash FROM users --"
for attack in ("ada", everything, hashes):
    leaked, safe = concatenated(db, attack), parameterised(db, attack)
    print(f"{attack:45} concatenated: {len(leaked)} rows  parameterised: {len(safe)}")
print("one row of the last:", min(concatenated(db, hashes))[0])
assert len(concatenated(db, everything)) == 3 and not parameterised(db, everything)

# A parameter is a value. Here it sorts by a constant, so that nothing is sorted.
constant = db.execute("SELECT name FROM users ORDER BY %s DESC", ["name"]).fetchall()
print("ORDER BY a parameter:", *[row[0] for row in constant], "(not descending)")
try:
    listed(db, "(SELECT password_hash FROM users LIMIT 1)")
except ValueError as error:
    print("ORDER BY an allow-list:", error)
assert listed(db, "name") == [("ada",), ("bo",), ("cy",)]

db.execute("INSERT INTO users VALUES (%s, 'x@x', '')", [everything])  # stored safely
stored = db.execute("SELECT name FROM users WHERE email = 'x@x'").fetchone() or ("",)
print("second order, from our own table:", len(concatenated(db, stored[0])), "rows")
assert len(concatenated(db, stored[0])) == 4
# --8<-- [end:attack]
# --8<-- [start:role]
for attempt in (hashes, "'; DROP TABLE users; --"):
    try:
        concatenated(reader, attempt)
    except psycopg.errors.InsufficientPrivilege as error:
        print("as reader:", str(error).splitlines()[0])
    else:
        raise AssertionError("the role could do it")
db.execute("SELECT 1 FROM users")  # the table is still there
concatenated(db, "'; DROP TABLE users; --")
gone = db.execute("SELECT to_regclass('users') IS NULL").fetchone()
print("as owner, the same text: table gone:", gone and gone[0])
# --8<-- [end:role]
assert gone == (True,)
