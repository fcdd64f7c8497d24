# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "sqlalchemy>=2.0"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Count the statements that one list with children costs, by way of loading."""

import os
from typing import Any

from sqlalchemy import ForeignKey, create_engine, event, insert, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    joinedload,
    mapped_column,
    raiseload,
    relationship,
    selectinload,
)
from sqlalchemy.orm.interfaces import ORMOption

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:", 1))


# --8<-- [start:model]
class Base(DeclarativeBase):
    """What the tables are made from."""


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship(order_by="Book.id")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"), index=True)
# --8<-- [end:model]


statements: list[str] = []


@event.listens_for(engine, "before_cursor_execute")
def count(_1: Any, _2: Any, statement: str, *_rest: Any) -> None:
    statements.append(statement)


Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Author), [{"id": number} for number in range(1, 101)])
    session.execute(insert(Book), [{"id": n, "author_id": n % 100 + 1} for n in range(1, 301)])
    session.commit()


# --8<-- [start:load]
def books_by_author(*options: ORMOption) -> tuple[int, list[list[int]]]:
    """Return the number of statements, and the ids of each author's books."""
    with Session(engine) as session:
        statements.clear()
        query = select(Author).options(*options).order_by(Author.id)
        authors = session.scalars(query).unique().all()
        return len(statements), [[b.id for b in author.books] for author in authors]


def lazily() -> tuple[int, list[list[int]]]:
    _, books = books_by_author()
    return len(statements), books  # the loop over author.books sent the others


def by_hand() -> tuple[int, list[list[int]]]:
    """What a batch loader does: one question for all the keys."""
    with Session(engine) as session:
        statements.clear()
        ids = session.scalars(select(Author.id).order_by(Author.id)).all()
        found: dict[int, list[int]] = {author: [] for author in ids}
        wanted = select(Book.author_id, Book.id).where(Book.author_id.in_(ids))
        for author, book in session.execute(wanted.order_by(Book.id)):
            found[author].append(book)
        return len(statements), list(found.values())


ways = {
    "lazy": lazily(),
    "join": books_by_author(joinedload(Author.books)),
    "select in": books_by_author(selectinload(Author.books)),
    "by hand": by_hand(),
}
# --8<-- [end:load]
for name, (sent, _) in ways.items():
    print(f"{name:<10}{sent:>4} statements")

# --8<-- [start:guard]
try:
    books_by_author(raiseload(Author.books))
except InvalidRequestError as error:
    print(f"raiseload: {error}")
# --8<-- [end:guard]

lazy, join, batch, manual = (sent for sent, _ in ways.values())
print(f"{lazy} / {join} / {batch} statements")
assert (lazy, join, batch, manual) == (101, 1, 2, 2)
assert all(books == ways["lazy"][1] for _, books in ways.values())
