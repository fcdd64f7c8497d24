"""Everything that keeps the runner from doing its job. A wrong snippet is a finding, not an error.

::

    SnippetsRunnerError
    ├── ConfigurationError        exit code 2: the project's settings or the command's words
    │   └── UnknownNameError      … a name that is not one of a known set, with "did you mean"
    └── CannotRunError            exit code 3: the machine did not let us
        ├── ServiceError          … a service could not be had, or did not start
        └── WorkerError           … a worker process ended by itself
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the closest known names, or some of them if none is close."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(f"`{match}`" for match in close) + "?"
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return "known: " + ", ".join(f"`{each}`" for each in names[:12]) + more if names else "there are none"


class SnippetsRunnerError(Exception):
    """The root of what this package raises; carries a place, a message and a hint."""

    exit_code = 3

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        """Word the error: first the user's place, last the hint."""
        self.where, self.message, self.hint = where, message, hint
        super().__init__(message)

    def __str__(self) -> str:
        """Return ``place: message`` and the hint on a line of its own."""
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head}\n  hint: {self.hint}" if self.hint else head


class ConfigurationError(SnippetsRunnerError):
    """The settings, or the words of a command, cannot be understood."""

    exit_code = 2


class UnknownNameError(ConfigurationError):
    """A name that is not one of the known ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "") -> None:
        """Word the error with the closest known names."""
        super().__init__(f"unknown {kind} `{name}`", where=where, hint=did_you_mean(name, known))


class CannotRunError(SnippetsRunnerError):
    """The machine did not let the runner do its job."""


class ServiceError(CannotRunError):
    """A service could not be had, or did not answer."""


class WorkerError(CannotRunError):
    """A worker process ended by itself."""
