# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# timeout = 60
# redact = [{ pattern = '\d+ requests(, [1-9]\d*)?', as = "… requests" }]
# ///
"""A control loop over real processes: three wanted, one killed, two updates."""

import atexit
import signal
import sys
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import Popen
from threading import Event, Thread
from typing import NamedTuple
from urllib.request import urlopen

from snippet_support import free_port, wait_until


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.wfile.write(b"HTTP/1.0 204 No Content\r\n\r\n")


def run_pod(version: str, port: int) -> None:
    """Start slowly, or never; after SIGTERM serve for another second."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    time.sleep(0.2)  # what a program does here: read files, connect, warm up
    if version != "broken":
        server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
        Thread(target=server.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM})
    time.sleep(1)  # those who send requests may hear late that it leaves


if len(sys.argv) > 1:
    run_pod(sys.argv[1], int(sys.argv[2]))
    sys.exit()


# --8<-- [start:loop]
class Desired(NamedTuple):
    replicas: int
    version: str
    probe: bool = True  # without a readiness probe, started counts as ready


class Pod:
    def __init__(self, version: str) -> None:
        self.version, self.port = version, free_port()
        self.process = Popen([sys.executable, __file__, version, str(self.port)])
        atexit.register(self.process.kill)

    def answers(self) -> bool:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/", timeout=5):
            return True
        return False


class Controller:
    def __init__(self) -> None:
        self.pods, self.endpoints = list[Pod](), list[Pod]()  # endpoints get requests

    def reconcile(self, want: Desired) -> bool:
        """Look, compare, take one step; tell whether all is as wanted."""
        self.pods = [pod for pod in self.pods if pod.process.poll() is None]
        old = [pod for pod in self.pods if pod.version != want.version]
        ready = [pod for pod in self.pods if not want.probe or pod.answers()]
        useless = [pod for pod in old if pod not in ready]
        room = want.replicas + bool(old) - len(self.pods)  # one more while updating
        if len(self.pods) - len(old) < want.replicas and room > 0:
            self.pods.append(Pod(want.version))
        elif useless or len(ready) > want.replicas:
            leaving = (useless or old or ready)[-1]
            self.pods.remove(leaving)
            leaving.process.terminate()
        self.endpoints = [pod for pod in ready if pod in self.pods]
        return not old and len(self.endpoints) == len(self.pods) == want.replicas
# --8<-- [end:loop]


# --8<-- [start:run]
def converge(what: str, want: Desired, deadline: float = 25) -> tuple[str, int]:
    """Reconcile until all is as wanted, while a client asks every endpoint."""
    controller.reconcile(want)
    answers, done = list[bool](), Event()

    def ask() -> None:
        while not done.wait(0.01):
            answers.extend(pod.answers() for pod in controller.endpoints)

    (client := Thread(target=ask)).start()
    with suppress(TimeoutError):
        wait_until(lambda: controller.reconcile(want), timeout=deadline)
    done.set()
    client.join()
    answers.extend(pod.answers() for pod in controller.endpoints)
    serving = " ".join(pod.version for pod in controller.endpoints)
    lost = answers.count(False)
    print(f"{what} -> {serving}: {len(answers)} requests, {lost} failed")
    return serving, lost

controller = Controller()
assert converge("3 of v1 wanted", Desired(3, "v1")) == ("v1 v1 v1", 0)
controller.pods[0].process.kill()
controller.pods[0].process.wait()
assert converge("one killed    ", Desired(3, "v1")) == ("v1 v1 v1", 0)
assert converge("5 wanted      ", Desired(5, "v1")) == ("v1 v1 v1 v1 v1", 0)
assert converge("3 wanted      ", Desired(3, "v1")) == ("v1 v1 v1", 0)
assert converge("update to v2  ", Desired(3, "v2")) == ("v2 v2 v2", 0)
assert converge("to a broken v3", Desired(3, "broken"), 1.5) == ("v2 v2 v2", 0)
assert converge("back to v2    ", Desired(3, "v2")) == ("v2 v2 v2", 0)
assert converge("v4, no probe  ", Desired(3, "v4", probe=False))[1] > 0
# --8<-- [end:run]
