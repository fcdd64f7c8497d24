# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "pydantic>=2.10", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["etcd"]
# timeout = 40
# ///
"""Settings that change while the process runs: watched in etcd, validated, swapped as a whole."""

import json
import os
import threading
from base64 import b64decode, b64encode
from pathlib import Path

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from snippet_support import wait_until, work_in_temporary_folder

ETCD, KEY = os.environ["ETCD_ENDPOINT"], b64encode(b"shop/limits").decode()
copy = work_in_temporary_folder() / "last-good.json"


# --8<-- [start:settings]
class Limits(BaseModel):
    """One immutable object; a reload builds another."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    page_size: int = Field(ge=1, le=200)
    discount_percent: int = Field(ge=0, le=30)


class Holder:
    """Hold the current limits, and replace them by one assignment, or not at all."""

    def __init__(self, copy: Path) -> None:
        self.copy, self.refused = copy, 0
        self.current = Limits.model_validate_json(copy.read_text())

    def offer(self, text: str) -> None:
        try:
            new = Limits.model_validate_json(text)
        except ValidationError as error:
            self.refused += 1
            print("refused, kept the old:", error.errors()[0]["msg"])
            return
        self.copy.with_suffix(".new").write_text(text)
        self.copy.with_suffix(".new").replace(self.copy)  # whole, or not there
        self.current = new
# --8<-- [end:settings]


# --8<-- [start:watch]
def watch(holder: Holder, started: threading.Event) -> None:
    """Follow the key until the connection ends; each line of the answer is a change."""
    create = {"create_request": {"key": KEY}}
    try:
        ask = httpx.stream("POST", f"{ETCD}/v3/watch", json=create, timeout=None)
        with ask as reply:
            for line in reply.iter_lines():
                result = json.loads(line)["result"]
                started.set()  # the first line says that the watch has been created
                for event in result.get("events", []):
                    holder.offer(b64decode(event["kv"]["value"]).decode())
    except httpx.TransportError:
        print("the store is away; going on with", holder.current)
# --8<-- [end:watch]


def put(page_size: int, discount_percent: int) -> None:
    text = json.dumps({"page_size": page_size, "discount_percent": discount_percent})
    value = b64encode(text.encode()).decode()
    httpx.post(f"{ETCD}/v3/kv/put", json={"key": KEY, "value": value}).raise_for_status()


# --8<-- [start:run]
copy.write_text('{"page_size": 20, "discount_percent": 10}')  # of the last run
holder, started = Holder(copy), threading.Event()  # the store hasn't been asked yet
print("started with", holder.current)
threading.Thread(target=watch, args=(holder, started), daemon=True).start()
assert started.wait(20)

request = holder.current  # a request takes the reference once, at its beginning
put(50, 20)
wait_until(lambda: holder.current.page_size == 50, timeout=20)
print("changed to  ", holder.current)
print("the request:", request, "- to its end")

put(50, 200)  # somebody meant 20
wait_until(lambda: holder.refused == 1, timeout=20)
print("in force:   ", holder.current)
print("after a restart without the store:", Holder(copy).current)
# --8<-- [end:run]
assert request.page_size == 20 and holder.current.discount_percent == 20
assert Holder(copy).current == holder.current
