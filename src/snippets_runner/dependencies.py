"""Say what a page's HTML depends on besides its text and the files that are opened for it: for whoever keeps pages between builds.

The answer may change when the page would not; it never stays when the page would. So a row of the ledger counts for each page that names a
file of its name, and every row for a page that embeds another one, whose includes stand elsewhere.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from snippets_runner.config import Config
from snippets_runner.ledger import Ledger
from snippets_runner.preprocess import FIGURES

_NAMED = re.compile(r"8<-+[ \t]*[\"']([^\"'\n]*)")
_BARE = re.compile(r"8<-+[ \t]*$", re.MULTILINE)
_EMBED = re.compile(r"!\[\[|\{!|\{\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """What there is in one build."""

    ledger: Ledger
    names: str
    """Stands for the names of all files that can be included: one that is missing can't be opened, and may come later."""

    @classmethod
    def of(cls, config: Config, ledger: Ledger) -> Dependencies:
        """Look which files there are."""
        folder = config.snippets_folder
        files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) if folder.is_dir() else []
        return cls(ledger=ledger, names=_digest(files, config))

    def of_text(self, text: str, *parts: object) -> str:
        """Return what stands for all that a page's snippets show of the ledger; `parts` is what else counts."""
        everything = FIGURES in text or bool(_BARE.search(text)) or bool(_EMBED.search(text))
        if "8<" not in text and not everything:
            return ""
        if everything:
            return _digest(self.names, parts, self.ledger.entries, self.ledger.figures)
        named = {Path(found.partition(":")[0]).name for found in _NAMED.findall(text)}
        rows = [
            entry for name, entry in self.ledger.entries.items() if Path(name).name.partition(":")[0] in named
        ]
        return _digest(self.names, parts, rows)


def _digest(*values: object) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()
