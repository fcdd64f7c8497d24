# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "psycopg[binary]>=3.2", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Ask for somebody else's order: with a handler that forgets, and with a repository that can't."""

import os
from dataclasses import dataclass
from uuid import UUID

import httpx
import psycopg
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("""
CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), owner text, item text);
INSERT INTO orders (owner, item) VALUES ('ada', 'boat'), ('bo', 'ring'), ('bo', 'plough');
""")


# --8<-- [start:repository]
@dataclass(frozen=True, slots=True)
class Orders:
    """Somebody's orders: there is no way to ask this object for another's."""

    db: psycopg.Connection
    owner: str

    def get(self, order: UUID) -> tuple[str] | None:
        query = "SELECT item FROM orders WHERE id = %s AND owner = %s"
        return self.db.execute(query, [order, self.owner]).fetchone()

    def delete(self, order: UUID) -> bool:
        query = "DELETE FROM orders WHERE id = %s AND owner = %s"
        return self.db.execute(query, [order, self.owner]).rowcount == 1

    def all(self) -> list[tuple[str]]:
        query = "SELECT item FROM orders WHERE owner = %s ORDER BY item"
        return self.db.execute(query, [self.owner]).fetchall()
# --8<-- [end:repository]


# --8<-- [start:handlers]
def user(request: Request) -> str:
    return request.headers["x-user"]  # stands for the authenticated user


def forgetful(request: Request) -> Response:
    """The login was checked. Whose order it is was not."""
    order = request.path_params["order"]
    row = db.execute("SELECT item FROM orders WHERE id = %s", [order]).fetchone()
    return JSONResponse({"item": row[0]}) if row else Response(status_code=404)


def order(request: Request) -> Response:
    orders = Orders(db, user(request))
    if request.method == "DELETE":
        found = orders.delete(request.path_params["order"])
        return Response(status_code=204 if found else 404)
    row = orders.get(request.path_params["order"])
    return JSONResponse({"item": row[0]}) if row else Response(status_code=404)


def listing(request: Request) -> Response:
    return JSONResponse([row[0] for row in Orders(db, user(request)).all()])


app = Starlette(routes=[
    Route("/forgetful/{order:uuid}", forgetful),
    Route("/orders/{order:uuid}", order, methods=["GET", "DELETE"]),
    Route("/orders", listing),
])
# --8<-- [end:handlers]
row = db.execute("SELECT id FROM orders WHERE owner = 'bo' AND item = 'ring'").fetchone()
assert row
# --8<-- [start:ask]
bos = row[0]  # a UUID, unguessable; ada has it from a link that bo sent her
unknown = UUID(int=42)
with serve(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
    ada, bo = {"x-user": "ada"}, {"x-user": "bo"}
    leak = client.get(f"/forgetful/{bos}", headers=ada)
    print("forgetful: ada reads bo's order:", leak.status_code, leak.json())
    statuses = {}
    for what, method, path, who in [
        ("ada reads bo's order", "GET", f"/orders/{bos}", ada),
        ("ada reads one that isn't there", "GET", f"/orders/{unknown}", ada),
        ("ada deletes bo's order", "DELETE", f"/orders/{bos}", ada),
        ("bo reads his order", "GET", f"/orders/{bos}", bo),
    ]:
        answer = client.request(method, path, headers=who)
        statuses[what] = answer.status_code
        print(f"scoped: {what:32}{answer.status_code} {answer.text}")
    print("scoped: lists:", client.get("/orders", headers=ada).json(),
          client.get("/orders", headers=bo).json())
assert leak.status_code == 200 and list(statuses.values()) == [404, 404, 404, 200]
# --8<-- [end:ask]
