"""NATS: the real server, through the client that snippets use."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

import nats
import pytest
from pools import NewCorner

from snippets_runner.model import ServiceName
from snippets_runner.services.pool import ServicePool

T = TypeVar("T")


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: another suite's browser may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def publish(url: str, stream: str) -> int:
    """Make a stream, publish to it, and return the message's number."""
    client = await nats.connect(url)
    try:
        await client.jetstream().add_stream(name=stream, subjects=[f"{stream}.*"])
        return (await client.jetstream().publish(f"{stream}.placed", b"order 1")).seq
    finally:
        await client.close()


async def streams(url: str) -> list[str]:
    client = await nats.connect(url)
    try:
        return [each.config.name or "" for each in await client.jetstream().streams_info()]
    finally:
        await client.close()


async def hears(listener: str, speaker: str) -> bool:
    """Return whether what one connection publishes reaches the other."""
    one, other = await nats.connect(listener), await nats.connect(speaker)
    try:
        subscription = await one.subscribe("news")
        await one.flush()
        await other.publish("news", b"hello")
        await other.flush()
        message = await subscription.next_msg(timeout=0.3)
        return message.data == b"hello"
    except nats.errors.TimeoutError:
        return False
    finally:
        await one.close()
        await other.close()


@pytest.mark.parametrize("isolation", ["account", "process"])
def test_a_message_is_stored_in_a_stream_of_the_snippets_own(corner: NewCorner, isolation: str) -> None:
    mine, other = corner("nats", isolation)["NATS_URL"], corner("nats", isolation)["NATS_URL"]

    assert in_a_loop(publish(mine, "ORDERS")) == 1
    assert in_a_loop(publish(other, "ORDERS")) == 1


def test_subjects_do_not_cross(corner: NewCorner) -> None:
    mine, other = corner("nats")["NATS_URL"], corner("nats")["NATS_URL"]

    assert in_a_loop(hears(mine, mine))
    assert not in_a_loop(hears(mine, other))


def test_what_an_account_held_is_gone_for_the_next_snippet(pool: ServicePool, corner: NewCorner) -> None:
    corner("nats")
    made, server = pool.corner(ServiceName("nats"), isolation=None)
    account = urlsplit(url := made.environment["NATS_URL"]).username
    for name in ("ORDERS", "KV_settings"):
        in_a_loop(publish(url, name))
    made.release()

    held = []
    for _ in range(64):
        corner_ = server.corner("account")
        held.append(corner_)
        if urlsplit(corner_.environment["NATS_URL"]).username == account:
            break
    else:
        pytest.fail("the account was not handed out again")
    assert in_a_loop(streams(url)) == []
    for each in held:
        each.release()
