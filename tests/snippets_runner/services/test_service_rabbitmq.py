"""RabbitMQ: a virtual host for each snippet, dropped after it, and a broker that somebody else runs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import aio_pika
import pytest
from pools import NewCorner, fresh_pool

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services import rabbitmq
from snippets_runner.services.pool import ServicePool
from snippets_runner.services.rabbitmq import AT_ONCE

RABBITMQ = ServiceName("rabbitmq")
T = TypeVar("T")


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: another suite's browser may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def leave(url: str, text: str) -> None:
    """Put a message that survives a restart into a queue."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.declare_queue("parcels", durable=True)
        await channel.default_exchange.publish(aio_pika.Message(text.encode()), "parcels")


async def waiting(url: str) -> int:
    """Tell how many messages wait in the queue; -1 if there is no such queue."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        try:
            queue = await channel.declare_queue("parcels", passive=True)
        except aio_pika.exceptions.ChannelNotFoundEntity:
            return -1
        return queue.declaration_result.message_count or 0


def test_a_virtual_host_is_a_snippets_own_and_dropped_after_it(pool: ServicePool, corner: NewCorner) -> None:
    mine, other = corner("rabbitmq")["AMQP_URL"], corner("rabbitmq")["AMQP_URL"]
    in_a_loop(leave(mine, "apples"))
    assert in_a_loop(waiting(mine)) == 1
    assert in_a_loop(waiting(other)) == -1

    given_back, _ = pool.corner(RABBITMQ, isolation=None)
    gone = given_back.environment["AMQP_URL"]
    in_a_loop(leave(gone, "pears"))
    given_back.release()
    with ExitStack() as later:
        for _ in range(AT_ONCE):
            made, _ = pool.corner(RABBITMQ, isolation=None)
            later.callback(made.release)
            assert made.environment["AMQP_URL"] != gone
    with pytest.raises(aio_pika.exceptions.AMQPError, match="Close"):
        in_a_loop(waiting(gone))


def test_somebody_elses_broker_is_used_as_it_is(corner: NewCorner, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = corner("rabbitmq")["AMQP_URL"]
    with fresh_pool() as pool:
        monkeypatch.setenv("AMQP_URL", theirs)
        mine, _ = pool.corner(RABBITMQ, isolation=None)
        assert mine.environment == {"AMQP_URL": theirs}
        assert in_a_loop(waiting(mine.environment["AMQP_URL"])) == -1


def test_an_address_where_no_broker_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with fresh_pool() as pool:
        monkeypatch.setenv("AMQP_URL", "amqp://127.0.0.1:1/")
        with pytest.raises(ServiceError, match="AMQP_URL"):
            pool.corner(RABBITMQ, isolation=None)


def test_a_control_program_that_does_not_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbitmq, "PATIENCE", 0.3)
    control = tmp_path / "rabbitmqctl"
    control.write_text("#!/bin/sh\nexec sleep 60\n", "utf-8")
    control.chmod(0o755)
    broker = rabbitmq.Broker(
        "amqp://127.0.0.1/", version="1", control=control, environment={"PATH": os.defpath}
    )
    with pytest.raises(ServiceError, match=r"rabbitmqctl eval did not answer in 0\.3 s"):
        broker.corner("virtual-host")
