# /// script
# requires-python = ">=3.11"
# dependencies = ["redis>=5.2"]
# ///
"""A small shop as twelve factors want it, but for three of them: find them before you read on."""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Any

from redis import Redis

# --8<-- [start:app]
PAYMENT_TOKEN = "tok_live_5d1f0c"
CARTS: dict[str, int] = {}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/stock":
            self.reply(store().get("stock") or "unknown")
        elif self.path.startswith("/order"):
            store().rpush("orders", self.path)
            self.reply("accepted")
        else:  # /cart/<user>
            self.reply(str(CARTS.get(self.path, 0)))

    def do_POST(self) -> None:
        CARTS[self.path] = CARTS.get(self.path, 0) + 1
        self.reply("added")

    def reply(self, text: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:
        with open("shop.log", "a") as log:
            print(format % args, file=log)
# --8<-- [end:app]


def store() -> Any:
    return Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


def end(signum: int, frame: FrameType | None) -> None:
    sys.exit(0)


# --8<-- [start:main]
def main(process: str) -> None:
    signal.signal(signal.SIGTERM, end)
    if process == "web":
        address = ("127.0.0.1", int(os.environ["PORT"]))
        ThreadingHTTPServer(address, Handler).serve_forever()
    elif process == "worker":
        while True:
            if order := store().blpop("orders", timeout=1):
                store().incr("done " + order[1])
    elif process == "migrate":
        store().setnx("stock", 0)
# --8<-- [end:main]


if __name__ == "__main__" and len(sys.argv) > 1:
    main(sys.argv[1])
