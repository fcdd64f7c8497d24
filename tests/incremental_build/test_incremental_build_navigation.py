"""Material's navigation is, byte for byte, the one that is rendered anew for each page."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import material
import pytest

from incremental_build.navigation import READ, TEMPLATE

MakeSite = Callable[..., "Site"]  # noqa: F821 - of conftest
FEATURES = (
    "",
    "navigation.prune",
    "navigation.tabs, navigation.sections",
    "navigation.tabs, navigation.sections, navigation.prune, navigation.indexes",
    "navigation.sections, navigation.expand, navigation.indexes, toc.integrate",
)
CONFIG = """site_name: Test
theme: {{name: material, features: [{features}]}}
use_directory_urls: {directories}
plugins: [search{ours}]
nav:
  - index.md
  - Elsewhere: https://example.org/
  - Beside: ../other/
  - First:
    - first/index.md
    - first/one.md
    - Inner:
      - first/inner/two.md
      - first/inner/three.md
      - Innermost: [first/inner/most/four.md, first/inner/most/five.md]
  - Second: [second.md, second/under.md, second/under/it.md]
  - Icons: [icons.md]
"""
PAGES = {
    **{
        f"docs/{name}.md": f"# {name}\n\n## Part of {name}\n\nText.\n"
        for name in (
            "index", "first/index", "first/one", "first/inner/two", "first/inner/three", "first/inner/most/four",
            "first/inner/most/five", "second", "second/under", "second/under/it",
        )
    },
    "docs/icons.md": "---\nicon: material/book\nstatus: new\nsubtitle: below\n---\n\n# Icons\n",
}  # fmt: skip


def test_the_template_is_the_one_that_was_read() -> None:
    template = Path(material.__file__).parent / "templates" / TEMPLATE
    assert blake2b(template.read_bytes(), digest_size=16).hexdigest() in READ


@pytest.mark.parametrize("directories", ["true", "false"])
@pytest.mark.parametrize("features", FEATURES)
def test_the_navigation_is_the_same(make_site: MakeSite, features: str, directories: str) -> None:
    site = make_site(**PAGES)
    (site.root / "docs/two.md").unlink()
    site.write(
        {
            "mkdocs.yml": CONFIG.format(
                features=features, directories=directories, ours=", incremental_build: {processes: 1}"
            ).replace("[search, ", "[search, {").replace("1}]", "1}}]"),
            "plain.yml": CONFIG.format(features=features, directories=directories, ours=""),
        }
    )  # fmt: skip
    assert site.build().returncode == 0
    assert site.build("-f", "plain.yml", "-d", "plain").returncode == 0
    assert site.files() == site.files("plain")
