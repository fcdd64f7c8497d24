"""What every page depends on: Python, the packages that are installed, and the code and templates of this project."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any


def code_digest() -> str:
    """Return a digest of Python's version, the installed packages, and every loaded module that no package brought.

    A package's own files are taken to be those of its version.
    """
    made = blake2b(f"{sys.version}\n{sys.platform}".encode(), digest_size=16)
    for names in package_names():
        made.update("\n".join(names).encode())
    for path in sorted(own_modules()):
        made.update(f"{os.path.basename(path)}\n".encode())
        made.update(Path(path).read_bytes())
    return made.hexdigest()


def package_names() -> list[list[str]]:
    """Return the names and versions of the packages that are installed, folder by folder."""
    folders = sorted({path for path in sys.path if path.endswith(("site-packages", "dist-packages"))})
    listed = [os.listdir(folder) if os.path.isdir(folder) else [] for folder in folders]
    return [sorted(name for name in names if name.endswith("-info")) for names in listed]


def own_modules() -> set[str]:
    """Return the files of loaded modules outside of Python's own folders; of a package all its modules."""
    apart = tuple(f"{os.path.abspath(prefix)}{os.sep}" for prefix in (sys.prefix, sys.base_prefix))
    found: set[str] = set()
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not file or os.path.abspath(file).startswith(apart):
            continue
        if "." not in name and os.path.basename(file) == "__init__.py":
            found.update(str(path) for path in Path(file).parent.rglob("*.py"))
        elif file.endswith((".py", ".so", ".pyd")):
            found.add(os.path.abspath(file))
    return {path for path in found if os.path.isfile(path)}


def theme_settings(theme: Any) -> object:
    """Return what was given to a theme, and what it says of itself."""
    own = {name: theme[name] for name in theme if name != "locale"}
    return (own, theme.name, str(theme.locale), theme.dirs, sorted(theme.static_templates))


def of_a_package(folder: str) -> bool:
    """Return whether a folder came with Python or an installed package."""
    return os.path.abspath(folder).startswith(os.path.abspath(sys.prefix) + os.sep)


def folder_digest(folders: Iterable[str]) -> tuple[str, bool]:
    """Return a digest of every file of the theme, and whether a template asks for what no digest covers.

    Of a theme that a package brought, only the templates are read: the rest is that of its version.
    """
    made = blake2b(digest_size=16)
    asks = False
    for top in folders:
        packaged = of_a_package(top)
        made.update(b"\0folder")
        for folder, inner, names in os.walk(top, followlinks=True):
            inner[:] = sorted(name for name in inner if not (packaged and name in (".icons", "assets")))
            for name in sorted(names):
                path = os.path.join(folder, name)
                if packaged and not name.endswith((".html", ".yml", ".xml", ".jinja2")):
                    continue
                data = Path(path).read_bytes()
                made.update(f"\0{os.path.relpath(path, top)}\0{len(data)}\0".encode())
                made.update(data)
                asks = asks or (name.endswith(".html") and any(word in data for word in UNSEEN))
    return made.hexdigest(), asks


UNSEEN = (
    b"build_date_utc",
    b"update_date",
    b"content_string",
    b"content_bytes",
    b"|random",
    b"| random",
    b"lipsum(",
)
"""What a template may ask for that changes by itself, or that would let it read any file."""
