# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 30
# redact = [{ pattern = 'failed [1-9]\d*', as = "failed …" }]
# ///
"""Rename a column while two versions of the application keep using the table."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable

import psycopg
from snippet_support import wait_until
from traffic import version

URL = os.environ["DATABASE_URL"]
db = psycopg.connect(URL, autocommit=True)
db.execute("CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL)")
db.execute("INSERT INTO person SELECT id, 'p' || id FROM generate_series(1, 5000) id")


# --8<-- [start:guard]
def hasty(sql: str) -> None:
    with psycopg.connect(URL) as own:
        own.execute(sql)  # waits for its lock, and all others wait behind it


def guarded(sql: str) -> None:
    """Wait for the lock only briefly; step aside, and come back."""
    for _ in range(100):
        try:
            with psycopg.connect(URL) as own:
                own.execute("SET LOCAL lock_timeout = '100ms'")
                own.execute(sql)
            return
        except psycopg.errors.LockNotAvailable:
            time.sleep(0.1)  # those who queued behind us go through
    raise TimeoutError("the table is never free")
# --8<-- [end:guard]


# --8<-- [start:queue]
WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'person'::regclass"


def read_behind(change: Callable[[str], None]) -> str:
    """A report holds the table, a change waits for it, and a reader comes third."""
    with psycopg.connect(URL) as report, psycopg.connect(URL) as reader:
        report.execute("SELECT count(*) FROM person")  # its transaction stays open
        sql = "ALTER TABLE person ADD COLUMN IF NOT EXISTS note text"
        ddl = threading.Thread(target=change, args=[sql])
        ddl.start()
        wait_until(lambda: db.execute(WAITING).fetchone(), timeout=10)
        try:
            reader.execute("SET LOCAL statement_timeout = '1500ms'")
            reader.execute("SELECT name FROM person WHERE id = 1")
            return "answered"
        except psycopg.errors.QueryCanceled:
            return "timed out"
        finally:
            reader.rollback()
            report.rollback()
            ddl.join()
# --8<-- [end:queue]


# --8<-- [start:steps]
EXPAND = """
ALTER TABLE person ADD COLUMN full_name text;
CREATE FUNCTION keep_both() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.full_name IS DISTINCT FROM OLD.full_name THEN NEW.name := NEW.full_name;
    ELSE NEW.full_name := NEW.name; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_both BEFORE UPDATE ON person
FOR EACH ROW EXECUTE FUNCTION keep_both();
"""
BACKFILL = """
UPDATE person SET full_name = name WHERE full_name IS NULL AND id BETWEEN %s AND %s
"""
CHECK = "CONSTRAINT named CHECK (full_name IS NOT NULL) NOT VALID"
CONTRACT = """
ALTER TABLE person ALTER full_name SET NOT NULL, DROP CONSTRAINT named, DROP name;
DROP TRIGGER keep_both ON person;
"""


def expand_contract(v1: Counter[str], v2: Counter[str]) -> None:
    with version("name", v1):
        guarded(EXPAND)
        for first in range(1, 5001, 500):  # small transactions, short row locks
            db.execute(BACKFILL, [first, first + 499])
        guarded(f"ALTER TABLE person ADD {CHECK}")
        db.execute("ALTER TABLE person VALIDATE CONSTRAINT named")  # traffic goes on
        with version("full_name", v2):  # a rolling deployment: both at work
            pass
    with version("full_name", v2):  # the old version is gone
        guarded(CONTRACT)
# --8<-- [end:steps]


print(f"reader behind a hasty ALTER:   {(hasty_reader := read_behind(hasty))}")
print(f"reader behind a guarded ALTER: {(guarded_reader := read_behind(guarded))}")
naive, v1, v2 = Counter[str](), Counter[str](), Counter[str]()
with version("name", naive):
    guarded("ALTER TABLE person RENAME name TO full_name")
guarded("ALTER TABLE person RENAME full_name TO name")
expand_contract(v1, v2)
print(f"one RENAME: failed {naive['failed']}")
print(f"expand, contract: old version failed {v1['failed']}, new version failed {v2['failed']}")
assert (hasty_reader, guarded_reader) == ("timed out", "answered")
assert naive["failed"] > 0 and v1["failed"] == v2["failed"] == 0 and min(v1["ok"], v2["ok"]) > 0
