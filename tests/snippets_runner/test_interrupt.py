"""Ctrl-C ends a run at once: with 130, one line, and nothing left."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from sample import Sample

from snippets_runner.services.locate import on_path

ENDED = {
    signal.SIGINT: "interrupted; what was running has been ended\n",
    signal.SIGTERM: "told to end; what was running has been ended\n",
    signal.SIGHUP: "told to end; what was running has been ended\n",
}
WAITS = """
    import subprocess, sys, time
    from pathlib import Path
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print("began", flush=True)
    time.sleep(60)
    """


def wait_for_snippet(sample: Sample) -> None:
    deadline = time.monotonic() + 20
    while not any(str(sample.temporary) in each and "snippet" in each for each in running(sample)):
        assert time.monotonic() < deadline, sample.processes()
        time.sleep(0.02)


def running(sample: Sample) -> list[str]:
    """Return the working folders of the sample's processes."""
    found = []
    for each in sample.processes():
        try:
            found.append(str(Path(f"/proc/{each}/cwd").readlink()))
        except OSError:
            continue
    return [each for each in found if "/snippet-" in each]


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_ctrl_c_during_a_check(sample: Sample, isolation: str) -> None:
    sample.settings(timeout=60, jobs=2)
    for name in ("one", "two", "three", "four"):
        sample.snippet(name, WAITS, out="began\n")
    process = sample.start("--isolation", isolation, "check")
    wait_for_snippet(sample)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # a second one must not cut the cleaning up short
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - began < 15
    assert process.returncode == 130
    assert err == "interrupted; what was running has been ended\n"
    assert out == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_check_that_is_told_to_end(sample: Sample, number: signal.Signals) -> None:
    sample.settings(timeout=60)
    sample.snippet("one", WAITS, out="began\n")
    process = sample.start("check")
    wait_for_snippet(sample)

    process.send_signal(number)

    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (128 + number, "", ENDED[number])
    assert sample.left_behind(within=10) == []


def test_ctrl_c_while_the_command_is_imported(sample: Sample) -> None:
    sample.write({"stub/click.py": "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"})
    done = sample.run("check", PYTHONPATH=str(sample.root / "stub"))
    assert (done.status, done.out, done.err) == (130, "", "")


def test_ctrl_c_while_a_service_starts(sample: Sample) -> None:
    sample.snippet(
        "needy", '# /// script\n# [tool.snippets-runner]\n# services = ["redis"]\n# ///\nprint(1)\n'
    )
    process = sample.start("check")
    deadline = time.monotonic() + 20
    while not any("keeper.py" in each for each in sample.processes().values()):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == "interrupted; what was running has been ended\n"


def keeper_of(sample: Sample) -> int:
    deadline = time.monotonic() + 20
    while True:
        for number, command in sample.processes().items():
            if "keeper.py" in command:
                return number
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize("also_killed", [False, True])
def test_ctrl_c_before_the_keeper_of_services_has_answered(sample: Sample, *, also_killed: bool) -> None:
    sample.snippet(
        "needy", '# /// script\n# [tool.snippets-runner]\n# services = ["redis"]\n# ///\nprint(1)\n'
    )
    process = sample.start("check")
    keeper = keeper_of(sample)
    os.kill(keeper, signal.SIGSTOP)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.3)  # it must wait for the keeper; what does not wait has ended by now
    if also_killed:
        os.killpg(process.pid, signal.SIGKILL)
    os.kill(keeper, signal.SIGCONT)
    _, err = process.communicate(timeout=20)
    assert err == ("" if also_killed else "interrupted; what was running has been ended\n")
    assert process.returncode == (-signal.SIGKILL if also_killed else 130)
    assert sample.left_behind(within=10) == []


def test_a_runner_killed_while_its_workers_import_leaves_nothing(sample: Sample) -> None:
    sample.snippet(
        "importing", "import asyncio, email.mime.text, http.server, sqlite3, unittest.mock, xmlrpc.server\n"
    )
    process = sample.start("check")
    deadline = time.monotonic() + 20
    while not any("warm.py" in each for each in sample.processes().values()):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    assert sample.left_behind(within=10) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_package_that_is_being_fetched_is_given_up(sample: Sample, number: signal.Signals) -> None:
    """The first word of each command is found on the PATH: an ``apt-get`` that takes as long as one on a slow network."""
    if on_path("memcached"):
        pytest.skip("memcached need not be fetched here")
    folder = sample.temporary.parent / "programs"
    folder.mkdir()
    for name in ("apt-get", "dpkg-deb"):
        (folder / name).write_text("#!/bin/sh\nexec sleep 120\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    sample.snippet(
        "needy", '# /// script\n# [tool.snippets-runner]\n# services = ["memcached"]\n# ///\nprint(1)\n'
    )
    process = sample.start("check", PATH=os.pathsep.join([str(folder), os.environ["PATH"]]))
    deadline = time.monotonic() + 60
    while not any("sleep 120" in each for each in sample.processes().values()):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)

    os.kill(
        process.pid, number
    )  # not to the group, as Ctrl-C: what the runner started is the runner's to end

    _, err = process.communicate(timeout=30)
    assert process.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert err == ENDED.get(number, "")
    assert sample.left_behind(within=20) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_template_of_postgresql_that_is_being_made_is_given_up(
    sample: Sample, number: signal.Signals
) -> None:
    sample.snippet(
        "needy", '# /// script\n# [tool.snippets-runner]\n# services = ["postgres"]\n# ///\nprint(1)\n'
    )
    process = sample.start("check")
    deadline = time.monotonic() + 60
    while not any("/initdb " in each for each in sample.processes().values()):
        if process.poll() is not None and "1 skipped" in (out := process.communicate()[0]):
            pytest.skip(out)
        assert time.monotonic() < deadline
        time.sleep(0.005)

    os.kill(process.pid, number)

    process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert sample.left_behind(within=20) == []
    assert list((sample.root / ".cache/snippets_runner").glob("postgres/*")) == []
