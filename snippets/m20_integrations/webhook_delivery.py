# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "cryptography>=44", "httpx>=0.28", "psycopg[binary]>=3.2", "snippet-support", "starlette>=0.41", "trustme>=1.2",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 40
# ///
"""Five customers' endpoints, good and bad, and a sender whose clock jumps from one due time to the next."""

import json
import os
import random
import ssl
import tempfile
from collections import Counter
from pathlib import Path

import trustme
from delivery import Sender
from delivery_queue import SCHEMA, connect, replay
from signing import verify
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SECRETS = {each: os.urandom(32) for each in ("busy", "down", "gone", "good", "plain", "shaky", "spy")}
NEXT = "SELECT min(due) AS due FROM delivery WHERE state = 'waiting'"
calls: Counter[str] = Counter()
received, repaired = list[tuple[str, str]](), False


# --8<-- [start:receivers]
async def customer(request: Request) -> Response:
    """Verify, then behave as this customer's server does."""
    name = request.path_params["name"]
    id = verify(SECRETS[name], request.headers, await request.body())
    calls[name] += 1
    if name == "shaky" and calls[name] <= 2:
        return Response(status_code=500)
    if name == "busy" and calls[name] == 1:
        return Response(status_code=503, headers={"Retry-After": "3600"})
    if name == "gone":
        return Response(status_code=410)
    if name == "down" and not repaired:
        return Response(status_code=502)
    received.append((name, id))
    return Response(status_code=204)
# --8<-- [end:receivers]


def clock(seconds: float) -> str:
    """Say it roughly: the jitter differs."""
    units = ((3600, "h"), (60, "min"), (1, "s"))
    size, unit = next(each for each in units if seconds >= each[0] or each[0] == 1)
    return f"{seconds / size:.0f} {unit}"


random.seed(20)
authority, folder = trustme.CA(), tempfile.TemporaryDirectory()
certificate, key = (Path(folder.name, each) for each in ("cert.pem", "key.pem"))
leaf = authority.issue_cert("hooks.test")
for blob in leaf.cert_chain_pems:
    blob.write_to_path(certificate, append=True)
leaf.private_key_pem.write_to_path(key)
trust = ssl.create_default_context()
authority.configure_trust(trust)
app = Starlette(routes=[Route("/{name}", customer, methods=["POST"])])
names = {"hooks.test": ["127.0.0.1"], "inside.test": ["10.0.0.7"]}
tls = {"certfile": str(certificate), "keyfile": str(key)}
with serve(app, **tls) as url, connect(os.environ["DATABASE_URL"]) as db, folder:
    port = url.rpartition(":")[2]
    db.execute(SCHEMA)
    sender = Sender(db, trust, lambda host: names[host])
    for name, secret in SECRETS.items():
        host = "inside.test" if name == "spy" else "hooks.test"
        target = f"http{'s' * (name != 'plain')}://{host}:{port}/{name}"
        db.execute("INSERT INTO endpoint (id, url, secret) VALUES (%s, %s, %s)", [name, target, secret])
    print("[run]")
    # --8<-- [start:run]
    thin = {"type": "invoice.paid", "version": "2026-11", "data": {"id": "inv_7"}}
    db.execute(
        """INSERT INTO delivery (id, endpoint, body)
           SELECT 'evt_1', id, %s FROM endpoint""", [json.dumps(thin).encode()])

    def work(now: float) -> float:
        """Deliver until nothing is left to wait for; let the clock jump."""
        while True:
            while sender.step(now):
                pass
            row = db.execute(NEXT).fetchone()
            if row is None or row["due"] is None:
                return now
            now = float(row["due"])

    end = work(0)
    for row in db.execute("SELECT * FROM log ORDER BY endpoint, attempt"):
        name, tried, at = row["endpoint"], row["attempt"], clock(float(row["at"]))
        print(f"{name:6} try {tried} at {at:>6}: {row['answer']:31} {row['next']}")
    # --8<-- [end:run]
    print("[repair]")
    # --8<-- [start:repair]
    repaired = True
    print("dead letters replayed for down:", replay(db, "down", end))
    work(end)
    print("received:", *(f"{name} {id}" for name, id in received))
    sender.client.close()
    found = db.execute("SELECT id, state FROM endpoint ORDER BY id").fetchall()
    states = {row["id"]: row["state"] for row in found}
    print("endpoints:", *(f"{id} {state}" for id, state in states.items()), sep="\n  ")
    # --8<-- [end:repair]
assert calls == {"good": 1, "shaky": 3, "busy": 2, "gone": 1, "down": 8}
assert sorted(received) == [(name, "evt_1") for name in ("busy", "down", "good", "shaky")]
assert states["gone"] == "disabled" and calls["spy"] == calls["plain"] == 0
