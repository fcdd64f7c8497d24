"""The package's one tree of errors: each means "I could not do the job", takes fields and words itself.

SlipboxError
├── ConfigError        the settings can't be used             exit 2
│   ├── UnknownOption  an option or key that doesn't exist    exit 2
│   └── BadOption      a value that the option doesn't take   exit 2
├── VaultError         the vault can't be read                exit 3
├── ExportError        the export would overwrite something   exit 3
├── NoteExists         the note to be made is there already   exit 2
├── BadName            no file can have this name             exit 2
├── LeakError          what is hidden stands in what was made exit 1
└── PropertiesError    a note's front matter doesn't parse    (becomes a finding)
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `did you mean "…"?` for the known word nearest to `word`, or an empty text."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""


class SlipboxError(Exception):
    """The root: the job could not be done."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the message and what to do about it."""
        super().__init__(f"{message}\n    {hint}" if hint else message)
        self.message = message
        self.hint = hint


class ConfigError(SlipboxError):
    """The settings can't be used."""

    exit_code = 2


class UnknownOption(ConfigError):
    """An option doesn't exist."""

    def __init__(self, *, name: str, known: Iterable[str], where: str) -> None:
        """Name the option, where it stands and the nearest one that exists."""
        options = sorted(known)
        super().__init__(
            f'{where}: unknown option "{name}"',
            hint=did_you_mean(name, options) or f"known options: {', '.join(options)}",
        )
        self.name = name


class BadOption(ConfigError):
    """An option has a value that it doesn't take."""

    def __init__(self, *, name: str, value: object, wanted: str, where: str) -> None:
        """Name the option, its value and what it takes."""
        super().__init__(f"{where}: option {name} is {value!r}", hint=f"it takes {wanted}")
        self.name = name


class VaultError(SlipboxError):
    """The vault can't be read at all."""

    def __init__(self, *, path: str, why: str) -> None:
        """Name the folder and the reason."""
        super().__init__(f"{path}: {why}", hint="give the folder that holds the notes: slipbox lint docs")
        self.path = path


class ExportError(SlipboxError):
    """The folder to export to holds something that isn't an export."""

    def __init__(self, *, path: str) -> None:
        """Name the folder."""
        super().__init__(
            f"{path} holds files that slipbox didn't write", hint="give a folder that is empty or isn't there"
        )
        self.path = path


class LeakError(SlipboxError):
    """Something hidden stands in what was made for an audience; what was made isn't given out."""

    exit_code = 1

    def __init__(self, *, findings: Iterable[object]) -> None:
        """Name every place."""
        told = [str(finding) for finding in findings]
        places = f"{len(told)} place{'s' if len(told) > 1 else ''}"
        super().__init__("\n".join((*told, f"what is hidden stands in {places}, so nothing is given out")))


class NoteExists(SlipboxError):
    """The note to be made is there already."""

    exit_code = 2

    def __init__(self, *, name: str, path: str) -> None:
        """Name the note and its file."""
        super().__init__(f'"{name}" is there already: {path}', hint="open it, or choose another name")
        self.path = path


class BadName(SlipboxError):
    """No file, or no link, can have this name."""

    exit_code = 2

    def __init__(self, *, name: str, why: str) -> None:
        """Name it and say why."""
        super().__init__(f"\"{name}\" can't be a note's name: {why}", hint='an example: slipbox new "Sagas"')
        self.name = name


class PropertiesError(SlipboxError):
    """A note's front matter doesn't parse; `offset` is the place in the file's text."""

    def __init__(self, *, why: str, offset: int, hint: str = "") -> None:
        """Keep the reason and the place of the fault."""
        super().__init__(why, hint=hint)
        self.offset = offset
