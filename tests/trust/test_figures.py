"""The page of figures is what the command makes of what was measured."""

from __future__ import annotations

import json

from tools.trust import FIGURES, PAGE, SEEN, page


def test_the_page_of_figures_is_made_from_the_results() -> None:
    seen = json.loads(SEEN.read_text("utf-8"))

    assert PAGE.read_text("utf-8") == page(seen), "run: .venv/bin/python -m tools.trust"
    assert set(seen) <= {each.name for each in FIGURES}
    assert len(seen) >= 4
