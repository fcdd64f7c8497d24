"""What a warm worker imported beforehand: recorded while it is imported, then hidden, and handed back on real imports.

What a module asks for when it is imported, to be called after a fork or at exit, waits likewise: in a fresh interpreter
nobody has asked yet, and to call it costs a child more than most snippets do.

A program's file that is imported before anything else may be, so it imports nothing but what is built in.
"""

from __future__ import annotations

import atexit
import builtins
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from importlib.machinery import ModuleSpec
    from types import FrameType, ModuleType
    from typing import Any

    Call = Callable[[], object]


class Recorder:
    """Takes note of which module's import brings which others, until it is removed."""

    def __init__(self) -> None:
        """Begin to record."""
        self.brings: dict[str, set[str]] = {}
        self.asked: dict[str, list[tuple[Call, tuple[Call, ...]]]] = {}
        """By module: what asks for a call at exit or at a fork, and what such a call would have done meanwhile."""
        self._recording = False
        self._real_exit, self._real_fork = atexit.register, os.register_at_fork
        self.install()

    def install(self) -> None:
        """Remember the real import, and record from now on."""
        self._real = builtins.__import__
        builtins.__import__ = self._import
        import importlib

        self._real_module = importlib.import_module
        importlib.import_module = self._import_module
        atexit.register = self._at_exit
        os.register_at_fork = self._at_fork
        self._recording = True

    def remove(self) -> None:
        """Put the real import back."""
        import importlib

        builtins.__import__ = self._real
        importlib.import_module = self._real_module
        atexit.register = self._real_exit
        os.register_at_fork = self._real_fork
        self._recording = False

    def _at_exit(self, function: Any, /, *words: Any, **named: Any) -> Any:
        """Keep what a module wants to be called at exit."""
        self._keep(sys._getframe(1), lambda: self._real_exit(function, *words, **named), ())
        return function

    def _at_fork(self, **hooks: Any) -> None:
        """Keep what a module wants to be called at a fork; when it is handed back, it has missed one."""
        missed = tuple(hooks[moment] for moment in ("before", "after_in_child") if moment in hooks)
        self._keep(sys._getframe(1), lambda: self._real_fork(**hooks), missed)

    def _keep(self, frame: FrameType, ask: Call, missed: tuple[Call, ...]) -> None:
        """Keep it while there is recording; a module may have kept one of these functions for longer."""
        if self._recording:
            self.asked.setdefault(frame.f_globals.get("__name__", ""), []).append((ask, missed))
        else:
            ask()

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

    def forget(self, names: Collection[str]) -> None:
        """Forget what modules brought that are the worker's own; snippets may have some of the same name."""
        for name in names:
            sys.modules.pop(name, None)
            self.brings.pop(name, None)

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

    All is worked out, and hidden, before the first fork: what a child has to do costs the memory that it touches.
    """

    def __init__(self, recorder: Recorder, *, at_start: Collection[str]) -> None:
        """Work out what a fresh interpreter would not have; nothing is taken away yet."""
        from importlib.machinery import ModuleSpec

        self._new_spec = ModuleSpec
        self._modules = {
            name: module
            for name, module in sys.modules.items()
            if name not in at_start and name != "__main__"
        }
        self._specs = {
            name: (getattr(module, "__spec__", None), getattr(module, "__loader__", None))
            for name, module in self._modules.items()
        }
        self._brings = {name: tuple(recorder.closure(name) - {name}) for name in self._modules}
        self._attributes: dict[str, tuple[ModuleType, str]] = {}
        self._seen: frozenset[str] = frozenset()
        self._path = frozenset(sys.path)
        self._handed = 0
        self._asked = {name: asked for name, asked in recorder.asked.items() if name in self._modules}
        for name in set(recorder.asked).difference(self._asked):  # seen by all; or its import has failed
            for ask, _ in recorder.asked.pop(name) if name in sys.modules else ():
                ask()
        for name, module in self._modules.items():
            parent, _, child = name.rpartition(".")
            holder = sys.modules.get(parent)
            own = name in self._brings.get(parent, ())
            if holder is not None and not own and holder.__dict__.get(child) is module:
                self._attributes[name] = holder, child

    def hide(self) -> None:
        """Take every module that a fresh interpreter would not have out of sight, and hand back from now on."""
        for name in self._modules:
            sys.modules.pop(name, None)
        for holder, child in self._attributes.values():
            holder.__dict__.pop(child, None)
        self._seen = frozenset(sys.modules)
        sys.meta_path.insert(0, self)

    def hide_again(self) -> None:
        """Do it once more in a forked child, if the worker itself has imported something meanwhile."""
        if len(sys.modules) != len(self._seen):
            for name in [each for each in sys.modules if each not in self._seen]:
                del sys.modules[name]
            for holder, child in self._attributes.values():
                holder.__dict__.pop(child, None)

    def show(self) -> None:
        """Put everything back where it was before it was hidden."""
        sys.meta_path.remove(self)
        sys.modules.update(self._modules)
        for name, (holder, child) in self._attributes.items():
            holder.__dict__[child] = self._modules[name]

    def unknown(self) -> list[str]:
        """Return the modules that a child has imported really, since they were not here."""
        if len(sys.modules) <= len(self._seen) + self._handed:
            return []
        return [name for name in sys.modules if name not in self._seen and name not in self._modules]

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Offer a module that is in the stash, unless a fresh interpreter would find another of its name."""
        if name not in self._modules or self._is_another(name):
            return None
        return self._new_spec(name, self)  # type: ignore[arg-type]

    def _is_another(self, name: str) -> bool:
        """Tell whether there is one of that name in a folder that comes first for the snippet: its own."""
        parent = name.rpartition(".")[0]
        if parent:
            return sys.modules.get(parent) is not self._modules.get(parent, sys.modules.get(parent))
        if name in sys.builtin_module_names:
            return False
        for entry in sys.path:
            if entry in self._path:
                return False
            if any(os.path.isfile(f"{entry or '.'}/{name}{end}") for end in (".py", "/__init__.py")):
                return True
        return False

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Hand back the module, and first all that its import would have brought."""
        for name in self._brings[spec.name]:
            if name in self._modules and name not in sys.modules:
                sys.modules[name] = self._modules[name]
                self._handed += 1
        self._handed += 1
        for name in self._brings[spec.name]:
            if name in self._attributes and name in sys.modules:
                holder, child = self._attributes[name]
                holder.__dict__.setdefault(child, sys.modules[name])
        for name in (*self._brings[spec.name], spec.name):
            for ask, missed in self._asked.pop(name, ()):
                for call in missed:
                    call()
                ask()
        return self._modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own specification back; it was executed long ago."""
        module.__spec__, module.__loader__ = self._specs.get(module.__name__, (None, None))
