# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "psycopg[binary]>=3.2", "pydantic>=2.10"]
# [tool.snippets-runner]
# services = ["postgres"]
# ///
"""Users over HTTP, in seven operations. Controller and SQL share a file here: look at the protocol."""

import os
from typing import Annotated

import psycopg
from fastapi import FastAPI, Header, HTTPException, Response
from psycopg.rows import dict_row
from pydantic import BaseModel

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, row_factory=dict_row)
db.execute("""
    CREATE TABLE users (id text PRIMARY KEY, name text NOT NULL, city text, phone text);
    CREATE TABLE resets (id serial, key text, state text); CREATE SEQUENCE number""")
app = FastAPI()
TAG = "left(md5(users::text), 8)"
Row = dict[str, object]
Tag = Annotated[str | None, Header()]


# --8<-- [start:models]
class User(BaseModel, extra="forbid"):
    """All of it, as POST and PUT send it: a field that is left out gets its default."""
    name: str
    city: str | None = None
    phone: str | None = None


class Change(BaseModel, extra="forbid"):
    """Some of it, as PATCH sends it: a field that is left out stays as it is."""
    name: str = ""  # may be left out, but never null
    city: str | None = None
    phone: str | None = None
# --8<-- [end:models]


def one(sql: str, values: dict[str, object]) -> Row:
    if (row := db.execute(sql, values).fetchone()) is None:
        raise HTTPException(404, "no such user")
    return row


def answer(row: Row, response: Response) -> Row:
    response.headers["ETag"] = f'"{row.pop("tag")}"'
    return row


# --8<-- [start:collection]
@app.post("/users", status_code=201)
def create(user: User, response: Response) -> Row:
    values = "'u' || nextval('number'), %(name)s, %(city)s, %(phone)s"
    sql = f"INSERT INTO users VALUES ({values}) RETURNING *, {TAG} AS tag"
    row = one(sql, user.model_dump())
    response.headers["Location"] = f"/users/{row['id']}"
    return answer(row, response)


@app.get("/users")
def page(response: Response, after: str = "", limit: int = 2) -> Row:
    limit = max(1, min(limit, 100))
    sql = "SELECT * FROM users WHERE id > %s ORDER BY id LIMIT %s"
    rows = db.execute(sql, [after, limit + 1]).fetchall()  # one more: is there a next?
    if len(rows) > limit:
        href = f"/users?after={rows[limit - 1]['id']}&limit={limit}"
        response.headers["Link"] = f'<{href}>; rel="next"'
    return {"data": rows[:limit]}
# --8<-- [end:collection]


# --8<-- [start:item]
@app.get("/users/{key}")
def read(key: str, response: Response) -> Row:
    row = one(f"SELECT *, {TAG} AS tag FROM users WHERE id = %(id)s", {"id": key})
    return answer(row, response)


@app.put("/users/{key}")
def replace(key: str, user: User, response: Response, if_match: Tag = None) -> Row:
    values = user.model_dump() | {"id": key, "tag": (if_match or "").strip('"')}
    fields = "name = %(name)s, city = %(city)s, phone = %(phone)s"
    if if_match:  # compare and swap, in one statement
        sql = f"UPDATE users SET {fields} WHERE id = %(id)s AND {TAG} = %(tag)s"
        if (row := db.execute(sql + " RETURNING *", values).fetchone()) is None:
            raise HTTPException(412, "it has changed since you read it")
        return row
    sql = f"""INSERT INTO users VALUES (%(id)s, %(name)s, %(city)s, %(phone)s)
        ON CONFLICT (id) DO UPDATE SET {fields} RETURNING *, xmax = 0 AS new"""
    response.status_code = 201 if (row := one(sql, values)).pop("new") else 200
    return row


@app.patch("/users/{key}")
def merge(key: str, change: Change, response: Response) -> Row:
    sent = change.model_dump(exclude_unset=True)  # null was sent, absent wasn't
    fields = ", ".join(f"{name} = %({name})s" for name in sent) or "id = id"
    sql = f"UPDATE users SET {fields} WHERE id = %(id)s RETURNING *, {TAG} AS tag"
    return answer(one(sql, sent | {"id": key}), response)
# --8<-- [end:item]


# --8<-- [start:rest]
@app.delete("/users/{key}", status_code=204)
def delete(key: str) -> None:
    one("DELETE FROM users WHERE id = %(id)s RETURNING id", {"id": key})


@app.post("/users/{key}/reset", status_code=202)
def reset(key: str, response: Response) -> Row:
    rows = "SELECT id, 'queued' FROM users WHERE id = %(id)s"
    sql = f"INSERT INTO resets (key, state) {rows} RETURNING id, state"
    row = one(sql, {"id": key})
    response.headers["Location"] = f"/users/{key}/resets/{row['id']}"
    return row
# --8<-- [end:rest]
