"""The colours of a canvas stand out from a light page and from a dark one, whatever the author chose."""

from __future__ import annotations

import itertools

import pytest

from slipbox.colours import CONTRAST, DARK, LIGHT, PRESETS, contrast, readable

SITES = (("#ffffff", "#1e2129"), ("#fdfdfb", "#16191d"))
"""The grounds of Material's two palettes, and of this project's own."""


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    "colour", [*PRESETS, *(f"#{''.join(parts)}" for parts in itertools.product("07f", repeat=3))]
)
def test_every_colour_stands_out_from_both_grounds(colour: str) -> None:
    found = readable(colour)
    assert found
    for light, dark in ((LIGHT, DARK), *SITES):
        assert contrast(found[0], light) >= CONTRAST
        assert contrast(found[1], dark) >= CONTRAST


@pytest.mark.parametrize("given", ["7", "0", "red", "#12345", '#ff0000" x="', "", None, 1, ["1"]])
def test_what_is_no_colour_is_none(given: object) -> None:
    assert readable(given) is None
