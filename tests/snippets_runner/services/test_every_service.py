"""What holds for every service: it tells its version, starts beside the others, takes somebody else's, and ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pools import CACHE, VARIABLES, fresh_pool, processes_below

from snippets_runner.errors import ServiceError
from snippets_runner.model import ServiceName
from snippets_runner.services.pool import SERVICES, ServicePool
from snippets_runner.services.service import External, Missing, Program

SLOW = {"rabbitmq"}
"""Takes seconds to start; its own test starts it."""

HOLD_ALL = """
import json, sys, threading
from pathlib import Path
from snippets_runner.services.pool import SERVICES, ServicePool
from snippets_runner.services.service import Missing

pool = ServicePool(cache=Path(sys.argv[1]))
names = [name for name in SERVICES if name not in sys.argv[2:]]
names = [name for name, found in pool.locate(names).items() if not isinstance(found, Missing)]
pool.prestart(names)
for name in names:
    for isolation in SERVICES[name].isolations:
        pool.corner(name, isolation=isolation)
print(json.dumps([str(pool.folder), names]), flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in SLOW])
def test_it_tells_its_version_and_is_found_by_the_variables_it_promises(
    pool: ServicePool, name: ServiceName
) -> None:
    found = pool.locate([name])[name]
    if isinstance(found, Missing):
        pytest.skip(f"{found.reason} ({found.hint})")
    made, server = pool.corner(name, isolation=None)
    made.release()

    assert isinstance(found, Program)
    assert set(made.environment) == set(SERVICES[name].variables)
    assert re.match(r"\d+\.\d+", server.version)


def test_nothing_is_left_when_the_runner_is_killed() -> None:
    environment = {key: value for key, value in os.environ.items() if key not in VARIABLES}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_ALL, str(CACHE), *SLOW],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout
    line = process.stdout.readline()
    assert line, "the services did not start"
    folder, names = json.loads(line)
    assert len(names) > 3
    assert len(processes_below(Path(folder))) >= 4

    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    deadline = time.monotonic() + 10
    while (processes_below(Path(folder)) or Path(folder).exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_below(Path(folder)) == []
    assert not Path(folder).exists()


EXTERNAL = {
    "dns": "DNS_SERVER",
    "etcd": "ETCD_ENDPOINT",
    "memcached": "MEMCACHE_SERVERS",
    "nats": "NATS_URL",
    "oidc": "OIDC_ISSUER",
    "otlp": "OTEL_EXPORTER_OTLP_ENDPOINT",
    "postgres": "DATABASE_URL",
    "redis": "REDIS_URL",
    "s3": "S3_ENDPOINT_URL",
    "smtp": "SMTP_URL",
}
"""The variable that leads to somebody else's server."""


def test_every_server_that_may_be_somebody_else_s_is_tried() -> None:
    programs = {name for name, service in SERVICES.items() if not set(service.variables) - {"PATH"}}
    assert programs | set(EXTERNAL) | SLOW == set(SERVICES)


@pytest.mark.parametrize("name", EXTERNAL)
def test_a_server_that_runs_already_is_used(
    pool: ServicePool, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(found := pool.locate([ServiceName(name)])[ServiceName(name)], Missing):
        pytest.skip(f"{found.reason} ({found.hint})")
    theirs, _ = pool.corner(ServiceName(name), isolation=None)
    with fresh_pool() as other:
        for variable, value in theirs.environment.items():
            if variable != "PATH":
                monkeypatch.setenv(variable, value)
        located = other.locate([ServiceName(name)])[ServiceName(name)]
        mine, server = other.corner(ServiceName(name), isolation=None)

        assert located == External(url=theirs.environment[EXTERNAL[name]], variable=EXTERNAL[name])
        assert EXTERNAL[name] in mine.environment
        assert server.version
        mine.release()
    theirs.release()


@pytest.mark.parametrize(("name", "url"), [(name, "//127.0.0.1:1/9") for name in EXTERNAL])
def test_an_address_where_nobody_answers_is_told(
    name: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_pool() as pool:
        monkeypatch.setenv(EXTERNAL[name], f"http:{url}")
        with pytest.raises(ServiceError, match=EXTERNAL[name]):
            pool.corner(ServiceName(name), isolation=None)
