"""What the tests of trust need: their own folder's modules, and the runner's sample project."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "snippets_runner")]

from sample import Sample  # noqa: E402 - found only now


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    """Return an empty project; afterwards, no process and no temporary file of its commands may be left."""
    project = Sample(tmp_path / "project", temporary=tmp_path / "temporary")
    yield project
    assert project.left_behind(within=10) == []
