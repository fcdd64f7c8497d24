"""What the services' tests share: a pool of real servers, and a look at what it leaves behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from snippets_runner.services.pool import ServicePool

CACHE = Path(__file__).parents[3] / ".cache" / "snippets_runner"
"""The project's own cache: what was unpacked once is not fetched again by a test."""
VARIABLES = (
    "AMQP_URL",
    "DATABASE_URL",
    "DNS_SERVER",
    "ETCD_ENDPOINT",
    "MEMCACHE_SERVERS",
    "NATS_URL",
    "OIDC_ISSUER",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "REDIS_URL",
    "S3_ENDPOINT_URL",
    "SMTP_URL",
)
"""Variables that lead to somebody else's servers."""

NewCorner = Callable[..., dict[str, str]]
"""Takes a service's name and an isolation, and returns the variables of a new corner."""


def processes_below(folder: Path) -> list[str]:
    """Return the commands of living processes that work in a folder or below it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            where = os.readlink(process / "cwd").removesuffix(" (deleted)")
            command = (process / "cmdline").read_bytes().replace(bytes(1), b" ").decode()
        except OSError:
            continue
        if Path(where).is_relative_to(folder) and command:
            found.append(f"{process.name} {command}")
    return found


@contextmanager
def fresh_pool(cache: Path = CACHE) -> Iterator[ServicePool]:
    """Yield a pool that no variable of this machine leads astray; afterwards nothing of it may be left."""
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        with ServicePool(cache=cache) as pool:
            yield pool
            folder = pool.folder
    assert folder is None or not folder.exists()
    assert folder is None or processes_below(folder) == []
