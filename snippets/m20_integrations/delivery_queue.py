# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
# ///
"""What the sender of webhooks keeps in PostgreSQL: endpoints, deliveries, and a log for the customers."""

from dataclasses import dataclass

import psycopg
from psycopg.rows import DictRow, dict_row

Db = psycopg.Connection[DictRow]

# --8<-- [start:schema]
SCHEMA = """
CREATE TABLE endpoint (
    id text PRIMARY KEY, url text, secret bytea, state text DEFAULT 'healthy');
CREATE TABLE delivery (
    id text, endpoint text REFERENCES endpoint, body bytea, attempt int DEFAULT 0,
    due numeric DEFAULT 0, state text DEFAULT 'waiting', PRIMARY KEY (id, endpoint));
CREATE TABLE log (
    at numeric, endpoint text, id text, attempt int, answer text, next text);
"""
TAKE = """
SELECT d.id, d.endpoint, e.url, e.secret, d.body, d.attempt
FROM delivery d JOIN endpoint e ON e.id = d.endpoint
WHERE d.state = 'waiting' AND e.state <> 'disabled' AND d.due <= %s
ORDER BY d.due, d.endpoint LIMIT 1 FOR UPDATE OF d SKIP LOCKED
"""
SETTLE = """UPDATE delivery SET attempt = %s, state = %s, due = %s
            WHERE id = %s AND endpoint = %s"""
HEALTH = "UPDATE endpoint SET state = %s WHERE id = %s"
WAITS = [5, 300, 1800, 7200, 18_000, 36_000]  # seconds; then it is a dead letter
# --8<-- [end:schema]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    id: str
    endpoint: str
    url: str
    secret: bytes
    body: bytes
    attempt: int


def connect(url: str) -> Db:
    return psycopg.connect(url, row_factory=dict_row, autocommit=True)


# --8<-- [start:replay]
def replay(db: Db, endpoint: str, now: float) -> int:
    """A customer has repaired the receiver: his dead letters wait again, same ids."""
    again = """UPDATE delivery SET state = 'waiting', attempt = 0, due = %s
               WHERE endpoint = %s AND state = 'dead'"""
    return db.execute(again, [now, endpoint]).rowcount
# --8<-- [end:replay]
