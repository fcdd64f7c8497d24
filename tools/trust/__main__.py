"""The command: measure, keep what was seen, write the page."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

from tools.trust.figures import FIGURES
from tools.trust.page import PAGE, SEEN, Seen, page


def main() -> None:
    """Measure what is named, or all."""
    names = [each.name for each in FIGURES]
    wanted = sys.argv[1:] or names
    if unknown := sorted(set(wanted) - {*names, "page"}):
        sys.exit(
            f"{', '.join(unknown)}: no such figure; there are {', '.join(names)}, and page writes the page alone"
        )
    for each in FIGURES:
        if each.name in wanted:
            told = {"seen": each.measure(), "on": datetime.now(tz=UTC).date().isoformat()}
            print(f"{each.name}: {told['seen']}", flush=True)
            seen = {**_kept(), each.name: told}
            known = {name: seen[name] for name in sorted(names) if name in seen}
            SEEN.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(_kept()), encoding="utf-8")


def _kept() -> Seen:
    """Return what was seen so far; another run may have measured meanwhile."""
    return json.loads(SEEN.read_text(encoding="utf-8")) if SEEN.is_file() else {}


if __name__ == "__main__":
    main()
