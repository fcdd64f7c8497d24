"""Programs that a snippet starts itself: each does one small thing with a configuration of the snippet's."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from pools import NewCorner

from snippets_runner.services.ports import free_port
from snippets_runner.services.programs import PROGRAMS

BINARIES = {"varnish": "varnishd"}


@contextmanager
def running(environment: dict[str, str], *command: str, folder: Path) -> Iterator[None]:
    """Start a program as a snippet would, with its ``PATH`` and in its folder."""
    path = f"{environment['PATH']}:/usr/bin:/bin"
    program = shutil.which(command[0], path=path)
    assert program
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            [program, *command[1:]],
            cwd=folder,
            env={"PATH": path, "HOME": str(folder)},
            stdout=log,
            stderr=log,
        )
    try:
        yield
    except BaseException:
        print((folder / "log").read_text(errors="replace")[-2000:])
        raise
    finally:
        process.terminate()
        process.wait(timeout=20)


def get(url: str, *, within: float = 20) -> tuple[str, str]:
    """Return body and ``X-Cache`` of a page as soon as there is one."""
    deadline = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.read().decode(), response.headers.get("X-Cache", "")
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@pytest.mark.parametrize("name", [each.name for each in PROGRAMS])
def test_the_program_and_no_other_lies_on_the_path(corner: NewCorner, name: str) -> None:
    folder = Path(corner(name)["PATH"])

    assert os.listdir(folder) == [BINARIES.get(name, name)]


def test_pgbouncer_runs_as_root_too_and_reaches_the_database(corner: NewCorner, tmp_path: Path) -> None:
    parts, port = urlsplit(corner("postgres")["DATABASE_URL"]), free_port()
    tmp_path.joinpath("bouncer.ini").write_text(
        f"[databases]\nshop = host=127.0.0.1 port={parts.port} dbname={parts.path[1:]} user=postgres\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\nunix_socket_dir =\n"
    )
    url = f"postgresql://postgres@127.0.0.1:{port}/shop"
    with running(corner("pgbouncer"), "pgbouncer", "bouncer.ini", folder=tmp_path):
        for _ in range(200):
            try:
                with psycopg.connect(url) as connection:
                    assert connection.execute("SELECT current_database()").fetchone() == (parts.path[1:],)
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        pytest.fail("PgBouncer did not answer")


def test_varnish_compiles_a_configuration_with_its_modules_and_caches(
    corner: NewCorner, tmp_path: Path
) -> None:
    port, origin = free_port(), free_port()
    tmp_path.joinpath("cache.vcl").write_text(
        f"""vcl 4.1; import std;
        backend default {{ .host = "127.0.0.1"; .port = "{origin}"; }}
        sub vcl_deliver {{ set resp.http.X-Cache = std.toupper("hits ") + obj.hits; }}"""
    )
    tmp_path.joinpath("Caddyfile").write_text(
        f"{{\n admin off\n}}\nhttp://127.0.0.1:{origin} {{\n header Cache-Control max-age=60\n respond hello\n}}\n"
    )
    where = ["-a", f"127.0.0.1:{port}", "-n", str(tmp_path / "varnish")]
    with (
        running(corner("caddy"), "caddy", "run", folder=tmp_path),
        running(
            corner("varnish"), "varnishd", "-F", "-f", str(tmp_path / "cache.vcl"), *where, folder=tmp_path
        ),
    ):
        get(f"http://127.0.0.1:{origin}/")
        assert get(f"http://127.0.0.1:{port}/") == ("hello", "HITS 0")
        assert get(f"http://127.0.0.1:{port}/") == ("hello", "HITS 1")


def test_envoy_answers_by_its_configuration(corner: NewCorner, tmp_path: Path) -> None:
    port = free_port()
    tmp_path.joinpath("envoy.yaml").write_text(
        f"""
static_resources:
  listeners:
  - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {port} }} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: shop
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {{ prefix: "/" }}
                direct_response: {{ status: 200, body: {{ inline_string: "from envoy" }} }}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }}
"""
    )
    with running(corner("envoy"), "envoy", "-c", "envoy.yaml", "--disable-hot-restart", folder=tmp_path):
        assert get(f"http://127.0.0.1:{port}/") == ("from envoy", "")
