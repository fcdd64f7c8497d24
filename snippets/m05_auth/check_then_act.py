# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""A coupon for one use, spent twenty times at once: checked first, and in one statement."""

import os
import threading
from collections.abc import Callable

import psycopg

URL = os.environ["DATABASE_URL"]
with psycopg.connect(URL, autocommit=True) as db:
    db.execute("CREATE TABLE coupons (code text PRIMARY KEY, uses_left int NOT NULL)")
    db.execute("INSERT INTO coupons VALUES ('SPRING', 1), ('SUMMER', 1)")
CUSTOMERS = 20
everybody = threading.Barrier(CUSTOMERS, timeout=10)


# --8<-- [start:two]
def check_then_act(db: psycopg.Connection) -> bool:
    row = db.execute("SELECT uses_left FROM coupons WHERE code = 'SPRING'").fetchone()
    if row is None or row[0] < 1:
        return False
    everybody.wait()  # the moment between check and act: made by load, and here
    db.execute("UPDATE coupons SET uses_left = uses_left - 1 WHERE code = 'SPRING'")
    return True


def one_statement(db: psycopg.Connection) -> bool:
    everybody.wait()
    spent = db.execute("""UPDATE coupons SET uses_left = uses_left - 1
                          WHERE code = 'SUMMER' AND uses_left > 0""")
    return spent.rowcount == 1
# --8<-- [end:two]


# --8<-- [start:race]
def race(spend: Callable[[psycopg.Connection], bool]) -> int:
    """Let all customers spend the coupon at once; return how many were told yes."""
    accepted: list[bool] = []

    def customer() -> None:
        with psycopg.connect(URL) as db:
            accepted.append(spend(db))

    threads = [threading.Thread(target=customer) for _ in range(CUSTOMERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(accepted)


for spend in (check_then_act, one_statement):
    print(f"{spend.__name__:15} accepted: {race(spend)}")
with psycopg.connect(URL) as db:
    left = db.execute("SELECT code, uses_left FROM coupons ORDER BY 1").fetchall()
    print("uses left:     ", dict(left))
# --8<-- [end:race]
assert left == [("SPRING", -19), ("SUMMER", 0)]
