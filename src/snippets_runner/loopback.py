"""A network that ends at this machine: what a run starts sees the loopback interface and nothing else.

The calling thread moves into a network namespace of its own; every thread and process that it starts from then on is
in it too, services and snippets alike, and they reach each other on 127.0.0.1 as ever. Root may always do so; anybody
else by way of a user namespace, which only a process with one thread can enter, and never leave.

Sources: ``network_namespaces(7)``, ``user_namespaces(7)``, ``netdevice(7)``.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


@contextlib.contextmanager
def loopback_only(*, wanted: bool = True) -> Iterator[bool]:
    """Put this thread into a network of its own for a while; yields whether that was possible.

    Without root the thread stays in it: use it where the process ends soon after.
    """
    if not wanted or not sys.platform.startswith("linux"):
        yield False
        return
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        entered = _enter(libc)
        yield entered
        if entered:
            libc.setns(before, CLONE_NEWNET)
    finally:
        os.close(before)


def _enter(libc: ctypes.CDLL) -> bool:
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWNET):
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
            return False
        with contextlib.suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    return _raise_loopback()


def _raise_loopback() -> bool:
    """Switch the interface ``lo`` on; a new namespace has it switched off."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        try:
            request = struct.pack("16sh22x", b"lo", 0)
            flags = struct.unpack("16sh22x", fcntl.ioctl(handle, SIOCGIFFLAGS, request))[1]
            fcntl.ioctl(handle, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | IFF_UP))
        except OSError:
            return False
    return True
