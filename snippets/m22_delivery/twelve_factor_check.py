# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "redis>=5.2", "ruff>=0.9", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["git", "redis"]
# isolation = { redis = "process" }
# timeout = 120
# ///
"""Twelve checks, one a factor, on a sample app that runs: nine hold, three violations are found."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
from factors import codebase, config, dependencies, make_repository, parity
from redis import Redis
from snippet_support import free_port, running, wait_until, work_in_temporary_folder

HERE = Path(__file__).resolve().parent
work_in_temporary_folder()
make_repository((HERE / "shop_app.py").read_text())
subprocess.run([sys.executable, "-m", "zipapp", "src", "-o", "shop.pyz"], check=True)
SHOP, PORTS = [sys.executable, "shop.pyz"], [free_port() for _ in range(3)]
FIRST = os.environ["REDIS_URL"].removesuffix("/0") + "/0"
SECOND = FIRST.removesuffix("/0") + "/1"


# --8<-- [start:checks]
def environment(number: int) -> dict[str, str]:
    """What differs between deploys, and nothing else: port 2 is a deploy of its own."""
    url = SECOND if number == 2 else FIRST
    return {**os.environ, "REDIS_URL": url, "PORT": str(PORTS[number])}


def ask(number: int, path: str, method: str = "GET") -> str:
    url = f"http://127.0.0.1:{PORTS[number]}{path}"
    return httpx.request(method, url, timeout=40).text


def backing_services() -> str:
    stocks = [ask(0, "/stock"), ask(2, "/stock")]
    return "" if stocks == ["7", "9"] else f"another URL, the same answer: {stocks}"


def build_release_run() -> str:
    return "" if Path("shop.pyz").read_bytes() == BUILT else "the build changed while it ran"


def processes() -> str:
    ask(0, "/cart/ida", "POST")
    here, there = ask(0, "/cart/ida"), ask(1, "/cart/ida")
    return "" if here == there else f"cart of {here} here, of {there} there"
# --8<-- [end:checks]


# --8<-- [start:more]
def port_binding() -> str:
    free = [n for n in (0, 1, 2) if ask(n, "/stock") == ""]
    return f"no answer from {free}" if free else ""


def concurrency() -> str:
    types = [line.split(":")[0] for line in Path("Procfile").read_text().splitlines()]
    ask(0, "/order/1")
    ask(1, "/order/2")
    done = ("done /order/1", "done /order/2")
    both = wait_until(lambda: redis.exists(*done) == 2, timeout=40)
    ok = both and {"web", "worker"} <= set(types)
    return "" if ok else "one process must do it all"


def disposability() -> str:
    env = environment(0) | {"PORT": str(port := free_port())}
    with running([*SHOP, "web"], port=port, env=env, timeout=40) as web:
        web.send_signal(signal.SIGTERM)
        status = web.wait(timeout=40)
    return "" if status == 0 else f"SIGTERM: exit status {status}"


def logs() -> str:
    files = [path.name for path in Path().glob("*.log")]
    return f"written to a file, {', '.join(files)}" if files else ""


def admin_processes() -> str:
    once = subprocess.run([*SHOP, "migrate"], env=environment(0))
    return "" if once.returncode == 0 else f"migrate: exit status {once.returncode}"
# --8<-- [end:more]


CHECKS: list[Callable[[], str]] = [
    codebase, dependencies, config, backing_services, build_release_run, processes, port_binding,
    concurrency, disposability, parity, logs, admin_processes,
]
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
BUILT, redis = Path("shop.pyz").read_bytes(), Redis.from_url(FIRST)
redis.set("stock", 7)
Redis.from_url(SECOND).set("stock", 9)
# --8<-- [start:run]
with (
    running([*SHOP, "web"], env=environment(0), port=PORTS[0], timeout=40),
    running([*SHOP, "web"], env=environment(1), port=PORTS[1], timeout=40),
    running([*SHOP, "web"], env=environment(2), port=PORTS[2], timeout=40),
    running([*SHOP, "worker"], env=environment(0)),
):
    problems = {check.__name__: check() for check in CHECKS}
for number, (factor, problem) in zip(ROMAN, problems.items(), strict=True):
    name = factor.replace("_", " ")
    print(f"{number:<5}{name:<18}{f'FOUND  {problem}' if problem else 'ok'}")
found = [factor for factor, problem in problems.items() if problem]
print(f"{len(problems) - len(found)} ok, {len(found)} found")
assert found == ["config", "processes", "logs"]
# --8<-- [end:run]
