"""With `isolation = "bubblewrap"`, a snippet sees no process but its own, and a file system it can only read."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path

import pytest

from snippets_runner.config import read_config
from snippets_runner.pipeline import run

CODE = """
    import os
    from pathlib import Path

    others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) > 50]
    assert others == [], others
    try:
        Path("/etc/snippet").write_text("x")
    except OSError:
        print("read only")
    Path("mine").write_text("x")
    Path("mine").unlink()
"""


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not on this machine")
def test_a_snippet_is_alone_and_its_output_is_recorded_as_ever(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "snippets").mkdir()
    (tmp_path / "docs" / "page.md").write_text('```python\n--8<-- "a.py"\n```\n', encoding="utf-8")
    (tmp_path / "snippets" / "a.py").write_text(textwrap.dedent(CODE), encoding="utf-8")
    config = read_config(tmp_path, {"isolation": "bubblewrap"}, where="test")
    report = run(config, update=True)
    assert report.findings == ()
    assert (tmp_path / "snippets" / "a.out").read_text() == "read only\n"
    again = run(config, use_cache=False)
    assert again.findings == ()
    assert [each.result and "bubblewrap" in each.result.guards for each in again.outcomes] == [True]
