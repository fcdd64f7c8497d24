# /// script
# requires-python = ">=3.11"
# dependencies = ["redis>=5.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["redis"]
# timeout = 20
# ///
"""A flow of jobs on Redis: side by side, and with its dependencies said."""

import os
from collections import defaultdict
from threading import Event, Lock, Thread

from redis import Redis
from snippet_support import wait_until

Needs = dict[str, list[str]]  # a job, and the jobs that must have succeeded before it
QUEUE = {"charge": "payments", "receipt": "email", "stock": "inventory", "release": "inventory"}
redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
done = defaultdict[str, list[str]](list)
counting, stop = Lock(), Event()


# --8<-- [start:flows]
PARALLEL: Needs = {
    "charge": [],
    "receipt": [],
    "stock": [],
    "complete": ["charge", "receipt", "stock"],
}
DEPENDENT: Needs = {
    "stock": [],
    "charge": ["stock"],
    "receipt": ["charge"],
    "complete": ["charge", "receipt", "stock"],
}
UNDO = {"stock": "release"}  # how to take back what succeeded before the failure
# --8<-- [end:flows]


# --8<-- [start:runner]
def start(flow: str, needs: Needs, card: str) -> None:
    """Write down what each job waits for, then enqueue those that wait for nothing."""
    redis.hset(flow, mapping={"card": card, "state": "running"})
    for job, others in needs.items():
        redis.set(f"{flow}:{job}:waits", len(others))
        for other in others:
            redis.sadd(f"{flow}:{other}:then", job)
    for job in (job for job, others in needs.items() if not others):
        enqueue(flow, job)


def enqueue(flow: str, job: str) -> None:
    redis.rpush(QUEUE.get(job, "orders"), f"{flow} {job}")


def succeeded(flow: str, job: str) -> None:
    """Fan in: whoever brings the counter to zero enqueues the next, nobody else."""
    if not redis.sadd(f"{flow}:succeeded", job):
        return  # delivered twice: it has counted already
    for following in redis.smembers(f"{flow}:{job}:then"):
        if redis.decr(f"{flow}:{following}:waits") == 0:
            enqueue(flow, following)
    if job == "complete":
        redis.hset(flow, "state", "complete")


def failed(flow: str, job: str) -> None:
    """What needs it never starts; what it needed is taken back."""
    redis.hset(flow, "state", f"{job} refused")
    for other in DEPENDENT[job] if flow.startswith("dependent") else []:
        enqueue(flow, UNDO[other])
# --8<-- [end:runner]


def worker(queue: str) -> None:
    """Take jobs of one kind until told to stop."""
    while not stop.is_set():
        if (item := redis.blpop([queue], timeout=1)) is None:
            continue
        flow, job = item[1].split()
        refused = job == "charge" and redis.hget(flow, "card") == "refused"
        if refused:
            failed(flow, job)
        else:
            succeeded(flow, job)
        with counting:
            done[flow].append(f"{job} refused" if refused else job)


# --8<-- [start:run]
def run(flow: str, needs: Needs, card: str, jobs: int) -> set[str]:
    """Start a flow, wait for so many jobs, and say which ran."""
    start(flow, needs, card)
    wait_until(lambda: len(done[flow]) == jobs, timeout=10, what=f"{jobs} jobs")
    state = redis.hget(flow, "state")
    print(f"{flow:<19} {state:<14} receipts {done[flow].count('receipt')}", end="  ")
    print("ran: " + ", ".join(sorted(done[flow])))
    return set(done[flow])


queues = {"orders", *QUEUE.values()}
workers = [Thread(target=worker, args=[name]) for name in queues]
for thread in workers:
    thread.start()
try:
    run("parallel/accepted", PARALLEL, "accepted", jobs=4)
    wrong = run("parallel/refused", PARALLEL, "refused", jobs=3)
    run("dependent/accepted", DEPENDENT, "accepted", jobs=4)
    right = run("dependent/refused", DEPENDENT, "refused", jobs=3)
    sent = [int("receipt" in jobs) for jobs in (wrong, right)]
    print(f"refused card: receipt sent {sent[0]} vs {sent[1]}")
finally:
    stop.set()
# --8<-- [end:run]
assert "receipt" in wrong and "release" not in wrong and "complete" not in wrong
assert right == {"stock", "charge refused", "release"}
