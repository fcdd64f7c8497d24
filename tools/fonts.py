"""Make the fonts that pages load from those of the npm packages: `python -m tools.fonts FOLDER`, with fonttools and brotli installed.

Upright text needs the weights from 400 to 700; italics and code need one, and a browser makes the rest. No hints. Source Code Pro's licence reserves its name, so what is made of it has another.
What English and Norwegian are written with is in a file of its own; the rest of Latin-1 comes when a page has a letter of it. It prints the
`unicode-range` of each, for `docs/assets/stylesheets/fonts.css`.
The packages are unpacked in FOLDER: `@fontsource-variable/atkinson-hyperlegible-next` and `@fontsource-variable/source-code-pro`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

TARGET = Path(__file__).parents[1] / "docs/assets/vendor/fonts"
FACES = ("atkinson-hyperlegible-next", "source-code-pro")
NAMED = {"source-code-pro": ("site-code", "Site Code")}
"""What a face with a reserved name is called here: the file's name and the family's."""

CARDS = "atkinson-hyperlegible-next-cards-wght-normal.woff2"
"""All of Latin-1 in one file: no page loads it, but the pictures of pages are drawn with it (hooks/social_card.py)."""
OFTEN = frozenset(
    [*range(0x20, 0x7F), *map(ord, "\u00a0\u00ad\u2009§«»°±µ¶·×÷ÅÆÉØÖåæçèéêóøöüäà–—‘’“”•…€−↑↓")]
)
"""What is in the file that every page loads: what English and Norwegian text, code and names have mostly."""


def _is_more(character: int) -> bool:
    """Return whether a character is in the second file: not often, and no letter of Latin Extended or mark that combines."""
    return character not in OFTEN and not 0x100 <= character < 0x131 and not 0x300 <= character < 0x400


def make(source: Path, target: Path, family: str, keep: Callable[[int], bool]) -> str:
    """Write a font with the weights that a page uses and some of its characters, renamed if a name is given; return which."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    upright = not family and "-normal" in source.name
    narrowed = BytesIO()
    instantiateVariableFont(TTFont(source), {"wght": (400, 400, 700) if upright else 400}).save(narrowed)
    font = TTFont(narrowed, recalcTimestamp=False)
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    kept = sorted(filter(keep, font.getBestCmap()))
    subsetter.populate(unicodes=kept)
    subsetter.subset(font)
    if family:
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6):
                told = family.replace(" ", "") if record.nameID in (3, 6) else family
                font["name"].setName(told, record.nameID, record.platformID, record.platEncID, record.langID)
    font.flavor = "woff2"
    font.save(target)
    return ranges(kept)


def ranges(characters: list[int]) -> str:
    """Return sorted characters as the value of `unicode-range`."""
    runs: list[list[int]] = []
    for one in characters:
        if runs and runs[-1][-1] == one - 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(f"U+{run[0]:X}" + (f"-{run[-1]:X}" if run[1:] else "") for run in runs)


def main() -> int:
    """Make every font."""
    for face in FACES:
        name, family = NAMED.get(face, (face, ""))
        for source in sorted(Path(sys.argv[1]).glob(f"**/{face}-latin*-wght-*.woff2")):
            if family and "italic" in source.name:
                continue
            plain = source.name.replace(face, name)
            files = {plain: lambda _: True}
            if "-latin-wght-" in plain:
                more = plain.replace("-latin-", "-latin-more-")
                files = {plain: OFTEN.__contains__, more: _is_more}
            if plain == CARDS.replace("-cards-", "-latin-"):
                files[CARDS] = lambda _: True
            for file, keep in files.items():
                told = make(source, TARGET / file, family, keep)
                print(f"{file}: {(TARGET / file).stat().st_size:,} bytes\n  unicode-range: {told};")
    return 0


if __name__ == "__main__":
    sys.exit(main())
