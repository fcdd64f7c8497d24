"""Choose who runs jobs, as the settings say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from snippets_runner.conditions import Conditions
from snippets_runner.config import Config, ExecutorKind, Isolation
from snippets_runner.errors import CannotRunError, ConfigurationError
from snippets_runner.execute import Executor
from snippets_runner.local import LocalExecutor, to_preload
from snippets_runner.model import Job
from snippets_runner.services.locate import on_path
from snippets_runner.services.pool import ServicePool

Start = Callable[[Sequence[Job], Conditions], Executor]
"""Starts an executor for these jobs; whoever asks closes it."""


def is_wrapped(config: Config) -> bool:
    """Tell whether snippets run inside bubblewrap on this machine.

    Raises:
        CannotRunError: they should, and it is not here.
    """
    wrapped = config.isolation is Isolation.BUBBLEWRAP
    if wrapped and on_path("bwrap") is None:
        raise CannotRunError(
            "bubblewrap is not on this machine", hint="install bubblewrap, or set `isolation` to another"
        )
    return wrapped


def starter(config: Config, pool: ServicePool) -> Start:
    """Return the function that starts executors of the kind that is set; ``pool`` serves this machine's.

    Raises:
        ConfigurationError: Dask is set, and no scheduler.
        CannotRunError: bubblewrap is set, and not on this machine.
    """
    elsewhere = config.executor is not ExecutorKind.LOCAL
    wrapped = config.isolation is Isolation.BUBBLEWRAP if elsewhere else is_wrapped(config)

    def local(jobs: Sequence[Job], conditions: Conditions) -> Executor:
        return LocalExecutor(
            pool,
            workers=min(config.workers, len(jobs)) or 1,
            preload=to_preload(config, jobs),
            conditions=replace(conditions, bubblewrap=wrapped),
        )

    def dask(jobs: Sequence[Job], conditions: Conditions) -> Executor:
        from snippets_runner.cluster import DaskExecutor

        return DaskExecutor(
            config.scheduler,
            config=config,
            preload=to_preload(config, jobs),
            conditions=replace(conditions, bubblewrap=wrapped),
        )

    if config.executor is ExecutorKind.LOCAL:
        return local
    if not config.scheduler:
        raise ConfigurationError(
            "Dask needs the address of its scheduler", hint="for example `--scheduler tcp://127.0.0.1:8786`"
        )
    return dask
