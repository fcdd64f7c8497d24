# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# ///
"""One version of an application, writing and reading without a pause; `expand_contract.py` uses it."""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from snippet_support import wait_until

URL = os.environ["DATABASE_URL"]


# --8<-- [start:traffic]
@contextmanager
def version(column: str, requests: Counter[str]) -> Iterator[None]:
    """Be the version that knows ``column``: write it and read it back, all the time."""
    stop = threading.Event()

    def serve() -> None:
        with psycopg.connect(URL, autocommit=True) as own:
            while not stop.is_set():
                value = f"{column} {requests.total()}"
                try:
                    row = own.execute(
                        f"UPDATE person SET {column} = %s"
                        f" WHERE id = %s RETURNING {column}",
                        [value, requests.total() % 5000 + 1],
                    ).fetchone()
                    requests["ok" if row == (value,) else "failed"] += 1
                except psycopg.Error:
                    requests["failed"] += 1

    def some_more() -> None:
        enough = requests.total() + 20
        wait_until(lambda: requests.total() >= enough, timeout=10)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        some_more()
        yield
        some_more()
    finally:
        stop.set()
        thread.join()
# --8<-- [end:traffic]
