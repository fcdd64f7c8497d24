# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
# ///
"""The contract of `brokers.py`, kept by a table whose rows are locked while they are worked on."""

import os

import psycopg


class Postgres:
    name, returns = "PostgreSQL", "when the transaction is rolled back"

    async def connect(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"])

    async def open(self) -> None:
        self.db = await self.connect()
        await self.db.execute("CREATE TABLE work (id bigserial PRIMARY KEY, n int)")
        await self.db.commit()

    async def send(self, number: int) -> None:
        await self.db.execute("INSERT INTO work (n) VALUES (%s)", [number])
        await self.db.commit()

    # --8<-- [start:take]
    async def take(self, count: int) -> list[int]:
        rows = "SELECT n FROM work ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"
        self.taken = await (await self.db.execute(rows, [count])).fetchall()
        return [n for (n,) in self.taken]

    async def ack(self) -> None:
        numbers = [n for (n,) in self.taken]
        await self.db.execute("DELETE FROM work WHERE n = ANY(%s)", [numbers])
        await self.db.commit()

    async def die(self) -> None:
        await self.db.close()  # the transaction was open: it is rolled back
        self.db = await self.connect()
    # --8<-- [end:take]

    async def replay(self) -> list[int]:
        return await self.take(100)

    async def close(self) -> None:
        await self.db.close()
