# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "redis>=5.2", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["redis"]
# timeout = 20
# ///
"""One id through three services and a queue, in every log line, though nobody passes it along."""

import logging
import os
import re
import uuid
from contextvars import ContextVar

import httpx
from redis import Redis
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
# --8<-- [start:context]
request_id: ContextVar[str] = ContextVar("request_id", default="-")


def accepted(given: str) -> str:
    """Take an id from outside only if it is short and dull; else make one."""
    return given if re.fullmatch(r"[A-Za-z0-9-]{8,64}", given) else f"new-{uuid.uuid4().hex[:8]}"


class WithId(logging.Filter):
    """Put the id of the current context on each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


def outbound() -> dict[str, str]:
    return {"X-Request-Id": request_id.get()}
# --8<-- [end:context]


lines: list[str] = []


class Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        lines.append(self.format(record))


handler = Lines()
handler.addFilter(WithId())
handler.setFormatter(logging.Formatter("%(request_id)s %(name)s: %(message)s"))
logging.basicConfig(level=logging.INFO, handlers=[handler])
logging.getLogger("httpx").setLevel(logging.WARNING)


# --8<-- [start:services]
def service(name: str, further: str | None) -> Starlette:
    """Make a service that logs, and calls the next one, or writes to the queue."""

    async def handle(request: Request) -> Response:
        request_id.set(accepted(request.headers.get("X-Request-Id", "")))
        logging.getLogger(name).info("order accepted")
        if further:
            async with httpx.AsyncClient() as client:
                await client.get(further, headers=outbound())
        else:
            redis.xadd("orders", {"order": "4582", **outbound()})
        return PlainTextResponse("ok", headers=outbound())

    return Starlette(routes=[Route("/", handle)])


def consume() -> None:
    """Read one message; its id becomes this context's."""
    ((_, ((_, message),)),) = redis.xread({"orders": "0"}, count=1)
    token = request_id.set(accepted(message["X-Request-Id"]))
    logging.getLogger("mailer").info("order %s confirmed", message["order"])
    request_id.reset(token)
    redis.delete("orders")
# --8<-- [end:services]


# --8<-- [start:ask]
with (
    serve(service("stock", None)) as stock,
    serve(service("shop", stock)) as shop,
    serve(service("gateway", shop)) as gateway,
):
    for given in ("support-case-4711", 'x", "level": "fatal', "y" * 5000):
        lines.clear()
        answer = httpx.get(gateway, headers={"X-Request-Id": given})
        consume()
        used = answer.headers["X-Request-Id"]
        kept = "kept" if used == given else "replaced"
        same = all(line.startswith(f"{used} ") for line in lines)
        print(f"{given[:20]!r}: {kept}, the same in {len(lines)} logs: {same}")
        assert same and len(lines) == 4 and (kept == "kept") == (given == "support-case-4711")
        if kept == "kept":
            print(*(f"    {line}" for line in lines), sep="\n")
# --8<-- [end:ask]
