# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Vacuum until each page is marked as visible to all; `index_rules.py` and another use it."""

import psycopg
from snippet_support import wait_until


# --8<-- [start:vacuum]
def vacuum(db: psycopg.Connection, *tables: str) -> None:
    """Clean and measure the tables, and again while an older transaction is at work."""

    def all_visible() -> bool:
        db.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")
        row = db.execute(
            "SELECT bool_and(relallvisible = relpages) FROM pg_class"
            " WHERE oid = ANY (%s::regclass[])",
            [list(tables)],
        ).fetchone()
        return row == (True,)

    wait_until(all_visible, timeout=15, what="the visibility map")
# --8<-- [end:vacuum]
