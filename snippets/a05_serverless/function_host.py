# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.35"]
#
# [tool.snippets-runner]
# services = ["s3"]
# timeout = 25
# redact = [{ pattern = '\d+(\.\d+)? ms', as = "… ms" }]
# ///
"""A small function host: workers on demand, a limit, delivery at least once, zero at rest."""

import json
import os
import sqlite3
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from subprocess import PIPE, Popen
from timeit import timeit
from typing import Any
from urllib.request import urlopen

TABLES = "CREATE TABLE done (id PRIMARY KEY); CREATE TABLE effect (handler, words)"


# --8<-- [start:function]
def function(database: str) -> None:
    """Set up once, which is the cold start, then handle event by event."""
    db, calls = sqlite3.connect(database), 0
    for line in sys.stdin:
        event, calls = json.loads(line), calls + 1
        time.sleep(event.get("takes", 0))
        if url := event.get("url"):
            with urlopen(url) as upload:
                effect = (event["handler"], len(upload.read().split()))
            with db:  # the mark and the effect: both or neither
                new = db.execute("INSERT OR IGNORE INTO done VALUES (?)", [url]).rowcount
                if new or event["handler"] == "naive":
                    db.execute("INSERT INTO effect VALUES (?, ?)", effect)
            if event["try"] == 1:
                os._exit(1)  # the machine is lost, after the work, before the answer
        print(calls, flush=True)
# --8<-- [end:function]


# --8<-- [start:host]
class Host:
    """A worker for each event at hand, and none when it is quiet."""

    def __init__(self, limit: int, database: str) -> None:
        self.idle: list[tuple[float, Popen[str]]] = []
        self.limit, self.busy, self.lock = limit, 0, threading.Lock()
        self.command = [sys.executable, __file__, database]

    def invoke(self, event: dict[str, Any]) -> str:
        with self.lock:
            if self.busy == self.limit:
                return "throttled"
            self.busy += 1
            worker = self.idle.pop()[1] if self.idle else None
        worker = worker or Popen(self.command, stdin=PIPE, stdout=PIPE, text=True)
        assert worker.stdin and worker.stdout
        print(json.dumps(event), file=worker.stdin, flush=True)
        answer = worker.stdout.readline().strip()
        with self.lock:
            self.busy -= 1
            if answer:
                self.idle.append((time.monotonic(), worker))
        return answer or f"lost {worker.communicate()[0]}"

    def deliver(self, event: dict[str, Any]) -> int:
        """At least once: again until a worker answers, five times at most."""
        return next(n for n in range(1, 6) if self.invoke(event | {"try": n}).isdigit())

    def scale_in(self, after: float) -> int:
        """Wait, end all who did nothing meanwhile; return how many are left."""
        time.sleep(after)
        while self.idle and self.idle[0][0] <= time.monotonic() - after:
            self.idle.pop(0)[1].communicate()
        return len(self.idle)
# --8<-- [end:host]


def main(database: str) -> None:
    import boto3  # here, for a worker needs none of it
    s3 = boto3.client("s3", config=boto3.session.Config(signature_version="s3v4"))
    with sqlite3.connect(database) as db:
        db.executescript(TABLES)
    # --8<-- [start:run]
    host = Host(limit=2, database=database)
    times = [timeit(lambda: host.invoke({}), number=1) * 1000 for _ in range(21)]
    cold, warm = times[0], sorted(times)[10]
    print(f"cold {cold:.0f} ms, warm {warm:.1f} ms: cold > warm by at least 5x")
    calls, idle, again = host.invoke({}), host.scale_in(after=0.2), host.invoke({})
    print(f"a variable counted to {calls}; idle workers {idle}; counts again: {again}")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(host.invoke, [{"takes": 0.5}] * 3))
    print(f"three at once, limit 2: {answers.count('throttled')} throttled")
    assert cold > 5 * warm and (calls, again, idle) == ("22", "1", 0)
    assert answers.count("throttled") == 1
    for name in ("naive", "idempotent"):
        where = {"Bucket": os.environ["S3_BUCKET"], "Key": name}
        s3.put_object(**where, Body=b"three small words")
        url = s3.generate_presigned_url("get_object", Params=where)
        sent = host.deliver({"handler": name, "url": url})
        words = [found for by, found in db.execute("SELECT * FROM effect") if by == name]
        print(f"upload, {name}: {sent} deliveries, effects: {len(words)}")
        assert sent == 2 and words == [3] * (2 if name == "naive" else 1)
    print(f"at rest: idle workers {host.scale_in(after=0.2)}")
    # --8<-- [end:run]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        function(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(f"{folder}/effects.db")
