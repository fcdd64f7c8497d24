"""Golden texts: what is made equal before they are compared, and how they are written anew.

`UPDATE_CASES=1 pytest tests/snippets_runner` writes them; read the difference before you commit it. It is refused in
continuous integration.
"""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

RULES = (
    (r"\bin \d+\.\d s\b", "in … s"),
    (r"\b\d+(?:\.\d+)+ is installed", "<version> is installed"),
    (r"\b(ran in|kjørt på) \d+ ms\b", r"\1 … ms"),
    (r"<dd>\d+ ms</dd>", "<dd>… ms</dd>"),
    (r"<dd>session(?:, [a-z-]+)*</dd>", "<dd><guards></dd>"),
    (r"/\S*?/snippet-[a-z0-9_]{8}\b", "<temporary>"),
    (rf"\b{re.escape(platform.python_version())}\b", "<python>"),
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?: UTC|\+00:00)", "<time>"),
    (r">\d{4}-\d\d-\d\d<", "><date><"),
    (r"(?m)^(?:  \| )?[ ~^]*\^[ ~^]*\n", ""),
    (r"(?m)^(?:  \| )?    ~+\n", ""),
)
"""What varies from run to run, machine to machine and Python to Python: durations, folders, versions, times, guards, and the
marks under a traceback's lines."""


def normalised(text: str, root: Path) -> str:
    """Return a text with everything that may vary made equal; ``root`` is the project's folder."""
    text = text.replace(str(root), "<root>")
    for pattern, replacement in RULES:
        text = re.sub(pattern, replacement, text)
    return text


def compare(file: Path, text: str) -> None:
    """Compare a text with its golden file; with UPDATE_CASES set, write the file instead."""
    if os.environ.get("UPDATE_CASES"):
        assert not os.environ.get("CI"), "golden files are not written in continuous integration"
        file.write_text(text, "utf-8")
    assert file.is_file(), f"no golden file: UPDATE_CASES=1 pytest {__file__}"
    assert text == file.read_text("utf-8")
