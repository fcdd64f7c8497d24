"""The package's one tree of errors: each means "I could not do the job", takes fields and words itself.

SiteCheckerError
├── SiteError     the folder holds no site        exit 3
└── AllowError    the allow-list can't be read    exit 2
"""

from __future__ import annotations


class SiteCheckerError(Exception):
    """The root: the job could not be done."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str) -> None:
        """Keep the message and what to do about it."""
        super().__init__(f"{message}\n    {hint}")


class SiteError(SiteCheckerError):
    """There is no site in the folder."""

    def __init__(self, *, path: str, why: str) -> None:
        """Name the folder and the reason."""
        super().__init__(f"{path}: {why}", hint="give the folder that was built: site-checker site")


class AllowError(SiteCheckerError):
    """The list of links that may be dead can't be read."""

    exit_code = 2

    def __init__(self, *, path: str, line: int, why: str) -> None:
        """Name the line and what is wrong with it."""
        super().__init__(
            f"{path}:{line}:1: {why}", hint="an example: https://example.org/*  # answers only people"
        )
