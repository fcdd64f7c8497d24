"""Fixtures of the runner's tests: a sample project that must leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sample import Sample


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    """Return an empty project; afterwards, no process and no temporary file of its commands may be left."""
    project = Sample(tmp_path / "project", temporary=tmp_path / "temporary")
    yield project
    assert project.left_behind(within=3) == []
