# /// script
# requires-python = ">=3.11"
# dependencies = ["aio-pika>=9.5", "opentelemetry-sdk>=1.30",
#                 "opentelemetry-exporter-otlp-proto-http>=1.30"]
#
# [tool.snippets-runner]
# services = ["rabbitmq", "otlp"]
# timeout = 40
# ///
"""A trace's context in a message's headers: a child of one, links to many, or nothing."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from aio_pika import Message, connect
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract, inject
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = provider.get_tracer("shop")
PRODUCER, CONSUMER = trace.SpanKind.PRODUCER, trace.SpanKind.CONSUMER


# --8<-- [start:produce]
async def publish(channel: AbstractChannel, order: str, *, carry: bool = True) -> None:
    """A request that leaves a message; ``carry`` puts the context in its headers."""
    with (tracer.start_as_current_span(f"POST {order}", kind=trace.SpanKind.SERVER),
          tracer.start_as_current_span(f"send {order}", kind=PRODUCER)):
        headers: dict[str, Any] = {}
        if carry:
            inject(headers)  # traceparent: 00-<trace id>-<span id>-01
        message = Message(order.encode(), headers=headers)
        await channel.default_exchange.publish(message, "orders")
# --8<-- [end:produce]


async def take(queue: AbstractQueue) -> AbstractIncomingMessage:
    while (message := await queue.get(fail=False)) is None:
        await asyncio.sleep(0.01)  # confirmed is not yet routed
    return message


# --8<-- [start:consume]
def context_of(message: AbstractIncomingMessage) -> Context:
    return extract({key: str(value) for key, value in message.headers.items()})


async def one(queue: AbstractQueue) -> None:
    """One message at a time: the work is a child of what sent it."""
    message = await take(queue)
    parent = context_of(message)
    name = f"process {message.body.decode()}"
    with tracer.start_as_current_span(name, parent, CONSUMER):
        await message.ack()


async def batch(queue: AbstractQueue, size: int) -> None:
    """A span has one parent: the batch begins a trace, and links to the others."""
    messages = [await take(queue) for _ in range(size)]
    senders = [trace.get_current_span(context_of(message)) for message in messages]
    links = [trace.Link(sender.get_span_context()) for sender in senders]
    with tracer.start_as_current_span("process batch", kind=CONSUMER, links=links):
        for message in messages:
            await message.ack()
# --8<-- [end:consume]


async def main() -> None:
    async with await connect(os.environ["AMQP_URL"]) as rabbit:
        channel = await rabbit.channel()
        queue = await channel.declare_queue("orders")
        await publish(channel, "lost", carry=False)
        await one(queue)
        await publish(channel, "tea")
        await one(queue)
        for order in ("cup", "pot", "jam"):
            await publish(channel, order)
        await batch(queue, 3)
        await queue.delete()


asyncio.run(main())
assert provider.force_flush()
lines = Path(os.environ["OTLP_RECEIVED_FILE"]).read_text().splitlines()
spans = {span["name"]: span for line in lines for group in json.loads(line)["resourceSpans"]
         for scope in group["scopeSpans"] for span in scope["spans"]}
# --8<-- [start:read]
letter: dict[str, str] = {}
for span in spans.values():
    letter.setdefault(span["traceId"], "ABCDEFGH"[len(letter)])
senders = {span["spanId"]: name for name, span in spans.items() if "send" in name}
for name, span in spans.items():
    if name.startswith("process"):
        parent = senders.get(span.get("parentSpanId", ""), "nobody")
        linked = ", ".join(f"{senders[link['spanId']]} in {letter[link['traceId']]}"
                           for link in span.get("links", []))
        print(f"{name}: trace {letter[span['traceId']]}, child of {parent}", end="; ")
        print(f"linked to {linked or 'nothing'}")
lost, tea = spans["process lost"], spans["process tea"]
assert lost["traceId"] != spans["send lost"]["traceId"]  # two halves that never meet
assert tea["traceId"] == spans["send tea"]["traceId"]
# --8<-- [end:read]
assert len(spans["process batch"]["links"]) == 3 and len(letter) == 7
