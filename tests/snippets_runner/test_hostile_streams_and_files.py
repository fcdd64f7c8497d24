"""A snippet that does odd things to its streams, its surroundings, or files that are not its own."""

from __future__ import annotations

import pytest
from hostile import VANISHED, Hostile, run
from sample import Sample

HOSTILE = (
    Hostile(
        name="invalid-utf-8",
        code="""
            import sys
            sys.stdout.buffer.write(b"caf\\xe9 \\x00 \\xff\\n")
            """,
        out="caf\\xe9 \x00 \\xff\n",
    ),
    Hostile(
        name="lone-carriage-returns",
        code="""
            import sys
            sys.stdout.buffer.write(b"10 %\\r100 %\\r\\n")
            """,
        out="10 %\r100 %\r\n",
    ),
    Hostile(
        name="a-read-from-stdin", code="input()", says=("raised: raised EOFError: EOF when reading a line",)
    ),
    Hostile(name="a-closed-stdout", code='import sys\nprint("before")\nsys.stdout.close()', out="before\n"),
    Hostile(
        name="a-closed-stdout-that-is-printed-to",
        code="import sys\nsys.stdout.close()\nprint()",
        says=("raised: raised ValueError: I/O operation on closed file.",),
    ),
    Hostile(
        name="closed-descriptors",
        code='import os\nos.closerange(0, 3)\nprint("nowhere")',
        says=("raised: ended with exit status 120",),
    ),
    Hostile(
        name="every-descriptor-closed",
        code="import os\nos.closerange(0, 1000)",
        says=(VANISHED.format(120),),
    ),
    Hostile(
        name="a-changed-locale-umask-and-environment",
        code="""
            import locale, os
            locale.setlocale(locale.LC_ALL, "C")
            os.umask(0o777)
            os.environ.clear()
            os.chdir("/")
            print("changed")
            """,
        out="changed\n",
    ),
    Hostile(
        name="a-folder-that-cannot-be-entered",
        code="""
            import os
            os.makedirs("deep/er")
            open("deep/er/file", "w").close()
            os.chmod("deep/er", 0)
            os.chmod("deep", 0)
            os.chmod(".", 0)
            """,
        says=("left-files: left 1 file in its folder",),
    ),
    Hostile(
        name="a-write-into-the-project",
        code="""
            from pathlib import Path
            Path(__file__).with_name("left.txt").write_text("left")
            """,
        says=("raised: raised PermissionError: [Errno 13] Permission denied: '<snippets>/left.txt'",),
    ),
    Hostile(
        name="a-write-outside-its-folder-and-the-project",
        code="""
            import pathlib
            for folder in ("/tmp", "/var/tmp", "/"):
                try:
                    pathlib.Path(folder, "left-by-a-snippet").write_text("left")
                except OSError as error:
                    print(folder, error.strerror)
            """,
        out="/tmp Permission denied\n/var/tmp Permission denied\n/ Permission denied\n",
    ),
    Hostile(
        name="a-snippet-that-deletes-itself",
        code="import os\nos.unlink(__file__)",
        says=("raised: raised PermissionError: [Errno 13] Permission denied: '<snippets>/a_hostile.py'",),
    ),
    Hostile(
        name="shared-memory-left-behind",
        code="""
            with open("/dev/shm/left-by-a-snippet", "w") as file:
                file.write("left")
            """,
    ),
    Hostile(
        name="a-file-of-many-gigabytes",
        code="""
            with open("big", "wb") as file:
                file.truncate(2**35)
            """,
        says=("raised: raised OSError: [Errno 27] File too large",),
    ),
)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda each: each.name)
def test_the_run_goes_on_says_what_happened_and_leaves_nothing(hostile: Hostile, sample: Sample) -> None:
    run(hostile, sample)
