"""Vaults and projects made to crash, hang or fool what reads them: each a name and the files of a folder.

`docs/` is the vault, `snippets/` the folder of snippets; `outside/` lies beside them, and not one byte of it may be
read. A name that ends in `→` is a symbolic link to what its content says, one that ends in `|` a pipe.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping

Files = Mapping[str, str | bytes]
SCRIPT = "<script>window.pwned=1</script>"
BREAK = "\"'><img src=x onerror=window.pwned=1>"


def _front(block: str, body: str = "KEPT [[B]]\n") -> Files:
    return {"docs/A.md": f"---\n{block}\n---\n\n{body}", "docs/B.md": "Text.\n"}


def _body(text: str | bytes) -> Files:
    return {"docs/A.md": text, "docs/B.md": "# H\n\nText. ^b\n"}


def _bomb(levels: int = 30) -> str:
    lines = ["a0: &a0 [x, x]"]
    return "\n".join([*lines, *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, levels))])


def _include(target: str) -> Files:
    return {
        "docs/A.md": f'KEPT\n\n```python\n--8<-- "{target}"\n```\n', "snippets/a.py": "# --8<-- [start:x]\nprint(1)\n# --8<-- [end:x]\n",
        "outside/secret.py": "OUTSIDE = 1\n", "snippets/link.py→": "../outside/secret.py", "snippets/folder→": "../outside", "snippets/pipe.py|": "", "snippets/loop.py→": "loop.py",
    }  # fmt: skip


def _script(head: str | bytes) -> Files:
    return {
        "docs/A.md": 'KEPT\n\n```python\n--8<-- "a.py"\n```\n',
        "snippets/a.py": head if isinstance(head, bytes) else f"{head}\nprint(1)\n",
    }


def _canvas(text: str | bytes) -> Files:
    return {
        "docs/A.md": "KEPT ![[b.canvas]] [[b.canvas]]\n",
        "docs/b.canvas": text,
        "outside/secret.md": "OUTSIDE\n",
    }


def _node(**values: object) -> str:
    node = {"id": "1", "type": "text", "text": "x", "x": 0, "y": 0, "width": 9, "height": 9, **values}
    return json.dumps(
        {"nodes": [node, {**node, "id": "2"}], "edges": [{"id": "e", "fromNode": "1", "toNode": "2"}]}
    )


FRONT_MATTER = {
    "bomb-of-aliases": _bomb(), "bomb-in-json": '{"a": ' * 2000 + "1" + "}" * 2000, "open-braces": "{" * 5000, "open-brackets": "[" * 5000, "alias-of-itself": "a: &a [*a]", "unknown-alias": "a: *b",
    "python-object": "!!python/object/apply:os.system [touch pwned]", "binary-tag": "a: !!binary x", "complex-key": "? [a]\n: b", "merge-key": "<<: {a: b}", "null-byte": "a: \x00", "deep-indent": "a:\n" + " " * 3000 + "b",
    "dashes": "- - - - a", "bad-directive": "%YAML 9.9", "open-quote": "a: 'b", "not-a-character": "\ufffe: a", "too-long": "a: " + "x" * 70_000, "twice": "publish: true\npublish: false", "list": "- a\n- b", "scalar": "just words",
    "huge-number": "a: " + "9" * 5000, "tab": "a:\n\t- b", "unknown-visibility": "visibility: publik", "visibility-of-a-list": "publish: [true]", "two-documents": "a: b\n--- \nc: d", "dots-end": "a: b\n...\nc: d",
    "permalink-above": "permalink: /../../outside/x/", "permalink-null": 'permalink: "/a\\0b/"', "permalink-script": f"permalink: '/{SCRIPT}/'", "slug-dots": "slug: '..'", "alias-above": "aliases: ['../../outside/x', '..', '/']",
    "alias-script": f"aliases: [\"{SCRIPT}\"]", "title-script": f'title: "{SCRIPT}"', "tag-script": f'tags: ["{SCRIPT}", "a b", "1"]', "class-script": "cssclasses: ['\"><script>window.pwned=1</script>']", "lang-script": "lang: '\"><script>window.pwned=1</script>'",
    "title-of-a-mapping": "title: {a: b}", "tags-of-numbers": "tags: [1, 2.5, null, true]", "aliases-of-mappings": "aliases: [{a: b}, [c]]", "next-line": "a: b\u0085c: d", "line-separator": "a: b\u2028c: d", "surrogate": 'a: "\\ud800"',
    "timestamp": "a: 2026-99-99", "key-of-null": "~: a", "empty": "", "json-nan": '{"a": NaN}', "json-twice": '{"a": 1, "a": 2}', "json-cut": '{"a": ',
}  # fmt: skip
BODIES: Mapping[str, str | bytes] = {
    "link-above": "KEPT [[../../outside/secret]] [x](../../outside/secret.md)", "link-absolute": "KEPT [[/etc/passwd]]", "link-file": "KEPT [[file:///etc/passwd]]", "link-script": "KEPT [[javascript:alert(1)]]", "link-words-script": f"KEPT [[B|{SCRIPT}]]",
    "link-null": "KEPT [[B\0]]", "link-long": f"KEPT [[{'x' * 60_000}]]", "link-many-headings": f"KEPT [[B{'#h' * 5000}]]", "link-of-nothing": "KEPT [[]] [[|]] [[#]] [[#^]] [[^]] [[..]] [[.]] [[/]]", "link-percent": "KEPT [[%2e%2e/%2e%2e/outside/secret]]",
    "link-turned-round": "KEPT [[B\u202e]] [[\u200bB]]", "link-in-link": "KEPT [[[[B]]]] [[B|[[B]]]]", "link-newline": "KEPT [[B\nC]]", "link-pipes": f"KEPT [[B{'|x' * 2000}]]", "many-links": "KEPT " + "[[B]] " * 5000, "many-lost-links": "KEPT " + "[[nowhere]] " * 3000,
    "embed-above": "KEPT ![[../outside/secret.md]] ![[../../outside/secret]]", "embed-device": "KEPT ![[/dev/zero]] ![x](/dev/zero)", "embed-itself": "KEPT ![[A]]", "embed-itself-by-block": "KEPT ![[A#^x]] ^x", "embed-huge-picture": "KEPT ![[x.png|99999999999999x1]]", "embed-page": "KEPT ![[x.pdf#page=-1&height=1e9]]",
    "embed-script-size": f"KEPT ![[x.png|{BREAK}]]", "callout-deep": "\n".join("> " * depth + "[!note] KEPT" for depth in range(1, 200)), "callout-script": f"> [!{SCRIPT}] {SCRIPT}\n> KEPT", "callout-long": f"> [!{'x' * 10_000}]\n> KEPT", "callout-title-only": "> [!note]-", "callouts": "> [!note]- KEPT\n> x\n\n" * 1000,
    "quote-deep": ">" * 5000 + " KEPT", "quotes-deep-lines": "\n".join(">" * depth + " KEPT" for depth in range(1, 400)), "list-deep": "\n".join("    " * depth + "- KEPT" for depth in range(300)), "list-inline-deep": "- " * 3000 + "KEPT", "divs-deep": "<div>" * 3000 + "KEPT", "divs-deep-markdown": '<div markdown="1">\n' * 300 + "KEPT\n" + "</div>\n" * 300,
    "table-wide": "KEPT\n\n" + "|a" * 2000 + "|\n" + "|-" * 2000 + "|\n" + "|b" * 2000 + "|\n", "table-long": "KEPT\n\n|a|b|\n|-|-|\n" + "|[[B]]|x|\n" * 3000, "footnotes": "KEPT" + "".join(f"[^{n}]" for n in range(1000)) + "\n\n" + "".join(f"[^{n}]: x\n" for n in range(1000)), "footnote-of-itself": "KEPT[^1]\n\n[^1]: x[^1]", "inline-footnotes-deep": "KEPT" + "^[x" * 500 + "]" * 500,
    "headings-alike": "# KEPT\n\n" * 2000, "abbreviations": "KEPT\n\n" + "".join(f"*[a{n}]: b\n" for n in range(1000)), "brackets": "KEPT " + "[" * 20_000, "brackets-of-pictures": "KEPT " + "![" * 10_000, "brackets-and-parentheses": "KEPT " + "[a](" * 5000, "stars": "KEPT " + "*a_" * 5000, "backticks": "KEPT " + "`" * 20_000,
    "dollars": "KEPT " + "$a" * 10_000, "percents": "KEPT " + "%%" * 10_000, "open-comment": "KEPT %% never closed", "open-fence": "KEPT\n\n```python\nx", "open-tag": "KEPT <a href='", "open-html-comment": "KEPT\n\n<!-- x", "cdata": "KEPT <![CDATA[" * 500, "instruction": "KEPT <?php " * 500, "entities": "KEPT " + "&#x41;" * 5000,
    "attributes": "# KEPT {" + "#a .b " * 2000 + "}", "attribute-script": "# KEPT {onclick=window.pwned=1}", "emoji": "KEPT " + ":smile:" * 2000, "null-bytes": "KEPT\0\0", "placeholders": "KEPT \x02wzxhzdk:0\x03 \x02klzzwxh:0\x03 \x02amp\x03", "bell": "KEPT \x07\x1b[31m", "returns": "KEPT\r# A\r\r[[B]]\r", "windows": "---\r\ntitle: x\r\n---\r\n\r\nKEPT [[B]]\r\n",
    "byte-order-mark": "\ufeff---\ntitle: x\n---\nKEPT", "two-byte-order-marks": "\ufeff\ufeffKEPT", "utf-16": "KEPT".encode("utf-16"), "latin-1": "KEPT blåbær".encode("latin-1"), "lone-surrogate": b"KEPT \xed\xa0\x80", "overlong": b"KEPT \xc0\xaf", "all-bytes": bytes(range(256)), "empty": "", "one-newline": "\n", "combining": "KEPT " + "a" + "\u0301" * 10_000,
    "mathematics-deep": "KEPT $" + "{" * 5000 + "$", "tags": "KEPT " + "#a/b " * 5000, "tag-deep": "KEPT #" + "a/" * 5000, "tasks": "KEPT\n\n" + "- [x] a\n" * 3000, "diagram": "KEPT\n\n```mermaid\n" + "a-->b\n" * 2000 + "class a internal-link\n```", "unsupported": "KEPT\n\n```dataview\n" + SCRIPT + "\n```", "long-line": "KEPT " + "word " * 100_000,
    "json-deep": "KEPT\n\n```json\n" + "[" * 100_000 + "\n```", "toml-deep": "KEPT\n\n```toml\na = " + "[" * 5000 + "\n```", "yaml-deep": "KEPT\n\n```yaml\n" + "[" * 5000 + "\n```", "yaml-bomb": f"KEPT\n\n```yaml\n{_bomb()}\n```",
    "xml-bomb": "KEPT\n\n```xml\n<!DOCTYPE a [<!ENTITY b0 'x'>" + "".join(f"<!ENTITY b{n} '&b{n - 1};&b{n - 1};&b{n - 1};'>" for n in range(1, 30)) + "]><a>&b29;</a>\n```", "xml-outside": "KEPT\n\n```xml\n<!DOCTYPE a [<!ENTITY b SYSTEM '../outside/secret.md'>]><a>&b;</a>\n```", "json-twice": "KEPT\n\n```json\n{\"a\": 1, \"a\": 2}\n```", "json-huge-number": "KEPT\n\n```json\n" + "9" * 5000 + "\n```", "html-deep": "KEPT\n\n```html\n" + "<div>" * 5000 + "\n```", "graphql-deep": "KEPT\n\n```graphql\n" + "{a" * 5000 + "\n```", "sql-null": "KEPT\n\n```json\n\0\n```",
    "fence-of-an-unknown-language": "KEPT\n\n```no-such-language\nx\n```", "fence-option-unknown": "KEPT\n\n```python nonsense=1\nx\n```", "fence-option-long": "KEPT\n\n```python title=\"" + "x" * 60_000 + "\"\nx\n```", "fences-in-fences": "KEPT\n\n" + "".join("`" * (300 - n) + "text\n" for n in range(290)),
    "include-in-text": 'KEPT\n\n--8<-- "../../outside/secret.py"\n', "horizontal": "KEPT\n\n" + "- " * 20_000 + "\n", "reference-circle": "KEPT [a][b]\n\n[b]: [a]\n", "references": "KEPT\n\n" + "".join(f"[r{n}]: x\n" for n in range(3000)), "autolinks": "KEPT " + "<http://a>" * 3000, "definition": "KEPT\n" + ": x\n" * 3000, "admonitions": "!!! note\n    KEPT\n\n" * 1000, "admonitions-deep": "\n".join("    " * n + "!!! note\n" for n in range(100)) + "    " * 100 + "KEPT",
}  # fmt: skip
CANVASES: Mapping[str, str | bytes] = {
    "not-json": "{", "deep": "[" * 100_000, "list": "[]", "null": "null", "numbers": '{"nodes": [1, null, "x"], "edges": [null, 2]}', "nan": '{"nodes":[{"id":1,"type":"text","x":NaN,"y":1e400,"width":"a","height":null}]}', "edge-to-nothing": '{"nodes":[],"edges":[{"fromNode":"a","toNode":"b"}]}', "same-ids": _node(id="1"),
    "huge": _node(width=10**30, height=-5), "text-script": _node(text=SCRIPT), "link-script": _node(type="link", url="javascript:alert(1)"), "file-above": _node(type="file", file="../outside/secret.md"), "file-absolute": _node(type="file", file="/etc/passwd"), "colour-script": _node(color='"><script>window.pwned=1</script>'),
    "group-script": _node(type="group", label=SCRIPT), "many": json.dumps({"nodes": [{"id": str(n), "type": "text", "text": "x", "x": n, "y": 0, "width": 9, "height": 9} for n in range(5000)]}), "not-utf-8": b'{"nodes": "\xff"}', "null-byte": '{"nodes": [\0]}', "twice": '{"nodes": [], "nodes": [{}]}', "embeds-itself": _node(type="file", file="b.canvas"),
}  # fmt: skip
INCLUDES = (
    "../outside/secret.py", "../../outside/secret.py", "link.py", "folder/secret.py", "pipe.py", "loop.py", "gone.py", "a.py:gone", "a.py:x:y", "a.py:1:999999999999", "a.py:-5:2", "https://example.org/x.py", "a.py\0", "", ".", "/etc/passwd", "/dev/zero", "x" * 5000, "a.py:" + "x" * 5000, "~/x.py", "..\\outside\\secret.py", "A.PY",
)  # fmt: skip
SCRIPTS: Mapping[str, str | bytes] = {
    "open-block": "# /// script\n# dependencies = []", "two-blocks": "# /// script\n# ///\n# /// script\n# ///", "not-toml": "# /// script\n# [[[\n# ///", "deep": "# /// script\n# dependencies = " + "[" * 3000 + "\n# ///", "bad-pattern": "# /// script\n# [tool.snippets-runner]\n# redact = [{ pattern = '(', as = '' }]\n# ///", "negative-timeout": "# /// script\n# [tool.snippets-runner]\n# timeout = -1\n# ///",
    "endless-timeout": "# /// script\n# [tool.snippets-runner]\n# timeout = inf\n# ///", "unknown-option": "# /// script\n# [tool.snippets-runner]\n# timeuot = 1\n# ///", "long": "# /// script\n" + "# # x\n" * 20_000 + "# ///", "not-utf-8": b"# \xff\nprint(1)\n", "null-byte": "# \0", "byte-order-mark": "\ufeff# /// script\n# ///", "open-section": "# --8<-- [start:x]", "sections-alike": "# --8<-- [start:x]\n# --8<-- [end:x]\n" * 2,
    "end-without-start": "# --8<-- [end:x]", "many-sections": "".join(f"# --8<-- [start:s{n}]\nx = 1\n# --8<-- [end:s{n}]\n" for n in range(1000)), "wrong-types": "# /// script\n# dependencies = {a = 1}\n# requires-python = 3\n# [tool.snippets-runner]\n# services = 'postgres'\n# ///", "bad-requirement": "# /// script\n# dependencies = ['not a requirement !!']\n# ///",
}  # fmt: skip
NAMES = (
    "å" * 126, "🛠 x", unicodedata.normalize("NFD", "Åse blåbær"), "trailing ", "trailing.", "new\nline", 'quo"te', "it's", "<script>window.pwned=1<", "a#b", "a?b", "a%00b", "a%2fb", "a&b", "a:b", "a|b", "[[a]]", "-rf", "..", "...", " ", "CON", "a\tb", "a\\b", "\u202ea", "a" * 252, "#", "{{x}}", "$x$", "~",
)  # fmt: skip


def inputs() -> dict[str, Files]:
    """Return every input by its name."""
    found = {f"properties-{name}": _front(block) for name, block in FRONT_MATTER.items()}
    found["properties-never-closed"] = {"docs/A.md": "---\npublish: true\nKEPT\n"}
    found["properties-without-marks"] = {"docs/A.md": "publish: false\n\nKEPT\n"}
    found |= {f"text-{name}": _body(text) for name, text in BODIES.items()}
    found |= {f"canvas-{name}": _canvas(text) for name, text in CANVASES.items()}
    found |= {f"include-{number}": _include(target) for number, target in enumerate(INCLUDES)}
    found |= {f"script-{name}": _script(head) for name, head in SCRIPTS.items()}
    found |= {
        f"name-{number}": {f"docs/{name}.md": "KEPT\n", "docs/A.md": f"[[{name}]]\n"}
        for number, name in enumerate(NAMES)
        if name != ".."
    }
    return found | _folders()


def _folders() -> dict[str, Files]:
    return {
        "files-circle-of-links": {"docs/A.md": "KEPT\n", "docs/x.md→": "y.md", "docs/y.md→": "x.md", "docs/self→": "."},
        "files-link-out": {"docs/A.md": "KEPT [[secret]] ![[secret]] ![[out/secret]] ![[pic.png]]\n", "docs/secret.md→": "../outside/secret.md", "docs/out→": "../outside", "docs/pic.png→": "../outside/secret.md", "outside/secret.md": "OUTSIDE\n"},
        "files-pipe": {"docs/A.md": "KEPT ![[p]] ![[q.png]]\n", "docs/p.md|": "", "docs/q.png|": "", "docs/c.canvas|": ""}, "files-case-twins": {"docs/A.md": "KEPT [[b]] [[B]]\n", "docs/b.md": "KEPT\n", "docs/B.md": "KEPT\n"}, "files-form-twins": {"docs/A.md": "KEPT [[é]]\n", "docs/é.md": "KEPT\n", "docs/e\u0301.md": "KEPT\n"},
        "files-folder-called-md": {"docs/A.md": "KEPT [[x]]\n", "docs/x.md/y.md": "KEPT\n"}, "files-deep": {"docs/A.md": "KEPT\n", f"docs/{'d/' * 200}B.md": "KEPT\n"}, "files-only-an-ending": {"docs/A.md": "KEPT\n", "docs/.md": "x\n", "docs/x/.hidden.md": "x\n"}, "files-many": {f"docs/{n}.md": "KEPT [[0]]\n" for n in range(1500)},
        "embed-bomb": {**{f"docs/{n}.md": f"KEPT ![[{n + 1}]]\n\n" * 40 for n in range(5)}, "docs/5.md": "End.\n"}, "embed-circle": {"docs/A.md": "KEPT ![[B]]\n", "docs/B.md": "KEPT ![[C]]\n", "docs/C.md": "KEPT ![[A]]\n"}, "aliases-alike": {f"docs/{n}.md": "---\naliases: [same]\n---\nKEPT [[same]]\n" for n in range(200)},
        "permalinks-alike": {f"docs/{n}.md": "---\npermalink: /same/\n---\nKEPT\n" for n in range(100)}, "note-of-ten-megabytes": {"docs/A.md": "KEPT. Words of prose and [[B]].\n\n" * 300_000, "docs/B.md": "x\n"}, "note-of-seventeen-megabytes": {"docs/A.md": "KEPT\n" * 3_600_000}, "canvas-of-seventeen-megabytes": _canvas(" " * 17_000_000),
        "no-note": {"docs/x.txt": "x"}, "snippet-of-megabytes": _script("x = 1\n" * 500_000), "page-with-many-fences": {"docs/A.md": "KEPT\n\n" + "```text\nx\n```\n\n" * 3000},
    }  # fmt: skip
