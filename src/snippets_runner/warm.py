"""A worker that has imported beforehand what its snippets import, and forks itself for each of them.

A fresh interpreter spends most of a snippet's time on imports; a forked one has them done. The trap is that what was
imported beforehand is then visible to snippets that never import it: ``import concurrent; concurrent.futures`` works
in a process that happens to have loaded ``concurrent.futures``. So a forked child starts with the modules of a fresh
interpreter only. All others are put into a stash, their names taken off their packages, and each is handed back when
it is really imported, together with everything that its own import would have brought.

A program of its own, ``python -P warm.py FOLDER NAME…``. ``--isolation=spawn`` does without it and must give the same
results; a test compares the two.
"""

from __future__ import annotations

import sys

AT_START = frozenset(sys.modules)
"""What a fresh interpreter has loaded, before this file imports anything."""

import builtins  # noqa: E402  (nothing but built-in modules before the recorder is installed)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

READY = "ready"
"""The line that says that everything is imported."""


class Recorder:
    """Takes note of which module's import brings which others, until it is removed."""

    def __init__(self) -> None:
        """Remember the real import, and begin to record."""
        self.brings: dict[str, set[str]] = {}
        self._real = builtins.__import__
        builtins.__import__ = self._import
        import importlib

        self._real_module = importlib.import_module
        importlib.import_module = self._import_module

    def remove(self) -> None:
        """Put the real import back."""
        import importlib

        builtins.__import__ = self._real
        importlib.import_module = self._real_module

    def _import(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        absolute = name
        if level:
            package = globals.get("__package__") or globals["__name__"]
            absolute = ".".join(
                [*package.split(".")[: len(package.split(".")) - level + 1], *([name] if name else [])]
            )
        before = frozenset(sys.modules)
        module = self._real(name, globals, locals, fromlist, level)
        initialising = getattr((globals or {}).get("__spec__"), "_initializing", False)
        self._note(
            (globals or {}).get("__name__") if initialising else None, absolute, before, fromlist or ()
        )
        return module

    def _import_module(self, name: str, package: str | None = None) -> ModuleType:
        before = frozenset(sys.modules)
        module = self._real_module(name, package)
        self._note(sys._getframe(1).f_globals.get("__name__"), module.__name__, before, ())
        return module

    def _note(self, importer: str | None, name: str, before: frozenset[str], fromlist: Any) -> None:
        brought = {name, *(f"{name}.{each}" for each in fromlist if f"{name}.{each}" in sys.modules)}
        if importer:
            self.brings.setdefault(importer, set()).update(brought)
        if (
            len(brought) == 1
        ):  # else what is new may come from a submodule, which the package alone does not bring
            self.brings.setdefault(name, set()).update(set(sys.modules) - before)

    def closure(self, name: str) -> set[str]:
        """Return everything that importing ``name`` brings, its packages included."""
        seen: set[str] = set()
        queue = [name]
        while queue:
            each = queue.pop()
            if each not in seen:
                seen.add(each)
                queue += self.brings.get(each, ())
                if "." in each:
                    queue.append(each.rpartition(".")[0])
        return seen


class Stash:
    """Holds modules that were loaded beforehand, and hands each back when it is imported.

    Everything that can be known before the fork is worked out there, once; the child only takes names away.
    """

    def __init__(self, recorder: Recorder) -> None:
        """Work out what a fresh interpreter would not have; nothing is taken away yet."""
        from importlib.machinery import ModuleSpec

        self._new_spec = ModuleSpec
        self._modules = {
            name: module
            for name, module in sys.modules.items()
            if name not in AT_START and name != "__main__"
        }
        self._specs = {
            name: (getattr(module, "__spec__", None), getattr(module, "__loader__", None))
            for name, module in self._modules.items()
        }
        self._brings = {name: tuple(recorder.closure(name) - {name}) for name in self._modules}
        self._attributes: dict[str, tuple[ModuleType, str]] = {}
        for name, module in self._modules.items():
            parent, _, child = name.rpartition(".")
            holder = sys.modules.get(parent)
            own = name in self._brings.get(parent, ())
            if holder is not None and not own and holder.__dict__.get(child) is module:
                self._attributes[name] = holder, child

    def hide(self) -> None:
        """Take every module that a fresh interpreter would not have out of sight, and hand back from now on."""
        for name in self._modules:
            del sys.modules[name]
        for holder, child in self._attributes.values():
            delattr(holder, child)
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Offer a module that is in the stash."""
        return self._new_spec(name, self) if name in self._modules else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Hand back the module, and first all that its import would have brought."""
        for name in self._brings[spec.name]:
            if name in self._modules and name not in sys.modules:
                sys.modules[name] = self._modules[name]
        for name in self._brings[spec.name]:
            if name in self._attributes and name in sys.modules:
                holder, child = self._attributes[name]
                holder.__dict__.setdefault(child, sys.modules[name])
        return self._modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own specification back; it was executed long ago."""
        module.__spec__, module.__loader__ = self._specs.get(module.__name__, (None, None))


def preload(names: list[str]) -> None:
    """Import every name that can be imported; what it prints, or how it fails, is the snippet's own affair."""
    import contextlib
    import importlib
    import io
    import warnings

    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        for name in names:
            with contextlib.suppress(BaseException):
                importlib.import_module(name)
            if threads() > 1 or address_space() > ROOM:
                restart(without=name)


ROOM = 2 << 30
"""Bytes of address space that a worker may have taken: its children's limits count from there."""


def address_space() -> int:
    """Return how many bytes of address space this process has reserved."""
    import os

    try:
        with open("/proc/self/statm", "rb") as row:
            return int(row.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def threads() -> int:
    """Return how many threads this process has; a process with more than one must not fork."""
    import os

    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def restart(*, without: str) -> None:
    """Begin anew without a module whose import starts a thread, or reserves more memory than snippets are given."""
    import os

    words = [word for word in sys.argv if word != without]
    os.execv(sys.executable, [sys.executable, "-P", *words])


def finish(status: int) -> None:
    """End this process as an interpreter ends, but leave the modules of the parent alone.

    Taking them down, page by page, would cost more than most snippets do. What a snippet can notice is done in the
    interpreter's order: threads are waited for, exit functions run, the names of ``__main__`` are let go.
    """
    import atexit
    import gc
    import os
    import threading

    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    names = sys.modules["__main__"].__dict__
    for private in (True, False):
        for name in [each for each in names if each.startswith("_") == private and each != "__builtins__"]:
            names[name] = None
    gc.collect()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except Exception:
            status = 120  # as the interpreter says that what was printed is lost
    os._exit(status & 0xFF)


def main() -> None:
    """Serve as a worker; in a forked child, run the snippet and end as an interpreter does."""
    recorder = Recorder()
    import contextlib
    import gc
    import os

    if TYPE_CHECKING:
        from snippets_runner import child, worker
    else:
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
        import child
        import worker

        del sys.path[0]
    preload(sys.argv[2:])
    recorder.remove()
    stash = Stash(recorder)
    gc.collect()
    gc.freeze()
    with contextlib.suppress(BrokenPipeError):  # nobody waits any more: what follows cleans up and ends
        os.write(1, f"{READY}\n".encode())
    try:
        worker.main(fork=True)
        return
    except worker.InChild as fork:
        order, channel = fork.order, fork.channel
    stash.hide()
    finish(child.begin(order, channel))


if __name__ == "__main__":
    main()
