"""The Chromium of this machine, and how to start it so that it asks for nothing by itself."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    # For machines without a display or a user of their own.
    "--no-sandbox",
    "--disable-gpu",
    # Quiet: no request but the page's.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str | None:
    """Return the path of a Chromium: from the variable `CHROMIUM`, else from the machine; None if there is none."""
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
