"""Drift runs snippets on what is newest, on real environments that uv makes, and says what broke and since when."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sample import Sample

from snippets_runner import environments
from snippets_runner.config import load_config
from snippets_runner.discover import discover

HERE = platform.python_version()
MINOR = HERE.rpartition(".")[0]


def package(sample: Sample, *, version: str, greeting: str) -> None:
    """Write a local package that snippets depend on."""
    sample.write(
        {
            "packages/greeter/pyproject.toml": f"""
            [build-system]
            requires = ["hatchling"]
            build-backend = "hatchling.build"
            [project]
            name = "greeter"
            version = "{version}"
            """,
            "packages/greeter/greeter.py": f'def greet(): return "{greeting}"\n',
        }
    )


GREETING = """
    # /// script
    # dependencies = ["greeter"]
    # [tool.uv.sources]
    # greeter = { path = "../packages/greeter" }
    # ///
    import greeter
    print(greeter.greet())
    """


def trials(sample: Sample, *words: str, status: int = 0) -> dict[str, dict[str, Any]]:
    """Run drift and return its trials on this Python by snippet."""
    done = sample.run("drift", "--python", MINOR, "--json", "drift.json", *words)
    assert done.status == status, done.out + done.err
    table = json.loads((sample.root / "drift.json").read_text("utf-8"))
    return {row["snippet"]: row for row in table["trials"]}


def test_a_snippet_that_holds_on_the_newest(sample: Sample) -> None:
    package(sample, version="1.0", greeting="hello")
    sample.snippet("greeting", GREETING, out="hello\n")
    row = trials(sample, "--fail")["snippets/greeting.py"]
    assert (row["verdict"], row["findings"], row["since"]) == ("holds", [], "")
    assert row["packages"]["greeter"] == "1.0"


def test_a_local_package_that_changed_is_built_anew(sample: Sample) -> None:
    package(sample, version="1.0", greeting="hello")
    sample.snippet("greeting", GREETING, out="hello\n")
    assert trials(sample)["snippets/greeting.py"]["verdict"] == "holds"
    package(sample, version="1.0", greeting="goodbye")
    assert trials(sample)["snippets/greeting.py"]["verdict"] == "broke"


def test_a_newer_dependency_that_breaks_a_snippet_is_named(sample: Sample) -> None:
    """The ledger says that the snippet passed with packaging 20; the newest has no LegacyVersion."""
    code = """
    # /// script
    # dependencies = ["packaging>=20"]
    # ///
    import packaging.version
    print(packaging.version.LegacyVersion("1.0-final"))
    """
    sample.snippet("legacy", code, out="1.0-final\n")
    sample.run("check")
    ledger = sample.ledger()
    row = ledger["snippets"]["snippets/legacy.py"]
    row |= {
        "status": "passed",
        "versions": {"Python": HERE},
        "dependencies": {"packaging": "20.9"},
    }
    (sample.root / ".cache/snippets_runner/ledger.json").write_text(json.dumps(ledger), "utf-8")
    before = sample.files()

    row = trials(sample, "--fail", status=1)["snippets/legacy.py"]

    newest = row["packages"]["packaging"]
    assert row["since"] == f"broke between packaging 20.9 and {newest}"
    assert [finding["code"] for finding in row["findings"]] == ["raised"]
    assert row["pages"] == ["docs/legacy.md:4:1"]
    after = sample.files()
    after.pop("drift.json")
    assert after == before

    done = sample.run("drift", "--python", MINOR)
    assert done.status == 0
    assert "snippets/legacy.py  BROKE" in done.out
    assert f"  broke between packaging 20.9 and {newest}" in done.out
    assert "pages that will lie next: docs/legacy.md" in done.out


def test_an_environment_that_cannot_be_made_is_told_and_is_not_a_break(sample: Sample) -> None:
    sample.snippet("impossible", '# /// script\n# dependencies = ["packaging<1"]\n# ///\nimport packaging\n')
    sample.snippet("fine", "print(1)", out="1\n")
    rows = trials(sample, "--fail", status=3)
    assert rows["snippets/impossible.py"]["verdict"] == "not made"
    assert "packaging<1" in rows["snippets/impossible.py"]["reason"]
    assert rows["snippets/fine.py"]["verdict"] == "holds"


def test_a_snippet_for_another_python_is_skipped(sample: Sample) -> None:
    sample.snippet("other", '# /// script\n# requires-python = ">=3.99"\n# ///\n')
    assert trials(sample)["snippets/other.py"]["verdict"] == "skipped"


def test_snippets_in_other_languages_run_on_what_the_machine_has(sample: Sample) -> None:
    sample.write(
        {
            "snippets/a.sh": "echo one\n",
            "snippets/a.out": "one\n",
            "snippets/b.sh": "echo two\n",
            "snippets/b.out": "two\n",
            "snippets/c.js": "console.log(1)\n",
            "docs/page.md": '# Page\n\n```text\n--8<-- "a.sh"\n--8<-- "b.sh"\n--8<-- "c.js"\n```\n',
        }
    )
    assert "snippets/b.sh" in sample.run("check").err
    ledger = sample.ledger()
    now = ledger["snippets"]["snippets/b.sh"]["versions"]["Bash"]
    ledger["snippets"]["snippets/b.sh"]["versions"] = {"Bash": "3.2.57"}
    (sample.root / ".cache/snippets_runner/ledger.json").write_text(json.dumps(ledger), "utf-8")
    (sample.root / "snippets/b.sh").write_text("echo 2\n", "utf-8")

    done = sample.run("drift", "--python", MINOR, "--json", "drift.json")

    assert "in other languages  on what this machine has\n" in done.out, done.out + done.err
    assert f"snippets/a.sh       holds     Bash {now}\n" in done.out
    assert f"snippets/b.sh       BROKE     Bash {now}\n" in done.out
    assert f"\n  broke between Bash 3.2.57 and {now}\n  shown at docs/page.md:5:1\n" in done.out
    if shutil.which("node", path="/usr/local/bin:/usr/bin:/bin") is None:
        assert "snippets/c.js       -         Node is not on this machine\n" in done.out
    rows = {
        row["snippet"]: row for row in json.loads((sample.root / "drift.json").read_text("utf-8"))["trials"]
    }
    assert (rows["snippets/a.sh"]["python"], rows["snippets/a.sh"]["versions"]) == ("", {"Bash": now})
    assert rows["snippets/b.sh"]["changes"] == [{"name": "Bash", "before": "3.2.57", "after": now}]
    assert rows["snippets/c.js"]["verdict"] in ("broke", "skipped")


def test_a_shell_script_that_declares_packages_gets_them(sample: Sample) -> None:
    package(sample, version="1.0", greeting="hello")
    head = GREETING.partition("    import")[0]
    sample.write(
        {
            "snippets/a.sh": head + '    python -c "import greeter; print(greeter.greet())"\n',
            "snippets/a.out": "hello\n",
            "docs/page.md": '# Page\n\n```text\n--8<-- "a.sh"\n```\n',
        }
    )
    row = trials(sample, "--fail")["snippets/a.sh"]
    assert (row["verdict"], row["packages"]["greeter"]) == ("holds", "1.0")


def test_a_service_that_is_newer_may_be_what_broke_a_snippet(sample: Sample) -> None:
    sample.snippet(
        "a", '# /// script\n# [tool.snippets-runner]\n# services = ["git"]\n# ///\nprint(1)\n', out="1\n"
    )
    if sample.run("check").status:
        pytest.skip("there is no Git here")
    ledger = sample.ledger()
    versions = ledger["snippets"]["snippets/a.py"]["versions"]
    now, versions["Git"] = versions["Git"], "1.0"
    (sample.root / ".cache/snippets_runner/ledger.json").write_text(json.dumps(ledger), "utf-8")
    (sample.root / "snippets/a.out").write_text("2\n", "utf-8")

    assert trials(sample)["snippets/a.py"]["since"] == f"broke between Git 1.0 and {now}"


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not on this machine")
def test_bubblewrap_wraps_a_trial_too(sample: Sample) -> None:
    sample.settings(isolation="bubblewrap")
    sample.snippet("a", "import os\nassert os.getppid() < 9, os.getppid()\n")
    assert trials(sample, "--fail")["snippets/a.py"]["verdict"] == "holds"


def test_a_python_that_is_not_here_is_a_usage_error(sample: Sample) -> None:
    sample.snippet("fine", "print(1)", out="1\n")
    done = sample.run("drift", "--python", "3.99")
    assert done.status == 2
    assert "unknown Python `3.99`" in done.err


def test_each_python_here_is_tried(sample: Sample) -> None:
    sample.snippet("version", "import sys\nassert sys.version_info < (3, 12)\n")
    sample.run("check")
    done = sample.run("drift", "--json", "all.json")
    assert done.status == 0, done.err
    table = json.loads((sample.root / "all.json").read_text("utf-8"))
    assert HERE.rpartition(".")[0] in [each.rpartition(".")[0] for each in table["pythons"]]
    newer = [row for row in table["trials"] if tuple(map(int, row["python"].split("."))) >= (3, 12)]
    if not newer:
        pytest.skip("there is no second Python here")
    assert {row["verdict"] for row in newer} == {"broke"}
    if sys.version_info < (3, 12):
        assert all(row["since"].startswith(f"broke between Python {HERE} and ") for row in newer)


def test_a_lock_of_a_script_is_left_as_it_is(sample: Sample, tmp_path: Path) -> None:
    package(sample, version="1.0", greeting="hello")
    sample.snippet("greeting", GREETING, out="hello\n")
    lock = sample.root / "snippets/greeting.py.lock"
    lock.write_text('version = 1\nrevision = 3\nrequires-python = ">=3.11"\n', "utf-8")
    trials(sample)
    assert lock.read_text("utf-8") == 'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n'


def test_ctrl_c_ends_every_trial_and_leaves_nothing(sample: Sample) -> None:
    sample.settings(timeout=60, jobs=2)
    for name in ("endless", "second", "third", "fourth"):  # two of these wait for their turn
        sample.snippet(name, "while True: pass")
    sample.snippet("other", '# /// script\n# dependencies = ["packaging"]\n# ///\nwhile True: pass')
    process = sample.start("drift", "--python", MINOR)
    deadline = time.monotonic() + 30
    while sum("warm.py" in each for each in sample.processes().values()) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert (out, err) == ("", "interrupted; what was running has been ended\n")


def test_an_environment_that_takes_for_ever_is_given_up(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.write(
        {
            "packages/greeter/pyproject.toml": """
            [build-system]
            requires = []
            build-backend = "backend"
            backend-path = ["."]
            [project]
            name = "greeter"
            version = "1.0"
            """,
            "packages/greeter/backend.py": "import time\ntime.sleep(300)\n",
        }
    )
    sample.snippet("greeting", GREETING, out="hello\n")
    (snippet,) = discover(load_config(sample.root)).snippets.values()
    uv = environments.Uv(sample.temporary)
    (python,) = environments.choose(uv.pythons(), [MINOR])
    monkeypatch.setattr(environments, "LONGEST", 8.0)
    folder = sample.temporary.parent / "venv"

    with pytest.raises(environments.NotMadeError, match="and was ended"):
        uv.make(folder, python, snippet)

    assert not [each for each in sample.processes().values() if "backend" in each]
    for left in sample.temporary.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()
