"""Whether anybody is there to watch: continuous integration says that nobody is."""

from __future__ import annotations

import os


def is_automated() -> bool:
    """Tell whether this runs in continuous integration, which sets ``CI``."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
