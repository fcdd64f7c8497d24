"""Draw with our own type: the card that is shown where somebody shares a page, and the cover of the book."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[1]
FONT = ROOT / "docs/assets/vendor/fonts/atkinson-hyperlegible-next-cards-wght-normal.woff2"
ICON = ROOT / "docs/assets/icons/icon-192.png"
SIZE = (1200, 630)
COVER = (1600, 2400)
GROUND, INK, SOFT, ACCENT = "#fdfdfb", "#24292e", "#59616a", "#0b5c7a"
MARGIN = 84
VERSION = "1"
"""Changes when the drawing does: cards that are kept from before are then drawn anew."""


def font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Return our type in a size and a weight."""
    found = ImageFont.truetype(str(FONT), size)
    found.set_variation_by_axes([weight])
    return found


def drawable(text: str) -> str:
    """Return a text without what our type has no letters for: emoji and other pictures."""
    kept = (each for each in text if unicodedata.category(each) not in ("So", "Cn", "Co", "Mn"))
    return " ".join("".join(kept).split())


def wrap(text: str, face: ImageFont.FreeTypeFont, width: int, lines: int) -> list[str]:
    """Return a text in lines no wider than `width`; what doesn't fit into `lines` ends with an ellipsis."""
    made = [""]
    for word in text.split():
        longer = f"{made[-1]} {word}".strip()
        if face.getlength(longer) <= width or not made[-1]:
            made[-1] = longer
        elif len(made) == lines:
            while made[-1] and face.getlength(f"{made[-1]} …") > width:
                made[-1] = made[-1].rpartition(" ")[0]
            made[-1] += " …"
            break
        else:
            made.append(word)
    return made


def draw_card(title: str, area: str, description: str, site: str, target: Path) -> None:
    """Draw the card of a page into a file, 1200 × 630."""
    image = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 20, SIZE[1]), fill=ACCENT)
    width = SIZE[0] - 2 * MARGIN
    y = MARGIN - 16
    draw.text((MARGIN, y), drawable(area), font=font(30, 500), fill=ACCENT)
    y += 62
    for size in (76, 64, 54):
        face = font(size, 700)
        lines = wrap(drawable(title), face, width, 3)
        if len(lines) < 3:
            break
    for line in lines:
        draw.text((MARGIN, y), line, font=face, fill=INK)
        y += round(size * 1.16)
    y += 22
    face = font(32, 400)
    room = max(1, (SIZE[1] - MARGIN - 70 - y) // 44)
    for line in wrap(drawable(description), face, width, min(4, room)) if description else ():
        draw.text((MARGIN, y), line, font=face, fill=SOFT)
        y += 44
    icon = _icon(56)
    bottom = SIZE[1] - MARGIN - 28
    image.paste(icon, (MARGIN, bottom), icon)
    draw.text((MARGIN + 76, bottom + 10), drawable(site), font=font(28, 600), fill=INK)
    _save(image, target)


def draw_cover(title: str, subtitle: str, date: str, target: Path) -> None:
    """Draw the cover of the book into a file, 1600 × 2400."""
    image = Image.new("RGB", COVER, GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, COVER[0], 60), fill=ACCENT)
    draw.rectangle((0, COVER[1] - 60, COVER[0], COVER[1]), fill=ACCENT)
    icon = _icon(260)
    image.paste(icon, (150, 320), icon)
    y, face = 760, font(170, 750)
    for line in wrap(title, face, COVER[0] - 300, 5):
        draw.text((150, y), line, font=face, fill=INK)
        y += 196
    y, face = y + 60, font(68, 400)
    for line in wrap(subtitle, face, COVER[0] - 300, 3):
        draw.text((150, y), line, font=face, fill=SOFT)
        y += 90
    draw.text((150, COVER[1] - 260), date, font=font(52, 500), fill=ACCENT)
    _save(image, target)


def _icon(size: int) -> Image.Image:
    """Return the site's icon in a size."""
    with Image.open(ICON) as picture:
        return picture.convert("RGBA").resize((size, size))


def _save(image: Image.Image, target: Path) -> None:
    """Write a picture in as few colours as its letters need; a build that is broken off leaves none that is half written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(f".{os.getpid()}.part")  # another build may be drawing the same
    image.quantize(48, dither=Image.Dither.NONE).save(part, "PNG", optimize=True)
    part.replace(target)
