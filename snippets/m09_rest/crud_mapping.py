# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "fastapi>=0.115", "httpx>=0.28", "psycopg[binary]>=3.2", "snippet-support",
#   "pydantic>=2.10",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Seven operations, each sent twice: status, the header that matters, and what the second one did."""

import httpx
from snippet_support import serve
from users_api import app, db

# --8<-- [start:table]
ADA = {"name": "Ada", "city": "London", "phone": "+44"}
PLAN = [
    ("POST", "/users", ADA, "Location"),
    ("GET", "/users?limit=1", None, "Link"),
    ("GET", "/users/u1", None, "ETag"),
    ("PUT", "/users/grace", {"name": "Grace"}, ""),
    ("PATCH", "/users/u1", {"city": None}, "ETag"),
    ("DELETE", "/users/u1", None, ""),
    ("POST", "/users/u1/reset", None, "Location"),
]


def state() -> list[list[object]]:
    sql = "SELECT * FROM {} ORDER BY id"
    return [db.execute(sql.format(name)).fetchall() for name in ("users", "resets")]


def start_anew(client: httpx.Client) -> None:
    db.execute("TRUNCATE users, resets RESTART IDENTITY")
    db.execute("ALTER SEQUENCE number RESTART")
    for name in ("Ada", "Linus"):
        client.post("/users", json=ADA | {"name": name})


def table(client: httpx.Client) -> list[bool]:
    repeats = []
    print(f"{'request':<22} 1st  2nd  {'repeat':<15} header of the 1st")
    for method, path, body, header in PLAN:
        start_anew(client)
        first = client.request(method, path, json=body)
        once = state()
        second = client.request(method, path, json=body)
        repeats.append(state() == once)
        effect = "changes nothing" if repeats[-1] else "does it again"
        value = f"{header}: {first.headers[header]}" if header else ""
        line = f"{method:<6} {path:<15} {first.status_code}  {second.status_code}"
        print(f"{line}  {effect:<15} {value}".rstrip())
    return repeats
# --8<-- [end:table]


# --8<-- [start:partial]
def whole_or_part(client: httpx.Client) -> None:
    start_anew(client)
    bodies = {"city": None}, {"name": None}, {"name": "Ada"}
    for method, body in zip(("PATCH", "PATCH", "PUT"), bodies, strict=True):
        answer = client.request(method, "/users/u1", json=body)
        print(f"{method:<5} {body!s:<16} {answer.status_code}", read(client))


def read(client: httpx.Client) -> dict[str, object]:
    user = client.get("/users/u1").json()
    return {name: user[name] for name in ("name", "city", "phone")}
# --8<-- [end:partial]


# --8<-- [start:lost]
def two_editors(client: httpx.Client) -> None:
    """Both read, both change another field, both write all of it back."""
    for careful in (False, True):
        start_anew(client)
        seen = client.get("/users/u1")
        fields = {"If-Match": seen.headers["ETag"]} if careful else {}
        new = [ADA | {"city": "Turin"}, ADA | {"phone": "+39"}]
        answers = [client.put("/users/u1", json=body, headers=fields) for body in new]
        codes = [answer.status_code for answer in answers]
        end = read(client)
        print("If-Match" if careful else "nothing ", codes, end)
        assert codes == ([200, 412] if careful else [200, 200])
        assert end["city"] == ("Turin" if careful else "London")
# --8<-- [end:lost]


with serve(app) as url, httpx.Client(base_url=url) as client:
    same = table(client)
    print("\nPATCH changes what was sent, PUT replaces everything:")
    whole_or_part(client)
    print("\ntwo editors, one row:")
    two_editors(client)
assert same == [False, True, True, True, True, True, False]
