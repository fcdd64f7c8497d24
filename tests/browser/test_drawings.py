"""What is recorded is what the browser draws today."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hooks.diagrams import RECORDINGS, ROOT
from tools.browser import find_chromium
from tools.diagrams import draw, open_paper, read_source
from tools.serving import served

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium on this machine")


def shape(picture: str) -> tuple[list[str], Counter[str]]:
    """Return what a drawing says and how many elements of each kind it has; places may differ between browsers."""
    words = [
        " ".join(unescape(text).split())
        for text in re.findall(r">([^<]+)</(?:tspan|text|title|desc)>", picture)
    ]
    return words, Counter(re.findall(r"<(path|rect|line|circle|polygon|a)\b", picture))


def test_each_recording_is_what_is_drawn_today(browser: Browser) -> None:
    recordings = sorted(RECORDINGS.glob("*.svg"))
    differing = []
    with served(ROOT / "docs/assets") as url:
        page = open_paper(browser, url)
        for recording in recordings:
            drawn = draw(page, recording.stem, read_source(recording))
            if shape(drawn) != shape(kept(recording)):
                differing.append(recording.name)

    assert len(recordings) > 50
    assert differing == [], "draw them again: make diagrams"


def kept(recording: Path) -> str:
    """Return a recorded drawing without its source."""
    return re.sub(r"<metadata>.*?</metadata>", "", recording.read_text(encoding="utf-8"), flags=re.DOTALL)
