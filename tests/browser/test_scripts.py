"""Nothing that stands in a note's metadata, links, tags or canvases runs as a script, on the pages of an ordinary site with the plugin.

The results of Material's own search are not among them: it shows some of an index's words as HTML, and this site has a search of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from slipbox.testing import write_vault
from tools.serving import served

TAG = "<script>window.pwned=1</script>"
BREAK = "\"'><img src=x onerror=window.pwned=1>"
CLOSE = "</title></textarea></script><script>window.pwned=1</script>"
CONFIG = """
site_name: x
site_url: https://docs.example/
theme: {name: material, font: false}
plugins: [search, {slipbox: {languages: {nb: nb}}}]
"""


def vault() -> dict[str, str]:
    """Return notes with a script wherever an author can write one that is no HTML of the body."""
    files = {
        "control.html": f"<title>A script that runs, so that the test is known to see one</title>{TAG}",
        "index.md": "# Home\n\n[[Linked]] #tag\n",
        "Linked.md": "Text with [[Home page]].\n",
    }
    for number, payload in enumerate((TAG, BREAK, CLOSE)):
        quoted = json.dumps(payload)
        for field in (
            "title",
            "description",
            "lang",
            "permalink",
            "author",
            "date",
            "livsyklus",
            "status",
            "icon",
            "template",
        ):
            value = json.dumps(f"/x{number}/{payload}/") if field == "permalink" else quoted
            if field not in ("icon", "template"):  # the theme reads these two as files of its own
                files[f"{field}{number}.md"] = (
                    f"---\n{field}: {value}\n---\n\n# H {number}\n\nText. [[index]]\n"
                )
        for field in ("aliases", "tags", "cssclasses"):
            files[f"{field}{number}.md"] = f"---\n{field}: [{quoted}]\n---\n\nText. [[index]]\n"
        files[f"links{number}.md"] = (
            f"[[index|{payload}]] [[{payload}]] [[index#{payload}]] ![[{payload}]] ![[x.png|{payload}]] `{payload}`\n\n"
            f"> [!{payload}] {payload.replace('<', '&lt;')}\n> Text.\n\n```{payload}\nx\n```\n\n![[c{number}.canvas]]\n"
        )
        files[f"c{number}.canvas"] = json.dumps(
            {
                "nodes": [
                    {
                        "id": "1",
                        "type": "text",
                        "text": payload,
                        "x": 0,
                        "y": 0,
                        "width": 99,
                        "height": 50,
                        "color": payload,
                    },
                    {
                        "id": "2",
                        "type": "link",
                        "url": f"javascript:window.pwned=1//{payload}",
                        "x": 200,
                        "y": 0,
                        "width": 99,
                        "height": 50,
                    },
                    {
                        "id": "3",
                        "type": "group",
                        "label": payload,
                        "x": 0,
                        "y": 0,
                        "width": 400,
                        "height": 90,
                    },
                    {
                        "id": payload,
                        "type": "file",
                        "file": payload,
                        "x": 400,
                        "y": 0,
                        "width": 99,
                        "height": 50,
                    },
                ],
                "edges": [{"id": "e", "fromNode": "1", "toNode": "2", "label": payload, "color": payload}],
            }
        )
    return files


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    root = tmp_path_factory.mktemp("hostile")
    write_vault(root / "docs", vault())
    (root / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q"], cwd=root, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    site = root / "site"
    # A page that only leads on would get in the way of the next one; its text is looked at here.
    files = {file.relative_to(site).as_posix(): file.read_text("utf-8") for file in site.rglob("*.html")}
    leading = {name for name, text in files.items() if 'http-equiv="refresh"' in text}
    assert leading
    assert [name for name in leading if TAG in files[name] or "<img" in files[name]] == []
    pages = sorted(set(files) - leading)
    assert len(pages) > 40
    with served(site) as url:
        yield url, pages


def test_no_script_from_a_note_s_data_runs(browser: Browser, hostile: tuple[str, list[str]]) -> None:
    url, pages = hostile
    context = browser.new_context(service_workers="block")
    context.add_init_script(
        "Object.defineProperty(window, 'pwned', { set() { console.log('PWNED ' + location.href); } })"
    )
    ran: list[str] = []
    context.on("console", lambda message: ran.append(message.text) if "PWNED" in message.text else None)
    page = context.new_page()
    for name in pages:
        page.goto(url + "/".join(map(quoted, name.split("/"))), wait_until="load")
    page.goto(url + "graph/")
    page.locator(".slipbox-graph-page canvas[data-drawn]").wait_for(timeout=15_000)
    context.close()

    assert [each for each in ran if not each.endswith("/control.html")] == []
    assert ran, "a script that runs was not seen"


def quoted(part: str) -> str:
    return part.replace("%", "%25").replace("?", "%3F").replace("#", "%23")
