# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "httpx>=0.28", "psycopg[binary]>=3.2"]
# ///
"""A sender of webhooks: a guard on where they go, and a step that settles one delivery."""

import random
import ssl
from collections.abc import Callable
from ipaddress import ip_address

import httpx
from delivery_queue import HEALTH, SETTLE, TAKE, WAITS, Db, Job
from psycopg.rows import class_row
from signing import sign

Resolve = Callable[[str], list[str]]

PLAYS_PUBLIC = "127.0.0.1"  # our receivers are here; every other address is what it is


def is_public(address: str) -> bool:
    return ip_address(address).is_global or address == PLAYS_PUBLIC


# --8<-- [start:guard]
def guard(url: str, resolve: Resolve) -> httpx.URL:
    """Allow https to public addresses; give the URL of the address that was checked."""
    target = httpx.URL(url)
    if target.scheme != "https":
        raise PermissionError("not https")
    addresses = resolve(target.host)
    if not all(map(is_public, addresses)):
        raise PermissionError("not a public address")
    return target.copy_with(host=addresses[0])


class Sender:
    def __init__(self, db: Db, trust: ssl.SSLContext, resolve: Resolve) -> None:
        self.db, self.resolve = db, resolve
        self.client = httpx.Client(verify=trust, timeout=20)  # follows no redirects

    def post(self, job: Job) -> tuple[str, float]:
        """Try once; return the answer's status, and the wait that it asks for."""
        try:
            to, named = guard(job.url, self.resolve), httpx.URL(job.url)
            headers = sign([job.secret], job.id, job.body)
            headers["Host"] = named.netloc.decode()
            name = {"sni_hostname": named.host}  # what the certificate must say
            answer = self.client.post(
                to, content=job.body, headers=headers, extensions=name
            )
        except PermissionError as refusal:
            return f"refused: {refusal}", 0
        except httpx.TransportError as error:
            return type(error).__name__, 0
        return str(answer.status_code), float(answer.headers.get("Retry-After", 0))
# --8<-- [end:guard]

    # --8<-- [start:step]
    def step(self, now: float) -> bool:
        """Take one delivery that is due, try it, and write down what follows."""
        with self.db.transaction():
            jobs = self.db.cursor(row_factory=class_row(Job))
            job = jobs.execute(TAKE, [now]).fetchone()
            if job is None:
                return False
            answer, asked = self.post(job)
            attempt, state, due = job.attempt + 1, "waiting", now
            if answer.startswith("2"):
                state = "delivered"
            elif answer[:3] in ("410", "ref") or attempt > len(WAITS):
                state = "dead"
            else:
                jitter = random.uniform(0.8, 1.2)
                due = now + max(asked, WAITS[attempt - 1] * jitter)
            health = "disabled" if answer == "410" else "failing"
            health = "healthy" if state == "delivered" else health
            log = [now, job.endpoint, job.id, attempt, answer, state]
            self.db.execute("INSERT INTO log VALUES (%s, %s, %s, %s, %s, %s)", log)
            self.db.execute(SETTLE, [attempt, state, due, job.id, job.endpoint])
            self.db.execute(HEALTH, [health, job.endpoint])
        return True
    # --8<-- [end:step]
