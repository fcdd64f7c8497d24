"""Run jobs on the workers of a Dask cluster that is already there; each is to a job what this machine is elsewhere.

A plugin on every worker process holds a ``LocalExecutor`` and a ``ServicePool`` of its own, both made when its first
job comes and closed when the run ends or the worker does. When a worker is lost, the scheduler gives its jobs to
another, and a future has one result only, so nothing is lost and nothing is told twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from snippets_runner.conditions import Conditions
from snippets_runner.config import Config
from snippets_runner.errors import CannotRunError, WorkerError
from snippets_runner.local import LocalExecutor
from snippets_runner.markdown import read_source
from snippets_runner.model import Ending, Job, Result
from snippets_runner.services.locate import on_path
from snippets_runner.services.pool import ServicePool

try:
    from distributed import Client, KilledWorker, Worker, WorkerPlugin, get_worker
except ImportError as error:
    raise CannotRunError(
        "the package `distributed` is not installed", hint="pip install 'snippets-runner[dask]'"
    ) from error

HINT = "start one with `dask scheduler` and `dask worker`, and install snippets-runner for both"
CONNECT = 10.0
"""Seconds to reach the scheduler and find a worker there."""
ALONE = 30.0
"""Seconds without any worker after which a run is given up."""


class Bench(WorkerPlugin):
    """What one worker process needs to run snippets; made on first need."""

    def __init__(self, config: Config, *, preload: Sequence[str] | None, conditions: Conditions) -> None:
        """Say how snippets run; the interpreter is the worker's own."""
        self._config, self._preload = config, preload
        self._seed, self._timezone, self._wrapped = (
            conditions.seed,
            conditions.timezone,
            conditions.bubblewrap,
        )

    def setup(self, worker: Worker) -> None:
        """Begin with nothing on a worker that has come."""
        self._threads = worker.state.nthreads
        self._lock, self._stack, self._closed = threading.Lock(), contextlib.ExitStack(), False
        self._executor: LocalExecutor | None = None

    async def teardown(self, worker: Worker) -> None:
        """End what runs, and the services."""
        await asyncio.to_thread(self._close)

    def run(self, job: Job) -> Result:
        """Run a job as this machine would, if what it takes is here."""
        if problem := self._missing(job):
            return Result(
                ending=Ending.NOT_STARTED, status=0, stdout="", stderr="", seconds=0.0, problem=problem
            )
        with self._lock:
            if self._closed:
                raise WorkerError("the run has ended")
            if self._executor is None:
                self._executor = self._open()
        return self._executor.submit(job).result()

    def _open(self) -> LocalExecutor:
        pool = self._stack.enter_context(ServicePool(cache=self._config.cache_folder))
        executor = LocalExecutor(
            pool,
            workers=self._threads,
            preload=self._preload,
            conditions=Conditions(seed=self._seed, timezone=self._timezone, bubblewrap=self._wrapped),
        )
        self._stack.callback(executor.close)
        return executor

    def _close(self) -> None:
        with self._lock:
            self._closed = True
        self._stack.close()

    def _missing(self, job: Job) -> str:
        file = job.snippet.file
        if self._wrapped and on_path("bwrap") is None:
            return "bubblewrap is not on a Dask worker, and `isolation` asks for it"
        try:
            same = read_source(file, root=self._config.root).text == job.snippet.source.text
        except (OSError, UnicodeDecodeError):
            return f"a Dask worker has no file {file}: workers need the same project in the same folder"
        return "" if same else f"a Dask worker has another version of {file}"


def run_here(bench: str, job: Job) -> Result:
    """Run a job on the worker that this is called on."""
    plugin = get_worker().plugins[bench]
    assert isinstance(plugin, Bench)
    return plugin.run(job)


def _connect(address: str) -> Any:
    try:
        return Client(address, timeout=CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise CannotRunError(f"no Dask scheduler answers at {address}: {error}", hint=HINT) from error


class DaskExecutor:
    """Runs jobs on the workers of a cluster."""

    def __init__(
        self, address: str, *, config: Config, preload: Sequence[str] | None, conditions: Conditions
    ) -> None:
        """Connect, and put a bench on every worker.

        Raises:
            CannotRunError: the scheduler does not answer, has no worker, or its workers lack this package.
        """
        self._bench = f"snippets-runner-{uuid.uuid4().hex}"
        self._running: dict[Future[Result], Any] = {}
        self._closed = threading.Event()
        self._client = _connect(address)
        try:
            self._client.wait_for_workers(1, timeout=CONNECT)
            plugin = Bench(config, preload=preload, conditions=conditions)
            self._client.register_plugin(plugin, name=self._bench)
        except Exception as error:
            self._client.close()
            raise CannotRunError(f"the cluster at {address} has no worker: {error}", hint=HINT) from error
        self._watch = threading.Thread(target=self._look_after, name="cluster", daemon=True)
        self._watch.start()

    def submit(self, job: Job) -> Future[Result]:
        """Give the job to the scheduler."""
        slim = replace(job, snippet=replace(job.snippet, shown=(), sections={}), looks={})
        future: Future[Result] = Future()
        task = self._client.submit(run_here, self._bench, slim, pure=False)
        self._running[future] = task
        task.add_done_callback(lambda done: self._done(future, done))
        return future

    def _done(self, future: Future[Result], task: Any) -> None:
        """Hand over what a task gave; a snippet whose workers were all lost has vanished with them."""
        if self._running.pop(future, None) is None or not future.set_running_or_notify_cancel():
            return  # given up already, or forgotten
        error = CannotRunError("the run has ended") if task.cancelled() else task.exception()
        if isinstance(error, KilledWorker):
            problem = "every Dask worker that ran it was lost; it may be what ends them"
            future.set_result(
                Result(ending=Ending.VANISHED, status=-9, stdout="", stderr="", seconds=0.0, problem=problem)
            )
        elif error is not None:
            future.set_exception(error)
        else:
            future.set_result(task.result())

    def _look_after(self) -> None:
        """Give up when no worker has been there for a while: the scheduler itself would wait for ever."""
        alone: float | None = None
        while not self._closed.wait(0.5):
            workers = self._client.scheduler_info(n_workers=-1)["workers"]
            alone = None if workers else alone or time.monotonic()
            if alone is not None and time.monotonic() - alone > ALONE:
                for future in list(self._running):
                    if self._running.pop(future, None) is not None and future.set_running_or_notify_cancel():
                        future.set_exception(WorkerError("the cluster has no worker left"))

    def close(self) -> None:
        """Forget what waits, end what runs, and take the benches away."""
        self._closed.set()
        self._watch.join()
        self._client.cancel(list(self._running.values()))
        with contextlib.suppress(Exception):  # a worker that is being lost can't answer, and has nothing left
            self._client.unregister_worker_plugin(self._bench)
        self._client.close()
