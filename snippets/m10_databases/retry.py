# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
# ///
"""Run a transaction again when the server says so; `isolation_anomalies.py` uses it."""

import random
import time
from collections.abc import Callable

from psycopg import Connection
from psycopg.errors import DeadlockDetected, SerializationFailure


# --8<-- [start:retry]
def with_retry(db: Connection, work: Callable[[], None], attempts: int = 50) -> int:
    """Run the whole transaction again after 40001 or 40P01; return the retries."""
    for retries in range(attempts):
        try:
            with db.transaction():
                work()
            return retries
        except (SerializationFailure, DeadlockDetected):
            time.sleep(random.uniform(0, 0.002 * 2 ** min(retries, 5)))  # full jitter
    raise TimeoutError(f"gave up after {attempts} attempts")
# --8<-- [end:retry]
