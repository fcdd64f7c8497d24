"""The services of one run: found and started on first need, side by side, and stopped whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from snippets_runner import tree
from snippets_runner.errors import ServiceError, UnknownNameError
from snippets_runner.model import ServiceName
from snippets_runner.services import (
    dns,
    etcd,
    memcached,
    nats,
    oidc,
    otlp,
    postgres,
    programs,
    rabbitmq,
    redis,
    s3,
    smtp,
)
from snippets_runner.services.service import Corner, External, Keeper, Missing, Program, Server, Service

SERVICES: Mapping[ServiceName, Service] = {
    each.name: each
    for each in (
        postgres.SERVICE,
        redis.SERVICE,
        rabbitmq.SERVICE,
        nats.SERVICE,
        s3.SERVICE,
        smtp.SERVICE,
        dns.SERVICE,
        otlp.SERVICE,
        oidc.SERVICE,
        etcd.SERVICE,
        memcached.SERVICE,
        *programs.PROGRAMS,
    )
}
"""Every service that a snippet can ask for, by the name it asks with."""


class ServicePool:
    """Starts each service once, when the first snippet needs it, and gives every snippet its own corner."""

    def __init__(self, *, cache: Path, services: Mapping[ServiceName, Service] = SERVICES) -> None:
        """Begin without any service; ``cache`` keeps what has to be unpacked or prepared."""
        self._services, self.cache = services, cache
        self._located: dict[ServiceName, Program | External | Missing] = {}
        self._servers: dict[ServiceName, Future[Server]] = {}
        self._lock = threading.Lock()
        self._keeper: Keeper | None = None
        self._threads = ThreadPoolExecutor(max_workers=2 * len(services) or 1, thread_name_prefix="service")

    def __enter__(self) -> ServicePool:
        """Return the pool; nothing is started yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop everything that was started."""
        if kind is not None:
            self.give_up()
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._keeper is not None:
            self._keeper.close()

    @property
    def folder(self) -> Path | None:
        """The folder of the servers' data while they run; None as long as nothing was started."""
        return self._keeper.folder if self._keeper else None

    def service(self, name: ServiceName) -> Service:
        """Return the service of that name.

        Raises:
            UnknownNameError: there is none.
        """
        if name not in self._services:
            raise UnknownNameError("service", name, self._services)
        return self._services[name]

    def locate(self, names: Iterable[ServiceName]) -> Mapping[ServiceName, Program | External | Missing]:
        """Find the programs, side by side; nothing is started."""
        wanted = list(names)
        with self._lock:
            new = {name: self.service(name) for name in wanted if name not in self._located}
            if new:  # to ask for none costs a look at every process of the machine, once for each snippet
                self._find(new)
        return {name: self._located[name] for name in wanted}

    def _find(self, new: Mapping[ServiceName, Service]) -> None:
        """Find these in threads of their own, gone before anything starts: that may be in another network (``loopback``)."""
        with (
            ThreadPoolExecutor(max_workers=len(new), thread_name_prefix="locate") as threads,
            _no_waiting(),
        ):
            found = threads.map(lambda service: service.locate(self.cache), new.values())
            self._located.update(zip(new, found, strict=True))

    def external(self, names: Iterable[ServiceName]) -> bool:
        """Tell whether somebody else runs one of the services, perhaps on another machine."""
        return any(isinstance(found, External) for found in self.locate(names).values())

    def give_up(self) -> None:
        """Do not wait for what has yet to be prepared before a server can start: the run is to end."""
        if self._keeper is not None:
            self._keeper.give_up()

    def prestart(self, names: Iterable[ServiceName]) -> None:
        """Begin to start the services without waiting for them."""
        wanted = list(names)
        self.locate(wanted)
        for name in wanted:
            self._server(name)

    def corner(self, name: ServiceName, *, isolation: str | None) -> tuple[Corner, Server]:
        """Return a corner of the service for one snippet, and the server, which must answer first.

        Raises:
            ServiceError: the service did not start, or could not make the corner.
        """
        server = self._server(name).result()
        return server.corner(isolation or self.service(name).isolations[0]), server

    def _server(self, name: ServiceName) -> Future[Server]:
        found = self.locate([name])[name]
        with self._lock:
            if name not in self._servers:
                if self._keeper is None:
                    self._keeper = Keeper(self.cache)
                self._servers[name] = self._threads.submit(_start, self.service(name), found, self._keeper)
            return self._servers[name]


@contextlib.contextmanager
def _no_waiting() -> Iterator[None]:
    """Kill what has been started meanwhile if the block is interrupted: a download may take minutes."""
    before = {each.pid for each in tree.descendants()}
    try:
        yield
    except BaseException:
        for each in tree.descendants():
            if each.pid not in before:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(each.pid, signal.SIGKILL)
        raise


def _start(service: Service, found: Program | External | Missing, keeper: Keeper) -> Server:
    if isinstance(found, Missing):
        raise ServiceError(found.reason, hint=found.hint)
    return service.start(found, keeper)
