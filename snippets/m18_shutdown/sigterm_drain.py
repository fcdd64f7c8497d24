# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41", "uvicorn>=0.34"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["haproxy"]
# timeout = 60
# redact = [{ pattern = '\d+ requests', as = "… requests" }, { pattern = '[1-9]\d* failed', as = "… failed" }]
# ///
"""SIGTERM to one of two servers behind HAProxy, under load, in three ways."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Event, Thread

import httpx
from snippet_support import free_port, running, wait_until, work_in_temporary_folder

APP = Path(__file__).resolve().parent / "drain_app.py"
work_in_temporary_folder()
# --8<-- [start:haproxy]
HAPROXY = """
defaults
    mode http
    retries 0
    timeout connect 5s
    timeout client 20s
    timeout server 20s
listen service
    bind 127.0.0.1:{front}
    option httpchk GET /ready
    default-server check inter 200ms fall 2 rise 1
    server a 127.0.0.1:{a}
    server b 127.0.0.1:{b}
"""
# --8<-- [end:haproxy]


def start(port: int, how: str) -> Popen[str]:
    command = [sys.executable, str(APP), str(port), how]
    return Popen(command, stdout=PIPE, text=True)


@contextmanager
def load(base: str, outcomes: Counter[str]) -> Iterator[None]:
    """Eight clients, each asking again as soon as it has its answer."""
    done = Event()

    def ask() -> None:
        with httpx.Client(base_url=base, timeout=20) as client:
            while not done.is_set():
                try:
                    outcomes[str(client.get("/").status_code)] += 1
                except httpx.TransportError:
                    outcomes["connection cut"] += 1

    clients = [Thread(target=ask) for _ in range(8)]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        done.set()
        for client in clients:
            client.join()


# --8<-- [start:stop]
def stop_one_under_load(how: str) -> tuple[int, int, list[str]]:
    a, b, front = free_port(), free_port(), free_port()
    Path("h.cfg").write_text(HAPROXY.format(front=front, a=a, b=b))
    leaving, staying = start(a, how), start(b, "drain")
    outcomes = Counter[str]()
    try:
        for port in (a, b):
            url = f"http://127.0.0.1:{port}/ready"
            wait_until(partial(answers, url), timeout=30, what="the servers")
        with (
            running(["haproxy", "-db", "-f", "h.cfg"], port=front, timeout=15),
            load(f"http://127.0.0.1:{front}", outcomes),
        ):
            wait_until(lambda: outcomes["200"] > 100, timeout=30)
            leaving.terminate()
            said, _ = leaving.communicate(timeout=30)
            seen = outcomes["200"]  # b alone carries the load from here on
            wait_until(lambda: outcomes["200"] > seen + 100, timeout=30)
    finally:
        for process in (leaving, staying):
            process.kill()
            process.communicate()
    failed = outcomes.total() - outcomes["200"]
    print(f"{how}: {outcomes.total()} requests, {failed} failed,", end=" ")
    print(f"exit status {leaving.returncode}")
    return failed, leaving.returncode, said.splitlines()
# --8<-- [end:stop]


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


# --8<-- [start:run]
assert stop_one_under_load("no handler")[0] > 0
assert stop_one_under_load("uvicorn alone")[0] > 0
failed, status, said = stop_one_under_load("drain")
print(*said, sep="\n")
# --8<-- [end:run]
assert (failed, status, len(said)) == (0, 0, 4)
