# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Servers behind HAProxy, and its admin socket."""

import csv
import socket
import subprocess
import sys
from pathlib import Path

from snippet_support import free_port, wait_until
from snippet_support.network import accepts

# --8<-- [start:haproxy]
HAPROXY = """
global
    stats socket unix@admin level admin
defaults
    mode http
    retries 0
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    option httpchk GET /ready
    default-server check inter 100ms fall 2 rise 1
frontend public
    bind 127.0.0.1:{front}
    use_backend %[str(live),map(live.map)]
backend blue
    balance roundrobin
    {blue}
backend green
    balance roundrobin
    {green}
"""
# --8<-- [end:haproxy]
BLUE, GREEN = ([f"{pool}/s{i}" for i in range(5)] for pool in ("blue", "green"))
PORT = {slot: free_port() for slot in [*BLUE, *GREEN, "front"]}
process: dict[str, subprocess.Popen[bytes]] = {}


def write_config() -> None:
    def lines(slots: list[str]) -> str:
        each = (f"server {s.split('/')[1]} 127.0.0.1:{PORT[s]} weight 100" for s in slots)
        return "\n    ".join(each)

    Path("live.map").write_text("live blue\n")
    config = HAPROXY.format(front=PORT["front"], blue=lines(BLUE), green=lines(GREEN))
    Path("haproxy.cfg").write_text(config)


def admin(command: str) -> str:
    with socket.socket(socket.AF_UNIX) as haproxy:
        haproxy.connect("admin")
        haproxy.sendall(f"{command}\n".encode())
        return b"".join(iter(lambda: haproxy.recv(65536), b"")).decode()


def stat(slot: str, name: str) -> str:
    rows = csv.DictReader(admin("show stat").removeprefix("# ").splitlines())
    return next(row[name] for row in rows if f"{row['pxname']}/{row['svname']}" == slot)


def start(slot: str, version: str, connections: int = 0) -> None:
    command = [sys.executable, "-S", str(Path(__file__).with_name("release_app.py"))]
    command += [str(PORT[slot]), version, str(connections)]
    null = subprocess.DEVNULL  # a proxy that closes its connection is no news
    process[slot] = subprocess.Popen(command, stdout=null, stderr=null)
    wait_until(lambda: accepts(PORT[slot]), timeout=30, what=f"{slot} to listen")


def healthy(slots: list[str]) -> None:
    def up() -> bool:
        return all(stat(slot, "status") == "UP" for slot in slots)

    wait_until(up, timeout=30, what="the proxy to see them up")


def idle(slot: str) -> None:
    wait_until(lambda: stat(slot, "scur") == "0", timeout=30, what=f"{slot} to be idle")


def stop(slot: str) -> None:
    process[slot].terminate()
    process.pop(slot).wait()


def stop_all() -> None:
    for slot in list(process):
        stop(slot)
