"""A real process that is ready when the ``with`` block begins and gone when it ends."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from snippet_support.network import accepts
from snippet_support.wait import wait_until


# --8<-- [start:running]
@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    port: int | None = None,
    ready: Callable[[], object] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: str | Path | None = None,
    timeout: float = 5.0,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` until the block ends; give it SIGTERM then, and SIGKILL two seconds later.

    The block starts when ``port`` accepts connections, or when ``ready()`` is true. What the process prints goes
    to a temporary file, and is part of the error if the process dies early.

    Raises:
        RuntimeError: the process ended before it was ready.
        TimeoutError: it was not ready after ``timeout`` seconds.
    """
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, env=env, cwd=cwd)

        def is_ready() -> bool:
            if process.poll() is not None:
                log.seek(0)
                said = log.read().decode(errors="replace").strip()
                raise RuntimeError(f"{command[0]} ended with status {process.returncode}: {said[-800:]}")
            return bool(ready()) if ready is not None else port is None or accepts(port)

        try:
            wait_until(is_ready, timeout=timeout, what=f"{command[0]} to be ready")
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


# --8<-- [end:running]
