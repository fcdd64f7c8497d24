# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["nginx"]
# timeout = 30
# ///
"""Move the paths of a monolith to a new service, one by one, while clients keep asking."""

import itertools
import signal
import threading
from contextlib import ExitStack
from pathlib import Path

import httpx
from snippet_support import free_port, running, serve, wait_until, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

work_in_temporary_folder()
PATHS = ["/catalog", "/orders", "/invoices"]
answers: list[tuple[str, str]] = []  # for each request: its path, and who answered
# --8<-- [start:nginx]
NGINX = """
daemon off; pid nginx.pid; events {}
http {
  access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
  fastcgi_temp_path tmp; scgi_temp_path tmp; uwsgi_temp_path tmp;
  server {
    listen 127.0.0.1:PORT;
    include moved*.conf;
    location / { proxy_pass MONOLITH; }
  }
}
"""


def route(moved: list[str], service: str) -> None:
    """Write the one file that changes: a line for each path that has moved."""
    lines = [f"location {path} {{ proxy_pass {service}; }}\n" for path in moved]
    Path("moved.conf").write_text("".join(lines))
# --8<-- [end:nginx]


def shop(name: str, version: int = 2) -> Starlette:
    def endpoint(request: Request) -> JSONResponse:
        price = int(request.query_params.get("price", 0))
        if request.url.path == "/invoices":  # version 1 rounds 2.5 to 2
            price += round(price * 0.25) if version == 1 else (price * 25 + 50) // 100
        return JSONResponse(price, headers={"served-by": name})

    return Starlette(routes=[Route(path, endpoint) for path in PATHS])


def keep_asking(port: int) -> None:
    """A client that opens a connection for each request and never retries."""
    with httpx.Client(limits=httpx.Limits(max_keepalive_connections=0)) as http:
        for path in itertools.cycle(PATHS):
            try:
                reply = http.get(f"http://127.0.0.1:{port}{path}")
                answers.append((path, reply.headers.get("served-by", "nobody")))
            except httpx.TransportError:
                answers.append((path, "nobody"))


def settle(moved: list[str]) -> int:
    """Wait for thirty right answers in a row; return how many have failed so far."""
    right = {path: "service" if path in moved else "monolith" for path in PATHS}
    after = len(answers) + 30
    wait_until(lambda: len(answers) > after and all(right[p] == b for p, b in answers[-30:]))
    return sum(by == "nobody" for _, by in answers)


def main(stack: ExitStack, old: ExitStack, http: httpx.Client) -> None:
    monolith = old.enter_context(serve(shop("monolith")))
    first, second = (stack.enter_context(serve(shop("service", version))) for version in (1, 2))
    port = free_port()
    Path("nginx.conf").write_text(NGINX.replace("PORT", str(port)).replace("MONOLITH", monolith))
    nginx: list[str | Path] = ["nginx", "-e", "stderr", "-p", Path.cwd(), "-c", "nginx.conf"]
    # --8<-- [start:move]
    with running(nginx, port=port):
        threading.Thread(target=keep_asking, args=(port,), daemon=True).start()
        settle([])
    wait_until(lambda: answers[-1][1] == "nobody")
    with running(nginx, port=port) as front:
        lost = settle([])
        print(f"nginx stopped and started: requests failed: {lost > 0}")

        def switch(moved: list[str], service: str) -> int:
            route(moved, service)
            front.send_signal(signal.SIGHUP)
            return settle(moved) - lost

        moved = 0
        for path, target in [*((path, first) for path in PATHS), ("/invoices", second)]:
            asks = [f"{path}?price={price}" for price in range(40)]
            same = sum(
                http.get(monolith + q).text == http.get(target + q).text for q in asks
            )
            moved += same == len(asks)
            failed = switch(PATHS[:moved], target)
            print(f"{path}: {same} of 40 answers equal, {moved} moved, {failed} failed")
        switch(PATHS[:2], second)
        print(f"/invoices back, and out again: {switch(PATHS, second)} failed")
        old.close()
        failed = settle(PATHS) - lost
        print(f"monolith switched off; {failed} failed requests during the move")
        assert lost > 0 and moved == 3 and failed == 0
    # --8<-- [end:move]


if __name__ == "__main__":
    with ExitStack() as stack, ExitStack() as old, httpx.Client() as http:
        main(stack, old, http)
