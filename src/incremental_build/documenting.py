"""Pages that mkdocstrings makes from Python code: what they depend on, and the formatting of each signature, which takes a process.

Nothing is said of a page whose code may lie elsewhere than in the folders that the settings name, or which is shown with more than these.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from incremental_build.digest import digest
from incremental_build.errors import Undigestible
from incremental_build.memo import Memo
from incremental_build.records import state_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

KIND = "format"
DIRECTIVE = re.compile(r"^[ \t]*(?:#{1,6} *)?::: ?(?P<name>.+?) *$", re.MULTILINE)
CODE = (".py", ".pyi", ".so", ".pyd")
_ELSEWHERE = ("extensions", "preload_modules", "load_external_modules", "find_stubs_package", "backlinks")
"""Options with which a page shows more than the code that it names."""
_OPTION = re.compile(rf"^[ \t]+(?:handler|{'|'.join(_ELSEWHERE)}):", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(\w+)|import[ \t]+([\w., \t]+))", re.MULTILINE)
_SETTINGS = ("pyproject.toml", "ruff.toml", ".ruff.toml")
"""Where ruff looks for settings, from the folder in which MkDocs runs upwards."""


class Documenting:
    """What the pages of one build that show code depend on."""

    def __init__(self, config: MkDocsConfig, note: Callable[[str], object]) -> None:
        """Read nothing yet; `note` is told of each file that counts."""
        self._plugin: Any = config.plugins.get("mkdocstrings")
        self._root = Path(config.config_file_path).parent.resolve() if config.config_file_path else Path.cwd()
        self._note = note

    def key(self, text: str) -> str | None:
        """Return what stands for all code that a page may show; None if that is not known."""
        if not self.code or _OPTION.search(text):
            return None
        names = (found["name"].partition(".")[0] for found in DIRECTIVE.finditer(text))
        return self.code if all(self._has(name) for name in names) else None

    @cached_property
    def code(self) -> str:
        """A digest of the settings, of all code in their folders, and of what formats it; empty if more may count."""
        if not self._folders:
            return ""
        files = [
            path for folder in self._folders for path in sorted(folder.rglob("*")) if path.suffix in CODE
        ]
        settings = [Path(path) for path in formatting_settings()]
        for path in (*files, *settings):
            self._note(str(path))
        if any(self._leaves(path) for path in files):
            return ""
        try:
            given = digest(dict(self._plugin.config))
        except Undigestible:
            return ""
        formatter = os.environ.get("RUFF_CONFIG")
        return digest(given, formatter, [(str(path), state_of(str(path))) for path in (*files, *settings)])

    @cached_property
    def _folders(self) -> list[Path]:
        """The folders of the code; none if the settings let pages show what lies elsewhere, or something but the pages be made."""
        if self._plugin is None:
            return []
        given = self._plugin.config
        python: Any = (given.handlers or {}).get("python", {})
        options, paths = python.get("options") or {}, python.get("paths") or []
        more = any(options.get(name) for name in _ELSEWHERE) or any("*" in str(path) for path in paths)
        other = {*given.handlers} != {"python"} or given.default_handler != "python" or given.custom_templates
        if more or other or given.enable_inventory is not False or {*python} - {"options", "paths"}:
            return []
        return [folder for path in paths if (folder := self._root / str(path)).is_dir()]

    def _leaves(self, file: Path) -> bool:
        """Return whether what is shown of a file may depend on another package, so on which pages were made before."""
        text = file.read_text("utf-8", errors="replace")
        if DIRECTIVE.search(text):
            return True
        folder = next(each for each in self._folders if each in file.parents)
        own = file.relative_to(folder).parts[0].partition(".")[0]
        named = {
            found[1] or name.strip().partition(".")[0]
            for found in _IMPORT.finditer(text)
            for name in (found[2] or "").split(",")
        }
        return any(self._has(name) for name in named - {own})

    def _has(self, name: str) -> bool:
        """Return whether a package or module lies in the folders; one without `__init__.py` may lie in others too."""
        return any(
            (folder / name / "__init__.py").is_file() or (folder / f"{name}.py").is_file()
            for folder in self._folders
        )


def formatting_settings() -> Iterator[str]:
    """Yield every file in which ruff may find settings, also those that aren't there."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        yield from (str(folder / name) for name in _SETTINGS)
    yield from (str(Path.home() / ".config/ruff" / name) for name in _SETTINGS)


def keep_formatting(memo: Memo, code: str) -> None:
    """Keep what each signature looks like when it is formatted; it depends on the formatter, its settings and the signature."""
    with contextlib.suppress(ImportError, AttributeError):
        from mkdocstrings_handlers.python._internal import rendering

        own = getattr(rendering._get_formatter, "own", rendering._get_formatter)
        base = digest(code, [state_of(path) for path in formatting_settings()], os.environ.get("RUFF_CONFIG"))

        def formatted(text: str, line_length: int) -> str:
            key = digest(base, text, line_length)
            made: str = memo.keep(KIND, digest(text, line_length), key, lambda: own()(text, line_length))
            return made

        def get_formatter() -> Callable[[str, int], str]:
            return formatted

        get_formatter.own = own  # type: ignore[attr-defined]
        rendering._get_formatter = get_formatter  # type: ignore[assignment]
