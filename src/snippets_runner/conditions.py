"""What every snippet of a run finds around it: an interpreter, and an environment without anything of the author's own."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Under what snippets run; the defaults are those of a check, and recordings are made under them."""

    interpreter: Path = Path(sys.executable)
    """The Python that runs them; what is installed for it is what they can import."""
    version: str = platform.python_version()
    """Of that Python."""
    seed: int = 0
    """``PYTHONHASHSEED``: the order of sets of strings follows from it."""
    timezone: str = "UTC"
    bubblewrap: bool = False
    """Whether each snippet's process runs inside ``bwrap``."""

    def environment(self) -> dict[str, str]:
        """Return the environment of a snippet before its services' variables."""
        path = os.pathsep.join([str(self.interpreter.parent), "/usr/local/bin", "/usr/bin", "/bin"])
        return {
            "PATH": path,
            "LANG": "C.UTF-8",
            "TZ": self.timezone,
            "PYTHONHASHSEED": str(self.seed),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NO_COLOR": "1",
        }
