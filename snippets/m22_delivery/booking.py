# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
# ///
"""A use case to test: seats of a show are booked over HTTP, and PostgreSQL says how many are left."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg

# --8<-- [start:app]
GROUP, SEAT = 10, 200  # from ten seats on, one is free


def price(seats: int) -> int:
    return (seats - 1 if seats >= GROUP else seats) * SEAT


class Shows:
    def __init__(self, db: psycopg.Connection[Any]) -> None:
        self.db = db

    def open(self, seats: int) -> int:
        sql = "INSERT INTO show (seats) VALUES (%s) RETURNING id"
        return int(next(self.db.execute(sql, [seats]))[0])

    def left(self, show: int) -> int:
        found = self.db.execute("SELECT seats FROM show WHERE id = %s", [show])
        return int(next(found)[0])

    def book(self, show: int, seats: int) -> bool:
        booked = self.db.execute(
            "UPDATE show SET seats = seats - %(n)s"
            " WHERE id = %(id)s AND seats >= %(n)s",
            {"n": seats, "id": show},
        )
        return booked.rowcount == 1


def answer(shows: Shows, path: str, seats: int | None) -> tuple[int, dict[str, int]]:
    """GET /shows/7 tells what is left; POST /shows/7 with a number books that many."""
    show = int(path.removeprefix("/shows/"))
    if seats is None:
        return 200, {"left": shows.left(show)}
    if not shows.book(show, seats):
        return 409, {"left": shows.left(show)}
    return 201, {"seats": seats, "price": price(seats)}
# --8<-- [end:app]


# --8<-- [start:wiring]
class Handler(BaseHTTPRequestHandler):
    def do_GET(self, seats: int | None = None) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"]) as db:
            status, body = answer(Shows(db), self.path, seats)
            db.commit()
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_POST(self) -> None:
        self.do_GET(int(self.rfile.read(int(self.headers["Content-Length"]))))
# --8<-- [end:wiring]

    def log_message(self, format: str, *args: Any) -> None:
        pass


if __name__ == "__main__" and len(sys.argv) > 1:
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
