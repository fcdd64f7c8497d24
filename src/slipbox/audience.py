"""Who may see a note, and for whom a site is built."""

from __future__ import annotations

from enum import Enum


class Visibility(Enum):
    """Who may see a note, from everybody to its author; the order is the order of restriction."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    INTERNAL = "internal"
    DRAFT = "draft"

    @property
    def restriction(self) -> int:
        """Return how restrictive this is: 0 for public, higher for fewer readers."""
        return list(Visibility).index(self)


class Audience(Enum):
    """For whom a site is built; an audience is a set of visibilities."""

    PUBLIC = "public"
    INTERNAL = "internal"
    SERVE = "serve"

    def sees(self, visibility: Visibility) -> bool:
        """Return whether a note of this visibility exists for this audience."""
        limit = {Audience.PUBLIC: 1, Audience.INTERNAL: 2, Audience.SERVE: 3}[self]
        return visibility.restriction <= limit
