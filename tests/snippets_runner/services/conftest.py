"""Fixtures of the services' tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pools import NewCorner, fresh_pool

from snippets_runner.model import ServiceName
from snippets_runner.services.pool import ServicePool
from snippets_runner.services.service import Missing


@pytest.fixture(scope="session")
def pool() -> Iterator[ServicePool]:
    """Return the pool of this process's tests."""
    with fresh_pool() as pool:
        yield pool


@pytest.fixture
def corner(pool: ServicePool) -> Iterator[NewCorner]:
    """Return a function that gets a corner's variables; skips the test, with the reason, where there is no server."""
    with ExitStack() as corners:

        def make(name: str, isolation: str | None = None) -> dict[str, str]:
            found = pool.locate([ServiceName(name)])[ServiceName(name)]
            if isinstance(found, Missing):
                pytest.skip(f"{found.reason} ({found.hint})")
            made, _ = pool.corner(ServiceName(name), isolation=isolation)
            corners.callback(made.release)
            return dict(made.environment)

        yield make
