"""Fixtures of the runner's tests: sample projects that must leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cached import HELLO, ran
from rechecked import INDEX, checked
from sample import Sample

SKIP = '# /// script\n# [tool.snippets-runner]\n# skip = "not today"\n# ///\n'


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    """Return an empty project; afterwards, no process and no temporary file of its commands may be left."""
    project = Sample(tmp_path / "project", temporary=tmp_path / "temporary")
    yield project
    assert project.left_behind(within=3) == []


@pytest.fixture
def passed(sample: Sample) -> Sample:
    """Return a project whose one snippet has passed, and is not run again."""
    sample.settings()
    sample.snippet("a", HELLO, out="hello\n")
    assert ran(sample)
    assert not ran(sample)
    return sample


@pytest.fixture
def indexed(sample: Sample) -> Sample:
    """Return a project in which everything held, with the index that says so."""
    sample.settings(timeout=20)
    sample.write(
        {
            "snippets/_help/words.py": "WORD = 'hello'\n",
            "snippets/config.yaml": "a: 1\n",
            "docs/config.md": '# C\n\n```yaml\n--8<-- "config.yaml"\n```\n',
        }
    )
    sample.snippet("a", "from _help.words import WORD\nprint(WORD)\n", out="hello\n")
    sample.snippet("skipped", SKIP)
    assert not checked(sample).failed
    assert (sample.root / INDEX).is_file()
    return sample
