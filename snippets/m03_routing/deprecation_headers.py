# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "starlette>=0.41"]
#
# [tool.snippets-runner]
# timeout = 10
# ///
"""Retire an endpoint in the open: the fields, a checker for them, and the way from notice to 410."""

import asyncio
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

# --8<-- [start:emit]
DEPRECATED = datetime(2026, 1, 1, tzinfo=UTC)
SUNSET = datetime(2027, 1, 1, tzinfo=UTC)
BROWNOUTS = [datetime(2026, 11, 3, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)]
NOTICE = {
    "Deprecation": f"@{DEPRECATED.timestamp():.0f}",
    "Sunset": format_datetime(SUNSET, usegmt=True),
    "Link": ", ".join(
        f'<{target}>; rel="{relation}"'
        for target, relation in [
            ("/v2/users/42", "successor-version"),
            ("https://example.com/news/v1-ends", "deprecation"),
            ("https://example.com/policy/sunset", "sunset"),
        ]
    ),
}
now = DEPRECATED
calls: Counter[str] = Counter()


async def old_user(request: Request) -> Response:
    """Serve version 1 with notice; fail on purpose in a brown-out; end at the sunset."""
    calls[request.headers.get("X-Api-Key", "nobody")] += 1
    if now >= SUNSET:
        return Response("version 1 has ended", 410, NOTICE)
    if any(start <= now < start + timedelta(hours=1) for start in BROWNOUTS):
        return Response("brown-out: version 1 ends soon", 503, NOTICE | {"Retry-After": "3600"})
    return JSONResponse({"name": "Ada Lovelace"}, headers=NOTICE)
# --8<-- [end:emit]


# --8<-- [start:check]
def deprecation(value: str) -> datetime:
    """Read a Deprecation field: one structured-field date, `@` and seconds."""
    if not (found := re.fullmatch(r"@(-?[0-9]{1,15})", value)):
        raise ValueError("not a structured-field date")
    return datetime.fromtimestamp(int(found[1]), UTC)


def sunset(value: str) -> datetime:
    """Read a Sunset field: an IMF-fixdate, whose weekday has to be the date's."""
    date = parsedate_to_datetime(value)
    if value != (right := format_datetime(date, usegmt=True)):
        raise ValueError(f"that day is a {right[:3]}")
    return date


def verdict(headers: httpx.Headers | dict[str, str]) -> str:
    try:
        begins = deprecation(headers["Deprecation"])
        ends = sunset(headers["Sunset"])
    except ValueError as error:
        return f"invalid: {error}"
    return "valid" if begins <= ends else "invalid: it ends before it is deprecated"
# --8<-- [end:check]


# --8<-- [start:timeline]
async def timeline() -> list[int]:
    global now
    app = Starlette(routes=[Route("/v1/users/42", old_user)])
    statuses = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        for now, key in [
            (DEPRECATED, "shop"),
            (BROWNOUTS[0] + timedelta(minutes=5), "shop"),
            (BROWNOUTS[0] + timedelta(hours=2), "partner"),
            (SUNSET, "partner"),
        ]:
            headers = {"X-Api-Key": key}
            answer = await client.get("http://test/v1/users/42", headers=headers)
            print(f"{now:%Y-%m-%d %H:%M} {key:8} {answer.status_code} {answer.text}")
            statuses.append(answer.status_code)
    print(*(f"{name}: {answer.headers[name]}" for name in NOTICE), sep="\n")
    assert verdict(answer.headers) == "valid"
    assert set(answer.links) == {"successor-version", "deprecation", "sunset"}
    return statuses
# --8<-- [end:timeline]


assert asyncio.run(timeline()) == [200, 503, 200, 410]
print(f"still calling: {dict(calls)}\n")
# --8<-- [start:wrong]
for changed in [
    {"Deprecation": "true"},
    {"Deprecation": "Thu, 01 Jan 2026 00:00:00 GMT"},
    {"Sunset": "Wed, 01 Jan 2027 00:00:00 GMT"},
    {"Deprecation": "@1830297600"},
]:
    ((name, value),) = changed.items()
    print(f"{name}: {value} -> {(told := verdict(NOTICE | changed))}")
    assert told.startswith("invalid")
# --8<-- [end:wrong]
