"""What workers import beforehand saves time, and never costs any: it ends with the run, and there is an end to it."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sample import Sample

from snippets_runner.conditions import Conditions
from snippets_runner.config import load_config
from snippets_runner.discover import discover
from snippets_runner.ledger import Ledger
from snippets_runner.local import Worker, to_preload
from snippets_runner.plan import plan
from snippets_runner.services.pool import ServicePool
from snippets_runner.shelf import preload


def python_with(modules: dict[str, str], folder: Path) -> Conditions:
    """Return conditions whose Python finds these modules too."""
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" "$@"\n', "utf-8")
    program.chmod(0o755)
    return Conditions(interpreter=program)


def order(file: Path, conditions: Conditions) -> dict[str, Any]:
    return {
        "python": str(conditions.interpreter), "bubblewrap": False, "file": str(file), "program": None, "doctest": False,
        "command": None, "environment": conditions.environment(), "writable": [], "timeout": 20, "memory": 4096,
        "processes": 64, "output": 1_000_000, "network": True,
    }  # fmt: skip


def wait_for(file: Path) -> int:
    deadline = time.monotonic() + 30
    while not file.is_file() or not file.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return int(file.read_text())


def test_a_run_that_is_ended_does_not_wait_for_an_import(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    slow = f"import os, time\nopen({str(begun)!r}, 'w').write(str(os.getpid()))\ntime.sleep(300)\n"
    conditions = python_with({"slow": slow}, tmp_path)
    worker, answers = (
        Worker(lambda: tmp_path, preload=["slow"], conditions=conditions),
        list[dict[str, Any]](),
    )
    thread = threading.Thread(target=lambda: answers.append(worker.run(order(tmp_path / "a.py", conditions))))
    thread.start()
    process = wait_for(begun)

    worker.close()
    thread.join(30)

    assert not thread.is_alive()
    assert answers[0]["ending"] == "vanished"
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_worker_whose_import_crashes_is_replaced_by_one_that_imports_nothing(tmp_path: Path) -> None:
    conditions = python_with({"crash": "import os\nos._exit(3)\n"}, tmp_path)
    (tmp_path / "a.py").write_text("print('all is well')\n", "utf-8")
    worker = Worker(lambda: tmp_path, preload=["crash"], conditions=conditions)
    try:
        told = [worker.run(order(tmp_path / "a.py", conditions)) for _ in range(2)]
    finally:
        worker.close()
    assert [(each["ending"], each["stdout"]) for each in told] == [("done", "all is well\n")] * 2


def test_what_a_module_asks_to_be_called_after_a_fork_is_called_for_those_who_import_it(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    asks = f"import os\n\ndef told():\n    open({str(log)!r}, 'a').write(f'{{os.getppid()}}\\n')\n\nos.register_at_fork(after_in_child=told)\n"
    conditions = python_with({"asks": asks}, tmp_path)
    again = "import asks, os, random\nif (pid := os.fork()) == 0:\n    os._exit(0)\nos.waitpid(pid, 0)\nprint(os.getpid(), random.random())\n"
    (tmp_path / "a.py").write_text(again, "utf-8")
    (tmp_path / "b.py").write_text("print('nothing asked')\n", "utf-8")
    worker = Worker(lambda: tmp_path, preload=["asks", "random"], conditions=conditions)
    try:
        told = [
            worker.run({**order(tmp_path / name, conditions), "writable": [str(tmp_path)]})
            for name in ("b.py", "a.py", "a.py")
        ]
    finally:
        worker.close()
    assert [each["ending"] for each in told] == ["done"] * 3, told
    rows = [each["stdout"].split() for each in told[1:]]
    parents = log.read_text("utf-8").split()
    assert [parents[1], parents[3]] == [pid for pid, _ in rows]  # their own children
    assert parents[0] == parents[2] not in parents[1::2]  # they themselves, once each
    assert len(parents) == 4
    assert rows[0][1] != rows[1][1], "each has random numbers of its own"


def test_a_module_that_starts_a_thread_is_left_out_and_the_others_are_not(tmp_path: Path) -> None:
    log = tmp_path / "log"
    note = f"import os\nopen({str(log)!r}, 'a').write(__name__ + '\\n')\n"
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(300,), daemon=True).start()\n"
    names = {"first": note, "threaded": note + thread, "last": note}
    conditions = python_with(names, tmp_path)
    (tmp_path / "a.py").write_text("import first, last\nprint(first, last)\n", "utf-8")
    worker = Worker(lambda: tmp_path, preload=list(names), conditions=conditions)
    try:
        told = worker.run(order(tmp_path / "a.py", conditions))
    finally:
        worker.close()
    assert told["ending"] == "done", told
    assert log.read_text("utf-8").split() == ["first", "threaded", "first", "last"]


@pytest.mark.parametrize(
    ("until", "parent", "there"),
    [(0, 0, False), (60, 0, True), (60, os.getppid(), True), (60, 1 << 30, False)],
)
def test_no_import_is_begun_too_late_or_for_nobody(
    until: int, parent: int, *, there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "module_of_this_test.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "module_of_this_test", raising=False)
    deadline = time.monotonic() - 1 + until
    preload(["module_of_this_test"], unfit=lambda _: None, until=deadline, parent=parent)
    assert ("module_of_this_test" in sys.modules) == there
    sys.modules.pop("module_of_this_test", None)


def test_what_several_snippets_import_is_imported_beforehand_the_most_wanted_first(sample: Sample) -> None:
    for name, code in {
        "a": "import json, csv, uuid\n",
        "b": "import json, csv\n",
        "c": "import json\nimport email.mime.text\n",
        "d": "import email.mime.text\n",
    }.items():
        sample.snippet(name, code)
    config = load_config(sample.root)
    with ServicePool(cache=config.cache_folder) as pool:
        work = plan(
            discover(config).snippets.values(), config=config, ledger=Ledger(), pool=pool, use_cache=False
        )
    assert to_preload(config, work.jobs) == ["json", "csv", "email", "email.mime", "email.mime.text"]
