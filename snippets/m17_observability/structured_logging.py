# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# redact = [{ pattern = '\d{4}-\d\d-\d\dT[\d:.]+\+00:00', as = "…" }]
# ///
"""Log lines as JSON: context bound once, secrets kept out, and no waiting for the disk."""

import io
import json
import logging
import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from queue import Full, Queue
from threading import Event

from snippet_support import wait_until

# --8<-- [start:formatter]
bound: ContextVar[Mapping[str, object] | None] = ContextVar("bound", default=None)
KNOWN = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
ALLOWED = {"http.route", "trace_id", "order.id", "order.total", "enduser.id", "note"}
SECRET = re.compile(r"(?i)(bearer |(?:password|token)=)\S+|\b\d(?:[ -]?\d){12,18}\b")


def scrub(value: object) -> object:
    """The second net, below the list of allowed fields: known shapes, and length."""
    hide = SECRET.sub(lambda found: f"{found[1] or ''}[hidden]", str(value))[:200]
    return hide if isinstance(value, str) else value


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        given = {k: v for k, v in vars(record).items() if k not in KNOWN}
        fields = {**(bound.get() or {}), **given}
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "severity": record.levelname,
            "event": scrub(record.getMessage()),
            **{name: scrub(fields[name]) for name in fields if name in ALLOWED},
        }
        if refused := sorted(fields.keys() - ALLOWED):
            line["refused"] = refused  # the names only: so that somebody can ask
        if record.exc_info and record.exc_info[0]:
            line["exception.type"] = record.exc_info[0].__name__
        return json.dumps(line)
# --8<-- [end:formatter]


# --8<-- [start:queue]
class NeverWaits(QueueHandler):
    """Format here, where the context is; write elsewhere; count what doesn't fit."""
    dropped = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except Full:
            self.dropped += 1
# --8<-- [end:queue]


class Disk(io.StringIO):
    works = Event()  # cleared: each write hangs, as on a stalled disk or pipe

    def write(self, text: str) -> int:
        return super().write(text) if self.works.wait() else 0


log = logging.Logger("shop", logging.INFO)  # by itself, without a parent
plain, disk = io.StringIO(), Disk()
log.addHandler(logging.StreamHandler(plain))
waiting: Queue[logging.LogRecord] = Queue(maxsize=1500)
handler = NeverWaits(waiting)
handler.setFormatter(JsonLines())
log.addHandler(handler)
listener = QueueListener(waiting, logging.StreamHandler(disk))
disk.works.set()
listener.start()

# --8<-- [start:secrets]
bound.set({"trace_id": "0af7651916cd43dd8448eb211c80319c", "http.route": "/orders"})
for number in range(1000):
    log.info("order placed, password=hunter%d\nERROR forged line", number,
             extra={"order.id": number, "note": "card 4111 1111 1111 1111",
                    "authorization": f"Bearer abc{number}"})
for key in ("name", "args", "message"):
    try:
        log.info("order placed", extra={key: "anything"})
    except KeyError as refused:
        print(f"extra={{{key!r}: …}} -> KeyError: {refused.args[0]}")
# --8<-- [end:secrets]

listener.stop()
lines, text = disk.getvalue().splitlines(), plain.getvalue().splitlines()
leaks = re.compile(r"hunter\d|4111 |abc\d")
print(lines[7])
found = [sum(bool(leaks.search(line)) for line in each) for each in (text, lines)]
print(f"1000 events as text: {len(text)} lines, {found[0]} with a secret")
print(f"1000 events as JSON: {len(lines)} lines, {found[1]} with a secret")
assert found == [1000, 0] and len(lines) == 1000
# --8<-- [start:hang]
listener.start()
disk.works.clear()
for number in range(2000):
    log.info("while the disk hangs", extra={"order.id": number})
print(f"disk hangs: 2000 calls came back, about {round(handler.dropped, -2)} dropped")
disk.works.set()
# --8<-- [end:hang]
wait_until(waiting.empty, timeout=10)
listener.stop()
assert len(disk.getvalue().splitlines()) == 1000 + 2000 - handler.dropped
