# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Three replicas as processes, and a network that breaks: refuse, or answer and reconcile."""

import socket
from contextlib import ExitStack, suppress
from functools import partial
from multiprocessing import Process
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Any
from xmlrpc.client import ServerProxy
from xmlrpc.server import SimpleXMLRPCServer

Entry = list[Any]  # [writes of each replica that it has seen, what is in the cart]
LOCAL, cut = ("127.0.0.1", 0), False
AT = "http://127.0.0.1:{}"


# --8<-- [start:replica]
class Replica:
    def __init__(self, name: str, mode: str, peers: list[int]) -> None:
        self.name, self.mode, self.peers = name, mode, peers
        self.store, self.conflicts = dict[str, Entry](), 0

    def others(self, method: str, *values: Any) -> list[Any]:
        answers = []
        for peer in self.peers:
            with suppress(OSError):  # no answer: gone, slow or cut off, who knows
                answers.append(getattr(ServerProxy(AT.format(peer)), method)(*values))
        return answers

    def put(self, key: str, item: str) -> str:
        clock = self.entry(key)[0]
        new = [clock | {self.name: clock.get(self.name, 0) + 1}, [item]]
        if not self.others("merge", key, new) and self.mode == "CP":
            return "refused"  # with itself it is one of three
        self.merge(key, new)
        return "written"

    def get(self, key: str) -> Any:
        entries = self.others("entry", key) if self.mode == "CP" else [self.entry(key)]
        for entry in entries:
            self.merge(key, entry)
        return self.entry(key)[1] if entries else "refused"

    def merge(self, key: str, new: Entry) -> int:
        """Keep the entry that has seen the other; if neither has, keep both."""
        old = self.entry(key)
        seen = {n: max(old[0].get(n, 0), new[0].get(n, 0)) for n in old[0] | new[0]}
        if seen not in (old[0], new[0]):
            self.conflicts += 1
            new = [seen, sorted({*old[1], *new[1]})]
        self.store[key] = old if seen == old[0] else new
        return self.conflicts

    def entry(self, key: str) -> Entry:
        return self.store.get(key, [{}, []])

    def sync(self) -> int:
        for key, entry in self.store.items():
            self.others("merge", key, entry)
        return self.conflicts
# --8<-- [end:replica]


def carry(port: int, crosses: bool, near: socket.socket, *_: Any) -> None:
    if cut and crosses:
        return  # hangs up; a real network would say nothing
    with socket.create_connection(("127.0.0.1", port)) as far:
        Thread(target=copy, args=(near, far), daemon=True).start()
        copy(far, near)


def copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)


def cluster(mode: str, stack: ExitStack, links: list[ThreadingTCPServer]) -> list[ServerProxy]:
    servers = {name: SimpleXMLRPCServer(LOCAL, logRequests=False) for name in "ABC"}
    ports = {name: server.socket.getsockname()[1] for name, server in servers.items()}
    for name, server in servers.items():
        ways: Any = [partial(carry, ports[to], "A" in to + name) for to in {*ports} - {name}]
        links += (mine := [ThreadingTCPServer(LOCAL, way) for way in ways])
        server.register_instance(Replica(name, mode, [it.server_address[1] for it in mine]))
        process = Process(target=server.serve_forever, daemon=True)
        process.start()
        stack.callback(process.kill)
    return [ServerProxy(AT.format(port)) for port in ports.values()]


# --8<-- [start:run]
def partition(mode: str, a: Any, b: Any, c: Any) -> None:
    global cut
    cut, keys = True, ("ann", "bo", "cy")
    left = {a.put(key, f"{key}: milk") for key in keys}
    right = {b.put(key, f"{key}: bread") for key in keys}
    print(f"{mode}, A cut off: writes to A {left}, to B {right}")
    print(f"  read from A: {a.get('ann')}, from C: {c.get('ann')}")
    cut = False
    _, conflicts = b.sync(), a.sync()
    after = [replica.get("ann") for replica in (a, b, c)]
    print(f"  healed: {conflicts} conflicts resolved, all say {after[0]}")
    assert after[0] == after[1] == after[2] and right == {"written"}
    assert (left, conflicts) == (({"refused"}, 0) if mode == "CP" else ({"written"}, 3))
# --8<-- [end:run]


if __name__ == "__main__":
    with ExitStack() as stack:
        links = list[ThreadingTCPServer]()
        systems = {mode: cluster(mode, stack, links) for mode in ("CP", "AP")}
        for link in links:
            Thread(target=link.serve_forever, daemon=True).start()
        for mode, replicas in systems.items():
            partition(mode, *replicas)
