"""The commands `update`, `run` and `list`, run as people run them."""

from __future__ import annotations

import shutil
import signal

import pytest
from sample import Sample

from snippets_runner.conditions import Conditions

HELLO = 'print("hello")\n'


WAITING = """
    # /// script
    # [tool.snippets-runner]
    # services = ["redis"]
    # ///
    import subprocess, sys, time
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    subprocess.run(["sh", "-c", "setsid sleep 600 > /dev/null 2>&1 &"], check=True)
    print("began", flush=True)
    time.sleep(600)
    """


VARYING = """
    # /// script
    # [tool.snippets-runner]
    # redact = [{ pattern = "[0-9]+", as = "N" }]
    # ///
    import os
    print("process", os.getpid())
    """


def test_update_records_shows_the_difference_and_then_all_holds(sample: Sample) -> None:
    sample.snippet("a", 'print("new")\n', out="old\n")
    sample.snippet("b", HELLO)
    sample.snippet("c", "x = 1\n", out="gone\n")

    done = sample.run("update")

    assert done.status == 0, done.out
    assert "--- a/snippets/a.out\n+++ b/snippets/a.out\n@@ -1 +1 @@\n-old\n+new\n" in done.out
    assert "--- /dev/null\n+++ b/snippets/b.out\n@@ -0,0 +1 @@\n+hello\n" in done.out
    assert "--- a/snippets/c.out\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n" in done.out
    assert "recordings written: 3\n" in done.out
    assert (sample.root / "snippets/a.out").read_text() == "new\n"
    assert not (sample.root / "snippets/c.out").exists()
    assert "snippets: 3 passed (3 unchanged since they last did)" in sample.run("check").out


def test_update_leaves_a_recording_alone_that_differs_only_where_it_may(sample: Sample) -> None:
    sample.snippet("a", VARYING, out="process 123\n")

    done = sample.run("update")

    assert done.status == 0
    assert "recordings written: 0\n" in done.out
    assert (sample.root / "snippets/a.out").read_text() == "process 123\n"


def test_update_records_nothing_of_a_snippet_that_fails(sample: Sample) -> None:
    sample.snippet("a", 'print("half")\nraise ValueError\n', out="whole\n")

    assert sample.run("update").status == 1
    assert (sample.root / "snippets/a.out").read_text() == "whole\n"


def test_update_records_an_expected_error_the_same_on_every_machine(sample: Sample) -> None:
    sample.snippet(
        "a",
        '# /// script\n# [tool.snippets-runner]\n# expect-error = "ValueError"\n# ///\nraise ValueError("no")\n',
    )

    assert sample.run("update").status == 0
    recorded = (sample.root / "snippets/a.err").read_text()
    assert 'File "snippets/a.py", line 5, in <module>' in recorded
    assert recorded.endswith("ValueError: no\n")


@pytest.mark.parametrize("value", ["true", "1"])
def test_update_is_refused_in_continuous_integration(value: str, sample: Sample) -> None:
    sample.snippet("a", HELLO)

    done = sample.run("update", CI=value)

    assert done.status == 2
    assert "recordings are not updated in continuous integration (CI is set)" in done.err
    assert not (sample.root / "snippets/a.out").exists()


def test_run_shows_a_snippet_in_the_foreground_with_its_own_exit_status(sample: Sample) -> None:
    sample.snippet("a", 'import sys\nprint("in", "foreground")\nsys.exit(7)\n')

    done = sample.run("run", "snippets/a.py")

    assert (done.status, done.out, done.err) == (7, "in foreground\n", "")


def test_run_starts_the_services_that_the_file_needs(sample: Sample) -> None:
    sample.snippet(
        "a",
        """
        # /// script
        # [tool.snippets-runner]
        # services = ["redis"]
        # ///
        import os
        import redis
        with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
            print(client.ping())
        """,
    )

    done = sample.run("run", "snippets/a.py")

    assert (done.status, done.out) == (0, "True\n"), done.err
    assert "Valkey " in done.err


def other(sample: Sample, name: str, code: str) -> None:
    """Write a snippet in another language than Python, and a page that shows it."""
    sample.write({f"snippets/{name}": code, "docs/page.md": f'# Page\n\n```text\n--8<-- "{name}"\n```\n'})


@pytest.mark.parametrize(
    ("name", "code", "program"),
    [
        ("a.sh", 'echo "in $BASH"\nfalse\necho never\n', "bash"),
        (
            "a.js",
            'console.log("in /usr/bin/node".slice(0, 3) + process.execPath);\nprocess.exit(1);\n',
            "node",
        ),
    ],
)
def test_run_runs_other_languages_as_a_check_does(name: str, code: str, program: str, sample: Sample) -> None:
    if shutil.which(program, path=Conditions().environment()["PATH"]) is None:
        pytest.skip(f"{program} is not on this machine")
    other(sample, name, code)

    done = sample.run("run", f"snippets/{name}")

    assert done.status == 1, done.err
    assert done.out.startswith("in /")
    assert done.out.endswith(f"/{program}\n")


def test_run_runs_sql_on_a_server_of_its_own(sample: Sample) -> None:
    other(sample, "a.sql", "SELECT 6 * 7 AS answer;\nSELECT nothing;\n")

    done = sample.run("run", "snippets/a.sql")

    assert " answer" in done.out, done.err
    assert "PostgreSQL " in done.err
    assert 'column "nothing" does not exist' in done.err
    assert done.status == 3, "what psql ends with after an error"


def test_run_refuses_what_stands_in_a_page(sample: Sample) -> None:
    sample.write({"docs/index.md": "# Page\n\n```sql\nSELECT 1;\n```\n"})

    done = sample.run("run", "docs/index.md#sql")

    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "docs/index.md#sql stands in a page, and only a file can be run in the foreground\n"
        "  hint: `snippets-runner check docs/index.md` runs it\n"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_run_ends_the_snippet_and_its_services_when_it_is_told_to_end(
    number: signal.Signals, sample: Sample
) -> None:
    sample.snippet("a", WAITING)
    process = sample.start("run", "snippets/a.py")
    assert process.stdout
    assert process.stdout.readline() == "began\n"

    process.send_signal(number)

    process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert sample.left_behind(within=10) == []


def test_list_tells_state_services_and_pages(sample: Sample) -> None:
    sample.snippet("a", HELLO, out="hello\n")
    sample.snippet(
        "b",
        '# /// script\n# [tool.snippets-runner]\n# services = ["redis", "postgres"]\n# skip = "not now"\n# ///\n',
    )
    sample.run("check")
    sample.snippet("c", HELLO, out="hello\n")

    assert sample.run("list").out == (
        "snippets/a.py: passed; no services\n  shown at docs/a.md:4:1\n"
        "snippets/b.py: skipped; redis, postgres\n  shown at docs/b.md:4:1\n"
        "snippets/c.py: not verified; no services\n  shown at docs/c.md:4:1\n"
    )
    assert (
        sample.run("list", "docs/c.md").out
        == "snippets/c.py: not verified; no services\n  shown at docs/c.md:4:1\n"
    )
