# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""A pod's program, and the pod as the kubelet sees it."""

import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import Popen
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

from snippet_support import free_port, wait_until


# --8<-- [start:program]
class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        database = Path("database").exists()
        if self.path == "/work":
            time.sleep(0.1)
        if self.path == "/slow":
            time.sleep(15)
        asks_database = self.path in ("/ready", "/work")
        self.send_response(503 if asks_database and not database else 200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = False  # so that `server_close` waits for them
    request_queue_size = 128


def run(port: int) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    server = Server(("127.0.0.1", port), Answer)
    Thread(target=server.serve_forever, args=(0.02,)).start()
    signal.sigwait({signal.SIGTERM})
    server.shutdown()  # accepts nothing more …
    server.server_close()  # … and waits for the requests in flight
# --8<-- [end:program]


class Pod:
    """A real process that can be asked, stopped and restarted."""

    def __init__(self) -> None:
        self.port, self.restarts = free_port(), 0
        self.start()

    def start(self) -> None:
        self.process = Popen([sys.executable, __file__, str(self.port)])
        wait_until(lambda: self.ask("/live"), timeout=20, what="the pod")

    def restart(self) -> None:
        self.restarts += 1
        self.process.kill()
        self.process.wait()
        self.start()

    def ask(self, path: str, timeout: float = 20) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout):
                return True
        except HTTPError as error:
            error.close()
            return False
        except OSError:
            return False


if __name__ == "__main__" and len(sys.argv) > 1:
    run(int(sys.argv[1]))
