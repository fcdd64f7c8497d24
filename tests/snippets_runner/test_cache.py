"""What passed is not run again until something changes that could change the outcome; each such thing has a test."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sample import Sample

from snippets_runner.cache import key_of
from snippets_runner.config import load_config
from snippets_runner.discover import discover
from snippets_runner.languages.programs import JAVASCRIPT, version_of
from snippets_runner.ledger import Ledger, read_ledger, write_ledger
from snippets_runner.model import Digest, ServiceName

HELLO = 'print("hello")\n'
UNCHANGED = "1 passed (1 unchanged since they last did)"
SCRIPT = '# /// script\n# dependencies = ["tiny"]\n# ///\n'


def ran(sample: Sample, *words: str, **extra: str) -> bool:
    """Check, and tell whether the snippet was executed."""
    done = sample.run("check", *words, **extra)
    assert "snippets: 1 passed" in done.out, done.out + done.err
    return UNCHANGED not in done.out


@pytest.fixture
def passed(sample: Sample) -> Sample:
    sample.settings()
    sample.snippet("a", HELLO, out="hello\n")
    assert ran(sample)
    assert not ran(sample)
    return sample


def test_nothing_changed_and_nothing_runs(passed: Sample) -> None:
    os.utime(passed.root / "snippets/a.py")

    assert not ran(passed)
    assert ran(passed, "--no-cache")


CHANGES: dict[str, Callable[[Sample], object]] = {
    "text": lambda sample: sample.write({"snippets/a.py": 'print("hello")  # changed\n'}),
    "limits": lambda sample: sample.settings(timeout=9),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_runs_it_again(change: str, passed: Sample) -> None:
    CHANGES[change](passed)

    assert ran(passed)
    assert not ran(passed)


def test_a_changed_recording_runs_it_again(passed: Sample) -> None:
    (passed.root / "snippets/a.out").write_text("good bye\n", encoding="utf-8")

    assert passed.run("check").status == 1


def test_a_changed_local_import_runs_it_again_also_one_through_another(sample: Sample) -> None:
    sample.write(
        {"snippets/_help/far.py": "WORD = 'hello'\n", "snippets/_help/near.py": "from far import WORD\n"}
    )
    sample.write(
        {
            "snippets/_help/far.py": "WORD = 'hello'\n",
            "snippets/_help/near.py": "from _help.far import WORD\n",
        }
    )
    sample.snippet("a", "from _help.near import WORD\nprint(WORD)\n", out="hello\n")
    assert ran(sample)
    assert not ran(sample)

    sample.write({"snippets/_help/far.py": "WORD = 'hel' + 'lo'\n"})

    assert ran(sample)


def test_another_version_of_a_declared_dependency_runs_it_again(sample: Sample) -> None:
    def install(version: str) -> str:
        info = sample.temporary.parent / "packages" / f"tiny-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n", encoding="utf-8"
        )
        return os.pathsep.join([str(info.parent), os.environ.get("PYTHONPATH", "")])

    sample.snippet("a", SCRIPT + HELLO, out="hello\n")
    path = install("1.0")
    assert ran(sample, PYTHONPATH=path)
    assert not ran(sample, PYTHONPATH=path)
    (sample.temporary.parent / "packages/tiny-1.0.dist-info/METADATA").unlink()
    (sample.temporary.parent / "packages/tiny-1.0.dist-info").rmdir()

    assert ran(sample, PYTHONPATH=install("1.1"))


def test_a_service_s_version_the_python_and_the_runner_s_code_are_in_the_key(
    passed: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed.snippet(
        "a", '# /// script\n# [tool.snippets-runner]\n# services = ["redis"]\n# ///\n' + HELLO, out="hello\n"
    )
    config = load_config(passed.root)
    (snippet,) = discover(config).snippets.values()

    def key(version: str = "8.0") -> Digest:
        return key_of(snippet, Digest("same"), config=config, services={ServiceName("redis"): version})

    first = key()
    assert key() == first
    assert key("8.1") != first
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert key() != first


def test_only_passes_are_kept(sample: Sample) -> None:
    sample.snippet("a", HELLO, out="other\n")

    assert "failed snippets/a.py" in sample.run("check").err
    assert "failed snippets/a.py" in sample.run("check").err


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 1}',
        '{"version": 99, "snippets": {}}',
        '{"version": 1, "snippets": {"snippets/a.py": {}}}',
        "\x00\xff",
    ],
)
def test_a_broken_ledger_is_an_empty_one(content: str, passed: Sample) -> None:
    (passed.root / ".cache/snippets_runner/ledger.json").write_text(content, encoding="latin-1")

    assert ran(passed)
    assert not ran(passed)


def test_a_check_of_one_snippet_keeps_what_is_known_of_the_others_and_forgets_the_gone(
    passed: Sample,
) -> None:
    passed.snippet("b", HELLO, out="hello\n")
    passed.run("check", "snippets/b.py")
    assert sorted(passed.ledger()["snippets"]) == ["snippets/a.py", "snippets/b.py"]

    for file in ("snippets/a.py", "snippets/a.out", "docs/a.md"):
        (passed.root / file).unlink()
    passed.run("check")

    assert sorted(passed.ledger()["snippets"]) == ["snippets/b.py"]


def test_the_ledger_says_what_ran_on_what_and_when(passed: Sample) -> None:
    ledger = passed.ledger()
    row = ledger["snippets"]["snippets/a.py"]

    assert row["status"] == "passed"
    assert row["versions"] == {"Python": ".".join(map(str, sys.version_info[:3]))}
    assert row["milliseconds"] < 10_000
    assert row["time"].endswith("+00:00")
    assert len(row["digest"]) == len(row["key"]) == 64
    assert ledger["figures"]["snippets_passed"] == 1
    assert ledger["figures"]["blocks_run"] == 1


def test_a_reader_never_sees_half_a_ledger(tmp_path: Path) -> None:
    file = tmp_path / "ledger.json"
    ledgers = [Ledger(figures={f"n{i}": i for i in range(size)}, time=str(size)) for size in (1, 4000)]
    write_ledger(file, ledgers[0])
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            for each in ledgers:
                write_ledger(file, each)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(300):
            table = json.loads(file.read_text(encoding="utf-8"))
            assert len(table["figures"]) == int(table["time"])
    finally:
        over.set()
        writer.join()
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.json"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert read_ledger(file) in ledgers


def test_a_changed_input_runs_it_again(sample: Sample) -> None:
    sample.write({"snippets/data/a.csv": "1\n", "snippets/other.csv": "1\n"})
    reads = (
        "from pathlib import Path\nprint(Path(__file__).with_name('data').joinpath('a.csv').read_text())\n"
    )
    head = "# /// script\n# [tool.snippets-runner]\n# inputs = ['data/*.csv']\n# ///\n"
    sample.snippet("a", head + reads, out="1\n\n")
    assert ran(sample)
    assert not ran(sample)

    sample.write({"snippets/other.csv": "2\n"})
    assert not ran(sample)

    sample.write({"snippets/data/b.csv": "1\n"})
    assert ran(sample)
    assert not ran(sample)


def test_two_imports_of_one_name_are_both_in_the_key(sample: Sample) -> None:
    sample.write({"snippets/one/__init__.py": "A = 1\n", "snippets/two/__init__.py": "B = 2\n"})
    sample.write(
        {"pyproject.toml": "[tool.snippets-runner]\nexclude = ['snippets/one/*', 'snippets/two/*']\n"}
    )
    sample.snippet("a", "from one import A\nfrom two import B\nprint(A > 0, B > 0)\n", out="True True\n")
    assert ran(sample)
    assert not ran(sample)

    for name, text in (("one", "A = 3\n"), ("two", "B = 4\n")):
        sample.write({f"snippets/{name}/__init__.py": text})
        assert ran(sample), name
        assert not ran(sample)


def test_what_is_asked_of_a_snippet_is_in_the_key(sample: Sample) -> None:
    sample.settings(inline="run", recordings=False)
    mark = "<!--pytest-codeblocks:expect-error-->\n"
    sample.write({"docs/page.md": f"{mark}```python\n1 / 0\n```\n"})
    assert ran(sample)
    assert not ran(sample)

    sample.write({"docs/page.md": "\n```python\n1 / 0\n```\n"})
    assert "ZeroDivisionError" in sample.run("check").out


def test_a_pass_without_a_recording_does_not_hold_where_one_is_asked_for(sample: Sample) -> None:
    sample.settings(recordings=False)
    sample.snippet("a", HELLO)
    assert ran(sample)
    assert not ran(sample)

    sample.settings(recordings=True)
    assert "unrecorded-output" in sample.run("check").out


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on this machine")
def test_the_ledger_names_the_program_that_ran_a_snippet_and_not_python(sample: Sample) -> None:
    sample.write(
        {
            "snippets/a.sh": "echo ${BASH_VERSION%%(*}\n",
            "docs/a.md": '# A\n\n```bash\n--8<-- "a.sh"\n```\n',
        }
    )
    assert sample.run("update").status == 0
    said = (sample.root / "snippets/a.out").read_text("utf-8").strip()
    assert sample.ledger()["snippets"]["snippets/a.sh"]["versions"] == {"Bash": said}


def test_the_version_of_a_program_is_what_it_tells(tmp_path: Path) -> None:
    for version in ("20.19.1", "22.0.0"):
        program = tmp_path / version / "node"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho v{version}\n", "utf-8")
        program.chmod(0o755)
        assert version_of(JAVASCRIPT, str(program.parent)) == version
    assert version_of(JAVASCRIPT, str(tmp_path)) == ""
