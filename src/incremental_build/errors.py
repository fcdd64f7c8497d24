"""What this package cannot do.

IncrementalBuildError
└── Undigestible    a value has state that no digest can see
"""

from __future__ import annotations


class IncrementalBuildError(Exception):
    """The job could not be done."""


class Undigestible(IncrementalBuildError):
    """A value has state that no digest can see, so nothing that depends on it may be kept."""

    def __init__(self, *, kind: str) -> None:
        """Name the kind of value."""
        self.kind = kind
        super().__init__(f"a value of {kind} has state that can't be seen")
