# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Visitors who never stop asking, and what they were answered."""

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from fleet import PORT, process
from snippet_support import wait_until

answers: list[tuple[int, str]] = []  # status, and the version that answered


# --8<-- [start:visitors]
@contextmanager
def visitors(many: int = 4) -> Iterator[None]:
    """Each asks again as soon as an answer is there; status 0 is a cut connection."""
    done = Event()

    def ask() -> None:
        web = http.client.HTTPConnection("127.0.0.1", PORT["front"], timeout=30)
        while not done.is_set():
            try:
                web.request("GET", "/")
                reply = web.getresponse()
                answers.append((reply.status, reply.read().decode()))
            except (http.client.HTTPException, OSError):
                answers.append((0, ""))
                web.close()
            if answers[-1][0] == 503:
                done.wait(0.01)  # a person doesn't ask 10,000 times a second either

    threads = [Thread(target=ask) for _ in range(many)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()
# --8<-- [end:visitors]


def more(n: int) -> None:
    """Wait until n more requests have been answered."""
    goal = len(answers) + n
    wait_until(lambda: len(answers) >= goal, timeout=30, what="traffic")


def own(version: str, since: int) -> list[int]:
    """The statuses of one version's answers since then."""
    return [status for status, name in answers[since:] if name == version]


# --8<-- [start:watch]
def watch(name: str, release: Callable[[], object]) -> tuple[int, str]:
    """Release under load, and tell what the visitors saw."""
    answers.clear()
    before = len(process)
    with visitors():
        more(40)
        verdict = release()
        more(40)
    lost = sum(status != 200 for status, _ in answers)
    seen = [version for _, version in answers if version.startswith("v")]
    first_new = next(i for i, version in enumerate(seen) if version != seen[0])
    mixed = seen[first_new:].count(seen[0]) > 8  # a few were in flight when it changed
    print(f"{name:<18}{lost:>4} lost of {len(answers):>5}  ", end="")
    how = "mixed" if mixed else "apart"
    print(f"versions {how}  servers {before} -> {len(process)}", end="")
    print(f"  {verdict}" if verdict else "")
    return lost, str(verdict)
# --8<-- [end:watch]
