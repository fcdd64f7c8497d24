# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# ///
"""Send each method twice and derive from the rows whether it is safe and idempotent."""

import http.client
import json
import os
from urllib.parse import urlsplit

import psycopg
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("CREATE TABLE users (id serial PRIMARY KEY, name text, logins int)")


# --8<-- [start:api]
async def users(request: Request) -> Response:
    wanted = await request.json()
    if request.method == "QUERY":
        sql = "SELECT name FROM users WHERE name LIKE %s ORDER BY id"
        return JSONResponse(db.execute(sql, [wanted["starts"] + "%"]).fetchall())
    sql = "INSERT INTO users (name, logins) VALUES (%s, 0) RETURNING id"
    row = db.execute(sql, [wanted["name"]]).fetchone()
    assert row is not None
    return Response(status_code=201, headers={"Location": f"/users/{row[0]}"})


async def user(request: Request) -> Response:
    key = request.path_params["id"]
    if request.method == "PUT":
        new = await request.json()
        row = db.execute(
            "INSERT INTO users VALUES (%s, %s, %s) ON CONFLICT (id) DO UPDATE SET"
            " name = excluded.name, logins = excluded.logins RETURNING xmax = 0",
            [key, new["name"], new["logins"]],
        ).fetchone()
        return Response(status_code=201 if row == (True,) else 204)
    if request.method == "DELETE":
        done = db.execute("DELETE FROM users WHERE id = %s", [key]).rowcount
        return Response(status_code=204 if done else 404)
    if request.method == "PATCH":
        change = await request.json()
        merge = request.headers["Content-Type"] == "application/merge-patch+json"
        sql = "logins = %s" if merge else "logins = logins + %s"
        db.execute(f"UPDATE users SET {sql} WHERE id = %s", [change["logins"], key])
        return Response(status_code=204)
    if request.method == "OPTIONS":
        allow = "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
        return Response(status_code=204, headers={"Allow": allow})
    row = db.execute("SELECT name, logins FROM users WHERE id = %s", [key]).fetchone()
    return JSONResponse(row) if row else Response(status_code=404)
# --8<-- [end:api]


MERGE, OWN = "application/merge-patch+json", "application/vnd.shop.increment+json"
PUT = {"name": "Grace", "logins": 7}
PLAN: list[tuple[str, str, object, str]] = [
    ("GET", "/users/1", None, ""),
    ("HEAD", "/users/1", None, ""),
    ("OPTIONS", "/users/1", None, ""),
    ("POST", "/users", {"name": "Linus"}, "application/json"),
    ("PUT", "/users/1", PUT, "application/json"),
    ("PATCH", "/users/1", {"logins": 1}, OWN),
    ("PATCH", "/users/1", {"logins": 1}, MERGE),
    ("DELETE", "/users/1", None, ""),
    ("QUERY", "/users", {"starts": "A"}, "application/json"),
    ("TRACE", "/users/1", None, ""),
    ("CONNECT", "/users/1", None, ""),
]


# --8<-- [start:derive]
def rows() -> list[tuple[object, ...]]:
    return db.execute("SELECT * FROM users ORDER BY id").fetchall()


def derive(host: str, method: str, path: str, body: object, media: str) -> list[bool]:
    """Start from one known row, send the request twice, and compare the rows."""
    db.execute("TRUNCATE users RESTART IDENTITY")
    db.execute("INSERT INTO users (name, logins) VALUES ('Ada', 5)")
    states, statuses = [rows()], []
    for _ in range(2):
        connection = http.client.HTTPConnection(host, timeout=5)
        content = None if body is None else json.dumps(body)
        fields = {"Content-Type": media} if media else {}
        connection.request(method, path, content, fields)
        answer = connection.getresponse()
        statuses.append(answer.status)
        connection.close()
        states.append(rows())
    found = [states[0] == states[1], states[1] == states[2]]  # safe, idempotent
    note = media.partition("/")[2] if method == "PATCH" else ""
    marks = ["-" if 405 in statuses else "yes" if mark else "no" for mark in found]
    print(f"{method:<8} {marks[0]:<4}  {marks[1]:<10}  {statuses}  {note}".rstrip())
    return found


with serve(Starlette(routes=[
    Route("/users", users, methods=["POST", "QUERY"]),
    Route("/users/{id:int}", user,
          methods=["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"]),
])) as url:
    print("method   safe  idempotent  statuses")
    found = [derive(urlsplit(url).netloc, *step) for step in PLAN]
Y, N = True, False
assert found[:9] == [[Y, Y]] * 3 + [[N, N], [N, Y], [N, N], [N, Y], [N, Y], [Y, Y]]
# --8<-- [end:derive]
