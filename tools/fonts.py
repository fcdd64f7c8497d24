"""Make the fonts that pages load from those of the npm packages: `python -m tools.fonts FOLDER`, with fonttools and brotli installed.

Upright text needs the weights from 400 to 700; italics and code need one, and a browser makes the rest. No hints. Source Code Pro's licence reserves its name, so what is made of it has another.
The packages are unpacked in FOLDER: `@fontsource-variable/atkinson-hyperlegible-next` and `@fontsource-variable/source-code-pro`.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

TARGET = Path(__file__).parents[1] / "docs/assets/vendor/fonts"
FACES = ("atkinson-hyperlegible-next", "source-code-pro")
NAMED = {"source-code-pro": ("site-code", "Site Code")}
"""What a face with a reserved name is called here: the file's name and the family's."""


def make(source: Path, target: Path, family: str) -> None:
    """Write a font with the weights that a page uses, renamed if a name is given."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    upright = not family and "-normal" in source.name
    narrowed = BytesIO()
    instantiateVariableFont(TTFont(source), {"wght": (400, 400, 700) if upright else 400}).save(narrowed)
    font = TTFont(narrowed)
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)
    if family:
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6):
                told = family.replace(" ", "") if record.nameID in (3, 6) else family
                font["name"].setName(told, record.nameID, record.platformID, record.platEncID, record.langID)
    font.flavor = "woff2"
    font.save(target)


def main() -> int:
    """Make every font."""
    for face in FACES:
        name, family = NAMED.get(face, (face, ""))
        for source in sorted(Path(sys.argv[1]).glob(f"**/{face}-latin*-wght-*.woff2")):
            target = TARGET / source.name.replace(face, name)
            make(source, target, family)
            print(f"{target.name}: {source.stat().st_size:,} → {target.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
