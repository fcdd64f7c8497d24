"""Read the colours of a canvas, and make each of them readable on a light and on a dark page.

Sources: JSON Canvas 1.0 (jsoncanvas.org), *Color*; WCAG 2.2, *Relative luminance* and success criterion 1.4.11.
"""

from __future__ import annotations

import re

PRESETS = {
    "1": "#d8323c",
    "2": "#dd7a0b",
    "3": "#d9ad00",
    "4": "#2c9c4b",
    "5": "#0f98ad",
    "6": "#7a57e0",
}
"""Red, orange, yellow, green, cyan and purple; JSON Canvas leaves their exact values to each program."""
LIGHT, DARK = "#f5f5f5", "#262a33"
"""The grounds they are drawn on: no page that is light is much darker than the one, nor a dark one much lighter than the other."""
CONTRAST = 3.0
"""Least contrast of a line with the ground (WCAG 1.4.11)."""

_HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")

Rgb = tuple[float, float, float]
"""Red, green and blue, each from 0 to 255."""


def readable(colour: object) -> tuple[str, str] | None:
    """Return a canvas' colour for light pages and for dark ones; None for what is no colour.

    A colour too near to the ground is darkened or lightened until its contrast is enough.
    """
    value = PRESETS.get(colour, colour) if isinstance(colour, str) else ""
    if not _HEX.fullmatch(value):
        return None
    rgb = _rgb(value)
    return _hex(_towards(rgb, (0, 0, 0), LIGHT)), _hex(_towards(rgb, (255, 255, 255), DARK))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    first, second = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))))
    return (second + 0.05) / (first + 0.05)


def _towards(rgb: Rgb, goal: Rgb, ground: str) -> Rgb:
    """Return the colour nearest to `rgb`, on its way to `goal`, that stands out from the ground."""
    for step in range(21):
        red, green, blue = (a + (b - a) * step / 20 for a, b in zip(rgb, goal, strict=True))
        if contrast(_hex((red, green, blue)), ground) >= CONTRAST:
            return red, green, blue
    return goal


def _rgb(colour: str) -> Rgb:
    """Read `#rrggbb` or `#rgb`."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    red, green, blue = (int(digits[start : start + 2], 16) for start in (0, 2, 4))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    """Write a colour as `#rrggbb`."""
    return "#" + "".join(f"{round(part):02x}" for part in rgb)


def _luminance(rgb: Rgb) -> float:
    """Return the relative luminance of a colour."""
    parts = (part / 255 for part in rgb)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
