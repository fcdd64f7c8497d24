# /// script
# requires-python = ">=3.11"
# dependencies = ["aiodataloader>=0.4", "graphql-core>=3.2", "psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 15
# ///
"""A list of a hundred books with their authors: 101 statements, or two."""

import asyncio
import os
from dataclasses import dataclass, field
from typing import Any

import psycopg
from aiodataloader import DataLoader
from graphql import build_schema, graphql
from psycopg.rows import dict_row

Row = dict[str, Any]
TABLES = """
CREATE TABLE author AS SELECT n AS id, 'author ' || n AS name FROM generate_series(1, 20) n;
CREATE TABLE book AS SELECT n AS id, 'book ' || n AS title, n % 20 + 1 AS author_id
  FROM generate_series(1, 100) n;
"""
SCHEMA = build_schema("""
type Author { name: String! }
type Book { title: String! author: Author! }
type Query { books: [Book!]! }
""")
QUERY = "{ books { title author { name } } }"


@dataclass
class Database:
    connection: psycopg.AsyncConnection[Row]
    statements: list[str] = field(default_factory=list)

    async def rows(self, statement: str, *values: object) -> list[Row]:
        self.statements.append(statement)
        return await (await self.connection.execute(statement, values)).fetchall()


# --8<-- [start:naive]
async def books(_: None, info: Any) -> list[Row]:
    db: Database = info.context["db"]
    return await db.rows("SELECT * FROM book ORDER BY id")


async def author_naive(book: Row, info: Any) -> Row:
    """One book at a time: that is all a resolver knows."""
    db: Database = info.context["db"]
    sql = "SELECT id, name FROM author WHERE id = %s"
    [found] = await db.rows(sql, book["author_id"])
    return found
# --8<-- [end:naive]


# --8<-- [start:batched]
class Authors(DataLoader[int, Row]):
    """Collects the ids that are asked for in one turn of the event loop."""

    def __init__(self, db: Database) -> None:
        super().__init__()
        self.db = db

    async def batch_load_fn(self, keys: list[int]) -> list[Any]:
        sql = "SELECT id, name FROM author WHERE id = ANY(%s)"
        found = {row["id"]: row for row in await self.db.rows(sql, keys)}
        return [found.get(key, KeyError(key)) for key in keys]  # in the order asked for


async def author_batched(book: Row, info: Any) -> Row:
    authors: Authors = info.context["authors"]
    return await authors.load(book["author_id"])
# --8<-- [end:batched]


async def ask(db: Database, authors: Authors | None = None) -> tuple[list[Row], int]:
    db.statements.clear()
    context = {"db": db, "authors": authors or Authors(db)}
    result = await graphql(SCHEMA, QUERY, context_value=context)
    assert result.data and not result.errors
    return result.data["books"], len(db.statements)


async def main() -> None:
    connection = await psycopg.AsyncConnection[Row].connect(
        os.environ["DATABASE_URL"], row_factory=dict_row, autocommit=True
    )
    async with connection:
        await connection.execute(TABLES)
        db, types = Database(connection), dict[str, Any](SCHEMA.type_map)
        types["Query"].fields["books"].resolve = books
        book = types["Book"].fields["author"]
        # --8<-- [start:run]
        book.resolve = author_naive
        naive, many = await ask(db)
        print(f"naive: {many} statements for {len(naive)} books")
        book.resolve = author_batched
        batched, few = await ask(db)
        print(f"batched: {few} statements, same answer: {naive == batched}")
        assert (many, few) == (101, 2) and naive == batched

        kept = Authors(db)
        await ask(db, kept)
        await connection.execute("UPDATE author SET name = 'renamed'")
        stale, fresh = (await ask(db, kept))[0], (await ask(db))[0]
        old, new = (answer[0]["author"]["name"] for answer in (stale, fresh))
        print(f"after a rename, a loader kept from before says: {old}")
        print(f"a loader of this request says: {new}")
        assert stale == naive and new == "renamed"
        # --8<-- [end:run]


if __name__ == "__main__":
    asyncio.run(main())
