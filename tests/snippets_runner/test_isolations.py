"""A forked snippet does what a fresh interpreter does: the two ways compared, snippet by snippet.

The sample asks for what forking is most likely to get wrong. With ``NIGHTLY`` set (``make nightly``), every snippet of
the site is compared too. Two differences are known and not asked for: ``sys.meta_path`` begins with the finder that
hands modules back, and the names of loggers that preloaded modules made are known to ``logging``.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from snippets_runner.compare import compare, redact
from snippets_runner.conditions import Conditions
from snippets_runner.config import Config, Isolation, load_config
from snippets_runner.discover import discover
from snippets_runner.execute import execute
from snippets_runner.executors import starter
from snippets_runner.ledger import Ledger
from snippets_runner.model import Job, Result
from snippets_runner.plan import plan
from snippets_runner.services.pool import ServicePool

ROOT = Path(__file__).parents[2]

SAMPLE = {
    "a_submodule_is_there_only_when_it_was_imported": "import concurrent\nprint(hasattr(concurrent, 'futures'))",
    "an_attribute_of_a_package_that_nobody_imported": "import xml\nprint(xml.dom)",
    "a_submodule_comes_with_a_real_import": "import concurrent.futures, xml.dom\nprint(concurrent.futures.Future, xml.dom.Node)",
    "what_another_snippet_imports_is_not_loaded": "import sys\nprint('sqlite3' in sys.modules, 'asyncio' in sys.modules)",
    "imports_that_others_have_had": "import asyncio, email.mime.text, sqlite3\nprint(sqlite3.threadsafety, asyncio.run(asyncio.sleep(0, 3)))",
    "the_main_module": "import sys\nm = sys.modules['__main__']\nprint(__name__, m.__dict__ is globals(), sorted(globals()), __spec__, __doc__, __package__, type(__loader__) if '__loader__' in globals() else None)",
    "its_own_file": "import sys, os\nprint(os.path.basename(__file__), len(sys.argv), os.path.basename(sys.argv[0]), os.path.basename(sys.path[0]))",
    "its_folder": "import os, pathlib\nprint(os.listdir(), pathlib.Path.cwd() == pathlib.Path.home(), oct(os.umask(0o22)))",
    "its_environment": "import os\nprint(sorted(os.environ), os.environ['LANG'], os.environ.get('PYTHONHASHSEED'))",
    "its_streams": "import sys, os\nprint(sys.stdin.read(), sys.stdout.encoding, sys.stdout.errors, sys.stdout.line_buffering, sys.stderr.errors, os.isatty(1))",
    "its_open_files": "import os\nprint([n for n in sorted(map(int, os.listdir('/proc/self/fd'))) if n < 3])",
    "its_signals": "import signal\nprint([signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGCHLD)])",
    "its_session": "import os\nprint(os.getpid() == os.getsid(0), os.getpid() == os.getpgrp())",
    "its_flags": "import sys\nprint(sys.flags, sys.dont_write_bytecode, sys.getrecursionlimit(), sys.getswitchinterval())",
    "its_hash_seed": "print({'a', 'b', 'c', 'd'}, hash('a'))",
    "its_random_numbers": "import random, uuid\nrandom.seed(1)\nprint(random.random(), uuid.uuid4().version)",
    "its_threads": "import threading\nprint(threading.current_thread().name, threading.active_count(), threading.main_thread() is threading.current_thread())",
    "its_main_thread": "import os, threading\nprint(threading.main_thread().native_id == os.getpid())",
    "its_threads_hook": "import threading\nprint(threading.excepthook is threading.__excepthook__)",
    "what_is_asked_for_at_exit": "import atexit\nbefore = atexit._ncallbacks()\nimport logging\nprint(before, atexit._ncallbacks())",
    "what_logging_says_at_exit": "import logging.handlers, sys\nlogging.getLogger().addHandler(logging.handlers.MemoryHandler(9, target=logging.StreamHandler(sys.stdout)))\nlogging.warning('late')",
    "its_warnings": "import warnings\nprint(warnings.filters)\nwarnings.warn('w', DeprecationWarning)",
    "its_logging": "import logging\nprint(logging.getLogger().handlers, logging.getLogger().level, logging.getLogger('asyncio').handlers)",
    "its_locale_and_time": "import locale, time\nprint(locale.setlocale(locale.LC_ALL), time.tzname)",
    "its_garbage_collector": "import gc\nprint(gc.isenabled(), gc.get_threshold(), gc.get_freeze_count() >= 0)",
    "its_excepthooks": "import sys, threading\nprint(sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__)",
    "its_codecs_and_copyreg": "import codecs, copyreg\nprint(codecs.lookup('utf8').name, len(copyreg.dispatch_table) >= 0)",
    "imports_by_hand": "import builtins, importlib, sys\nprint(builtins.__import__.__name__, importlib.import_module.__module__, len(sys.path_hooks))",
    "a_reload": "import importlib, json\nprint(importlib.reload(json) is json)",
    "a_neighbour": "import neighbour\nprint(neighbour.NAME)",
    "a_pickle": "import pickle\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass A:\n    x: int\n\n\nprint(pickle.loads(pickle.dumps(A(1))))",
    "a_process_of_python": "import multiprocessing\n\n\ndef f(x):\n    return x * x\n\n\nif __name__ == '__main__':\n    with multiprocessing.get_context('spawn').Pool(1) as pool:\n        print(pool.map(f, [2]))",
    "a_forked_process": "import os\nif (pid := os.fork()) == 0:\n    print('child', flush=True)\n    os._exit(3)\nprint(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))",
    "another_program": "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True, text=True).stdout)",
    "what_is_said_at_exit": "import atexit\natexit.register(print, 'first')\natexit.register(print, 'second')\nprint('third')",
    "a_finaliser_of_the_main_module": "class A:\n    def __del__(self):\n        print('gone')\n\n\na = A()",
    "an_unfinished_line": "import sys\nsys.stdout.write('no end')",
    "an_exit_status": "raise SystemExit(3)",
    "an_exit_with_words": "raise SystemExit('sorry')",
    "an_exception": "def f():\n    raise ValueError('no')\n\n\nf()",
    "a_chain_of_exceptions": "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError('k') from error",
    "a_group_of_exceptions": "raise ExceptionGroup('g', [ValueError('a'), TypeError('b')])",
    "a_syntax_error": "def f(:\n    pass",
    "an_import_that_is_not_there": "import nothing_of_this_name",
    "an_exception_in_a_thread": "import threading\nt = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()",
    "an_early_exit": "import os\nprint('lost')\nos._exit(0)",
    "a_kill": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "a_file_that_is_left": "open('left.txt', 'w').write('x')",
    "a_keyboard_interrupt": "raise KeyboardInterrupt",
}
"""Snippets by name; what each prints is what it could notice."""


def comparable(job: Job, result: Result) -> dict[str, Any]:
    """Return what must be the same of a run, by kind."""
    outcome = compare(job, result, record=False)
    return {
        "status": outcome.status.value,
        "findings": [(each.code.value, str(each.where), each.message) for each in outcome.findings],
        "ending": result.ending.value,
        "exit status": result.status,
        "output": redact(result.stdout, job.snippet.metadata.redactions),
        "raised": result.raised,
        "left": result.left,
    }


def run_all(
    config: Config, isolation: Isolation, only: Collection[str] | None = None
) -> dict[str, dict[str, Any]]:
    """Run the snippets of a project that can run here; neither the cache nor the ledger has a part in it."""
    config = replace(config, isolation=isolation)
    snippets = [each for each in discover(config).snippets.values() if only is None or each.id in only]
    with ServicePool(cache=config.cache_folder) as pool:
        work = plan(snippets, config=config, ledger=Ledger(), pool=pool, use_cache=False)
        pool.prestart(work.services)
        executor = starter(config, pool)(work.jobs, Conditions())
        try:
            return {job.snippet.id: comparable(job, result) for job, result in execute(work.jobs, executor)}
        finally:
            executor.close()


def differences(config: Config, only: Collection[str] | None = None) -> dict[str, dict[str, tuple[Any, Any]]]:
    """Return, for each snippet that does not do the same, what differs: forked, then in a fresh interpreter."""
    forked, fresh = run_all(config, Isolation.FORK, only), run_all(config, Isolation.SPAWN, only)
    assert forked.keys() == fresh.keys()
    assert forked
    return {
        name: {
            key: (forked[name][key], fresh[name][key])
            for key in fresh[name]
            if forked[name][key] != fresh[name][key]
        }
        for name in fresh
        if forked[name] != fresh[name]
    }


def test_a_sample_does_the_same_forked_and_in_fresh_interpreters(tmp_path: Path) -> None:
    for folder in ("docs", "snippets/topic"):
        (tmp_path / folder).mkdir(parents=True)
    for name, text in SAMPLE.items():
        (tmp_path / "snippets/topic" / f"{name}.py").write_text(dedent(text) + "\n", encoding="utf-8")
    (tmp_path / "snippets/topic/neighbour.py").write_text("NAME = __name__\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.snippets-runner]\njobs = 2\n", encoding="utf-8")

    assert differences(load_config(tmp_path)) == {}


@pytest.mark.skipif("NIGHTLY" not in os.environ, reason="runs every snippet twice: `make nightly`")
def test_every_snippet_of_the_site_does_the_same_forked_and_in_fresh_interpreters() -> None:
    config = load_config(ROOT)
    # A server may answer late, once, on a machine that has much to do. What the isolation changes, it changes again.
    once = differences(config)
    assert (differences(config, once.keys()) if once else {}) == {}
