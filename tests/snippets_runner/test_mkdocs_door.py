"""The MkDocs plugin, by real builds of a small site."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sample import Done, Sample

HELLO = 'print("hello")\n'
SITE = """
    site_name: A site
    theme: {theme}
    plugins:
      - snippets_runner:
          require_verified: {required}
    markdown_extensions:
      - pymdownx.superfences
      - pymdownx.snippets:
          base_path: snippets
          check_paths: true
    """


def build(sample: Sample, *, required: bool = False, engine: str = "mkdocs", strict: bool = True) -> Done:
    sample.write(
        {
            "mkdocs.yml": SITE.format(
                required=str(required).lower(), theme="mkdocs" if engine == "mkdocs" else "material"
            )
        }
    )
    sample.write({"docs/index.md": "# Home\n"})
    words = [
        sys.executable,
        "-m",
        engine,
        "build",
        "--clean",
        "-d",
        "site",
        *(["--strict"] if strict else []),
    ]
    done = subprocess.run(
        words,
        cwd=sample.root,
        env=sample.environment(NO_MKDOCS_2_WARNING="1"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Done(status=done.returncode, out=done.stdout, err=done.stderr)


def page(sample: Sample, name: str = "a") -> str:
    return (sample.root / f"site/{name}/index.html").read_text(encoding="utf-8")


def test_a_verified_snippet_has_its_output_and_badge(sample: Sample) -> None:
    sample.snippet("a", HELLO, out="hello\n")
    sample.run("check")

    done = build(sample, required=True)

    assert done.status == 0, done.err
    assert '<pre tabindex="0"><code>hello\n</code></pre>' in page(sample)
    assert '<details class="snippet-badge snippet-badge--verified"><summary title="' in page(sample)
    assert "✓ ran in " in page(sample)
    assert "1 snippet on this page, last verified " in page(sample)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("required", [False, True])
def test_an_unverified_snippet_says_so_and_is_refused_where_that_is_required(
    required: bool, strict: bool, sample: Sample
) -> None:
    sample.snippet("a", HELLO, out="hello\n")

    done = build(sample, required=required, strict=strict)

    assert done.status == (1 if required else 0), done.err
    told = "docs/a.md:4:1: unverified: shows snippets/a.py, which is not verified as it stands (snippets-runner check snippets/a.py)"
    assert (told in done.err) is required
    assert '<p class="snippet-badge snippet-badge--unverified">not verified here</p>' in page(sample)


IN_PAGES = """
---
title: In pages
---

- in a list

    ```python session="a" title="a.py"
    x = 1
    ```

```py continuation
assert x == 1
```

```bash expect-error='exit status 3' hl_lines="1"
exit 3
```

```python test="skip"
1 / 0
```

```python exec="true" session="b"
y = 2
```
"""


def test_code_in_a_page_is_shown_without_its_marks_and_refused_where_it_was_not_run(sample: Sample) -> None:
    sample.settings(inline="run")
    sample.write({"docs/a.md": IN_PAGES})
    assert sample.run("check").status == 0

    done = build(sample, required=True)

    assert done.status == 0, done.err
    shown, _, left = page(sample).partition("exec=")
    assert "```" not in shown.replace("```python ", "", 1)
    assert '<span class="filename">a.py</span>' in shown
    assert "expect-error" not in shown
    assert left, "what another tool may read is left as it is"
    sample.write({"docs/a.md": IN_PAGES.replace("assert x == 1", "assert x == 2")})
    done = build(sample, required=True)
    assert done.status == 1
    told = "docs/a.md:8:1: unverified: shows docs/a.md#a, which is not verified as it stands"
    assert told in done.err


@pytest.mark.parametrize("what", ["text", "recording"])
def test_a_change_after_the_check_takes_the_badge_away(what: str, sample: Sample) -> None:
    sample.snippet("a", HELLO, out="hello\n")
    sample.run("check")
    file = sample.root / ("snippets/a.py" if what == "text" else "snippets/a.out")
    file.write_text(file.read_text() + "\n", encoding="utf-8")

    assert build(sample, required=True).status == 1
    assert "snippet-badge--unverified" in page(sample)


def test_a_failed_snippet_shows_what_happened(sample: Sample) -> None:
    sample.snippet("a", "raise ValueError('<no>')\n")
    sample.run("check")

    assert build(sample, required=True).status == 1
    assert "✗ failed when it was last run" in page(sample)
    assert "ValueError: &lt;no&gt;" in page(sample)
    assert str(sample.root) not in page(sample)


def test_a_skipped_snippet_says_why_and_is_no_error(sample: Sample) -> None:
    sample.snippet("a", '# /// script\n# [tool.snippets-runner]\n# skip = "needs a printer"\n# ///\n')
    sample.run("check")

    assert build(sample, required=True).status == 0
    assert (
        '<p class="snippet-badge snippet-badge--unverified">not verified here: needs a printer</p>'
        in page(sample)
    )


@pytest.mark.parametrize("engine", ["mkdocs", "properdocs"])
def test_a_missing_section_fails_a_strict_build_at_its_place_in_the_file(engine: str, sample: Sample) -> None:
    sample.snippet("a", "# --8<-- [start:read]\nx = 1\n# --8<-- [end:read]\n")
    sample.write(
        {
            "docs/a.md": '---\ntitle: A\ntags: [x]\n---\n\n# A\n\n- list\n\n    ```python\n    --8<-- "a.py:raed"\n    ```\n'
        }
    )

    done = build(sample, engine=engine)

    assert done.status == 1
    assert "docs/a.md:11:5: missing-section: a.py has no section `raed` (did you mean `read`?)" in done.err
    assert build(sample, engine=engine, strict=False).status == 0
    assert "✗ missing-section: a.py has no section `raed`" in page(sample)


def test_a_page_in_norwegian_gets_norwegian_words(sample: Sample) -> None:
    sample.snippet("a", HELLO, out="hello\n")
    sample.write({"docs/a.md": '---\nlang: nb\n---\n# A\n\n```python\n--8<-- "a.py"\n```\n'})
    sample.run("check")

    assert build(sample).status == 0
    assert '<span class="snippet-output__label">Utskrift</span>' in page(sample)
    assert "✓ kjørt på " in page(sample)
    assert "1 kodebit på denne siden, sist kontrollert " in page(sample)


def test_a_build_executes_nothing(sample: Sample, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    sample.snippet("a", f"open({str(mark)!r}, 'w')\n")

    assert build(sample).status == 0
    assert not mark.exists()


def test_the_extension_may_be_listed_by_name_as_well(sample: Sample) -> None:
    sample.snippet("a", HELLO, out="hello\n")
    sample.run("check")
    build(sample)
    text = (sample.root / "mkdocs.yml").read_text() + "  - snippets_runner\n"
    (sample.root / "mkdocs.yml").write_text(text, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=sample.root,
        env=sample.environment(NO_MKDOCS_2_WARNING="1"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert page(sample).count("snippet-badge--verified") == 1


def test_a_markdown_copy_of_a_page_holds_the_code_and_what_it_printed(sample: Sample) -> None:
    """Whoever makes the copy: here a hook of the site, which knows nothing of snippets."""
    sample.snippet("a", "# --8<-- [start:say]\nprint('```')  # says fence\n# --8<-- [end:say]\n", out="```\n")
    text = '1. In a list:\n\n    ```python title="a.py" output=open\n    --8<-- "a.py:say"\n    ```\n\n```python\n--8<-- "t/none.py"\n```\n'
    hook = f"""
        from mkdocs.structure.files import File

        def on_files(files, config):
            copy = File.generated(config, "copy.txt", content={text!r})
            copy.dest_uri = "norsk/index.md"
            files.append(copy)
            return files
        """
    sample.write({"copies.py": hook, "docs/norsk.md": "---\nlang: nb\n---\n\nEn side.\n"})
    config = SITE.replace("plugins:", "hooks: [copies.py]\n    plugins:")
    sample.write({"mkdocs.yml": config.format(required="false", theme="mkdocs"), "docs/index.md": "# Home\n"})
    command = [sys.executable, "-m", "mkdocs", "build", "-d", "site"]
    done = subprocess.run(command, cwd=sample.root, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr

    assert (sample.root / "site/norsk/index.md").read_text("utf-8") == (
        "1. In a list:\n\n    ````python title=\"a.py\"\n    print('```')  # says fence\n    ````\n\n    Utskrift:\n\n"
        '    ````text\n    ```\n    ````\n\n```python\n--8<-- "t/none.py"\n```\n'
    )


ACTIONS = SITE.replace("required}", "required}\n          actions: {actions}")


def build_with(sample: Sample, *, more: str = "", actions: str = "[download, open, run]") -> str:
    """Build a site that names more settings; return its page's row of actions."""
    sample.write(
        {"docs/index.md": "# Home\n", "docs/folder/page.md": '# A\n\n```python\n--8<-- "t/a b.py"\n```\n'}
    )
    text = ACTIONS.format(required="false", theme="mkdocs", actions=actions)
    sample.write({"mkdocs.yml": text + more, "snippets/t/a b.py": HELLO})
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", "site"]
    done = subprocess.run(
        command,
        cwd=sample.root,
        env=sample.environment(NO_MKDOCS_2_WARNING="1"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return page(sample, "folder/page")


def test_a_shown_file_is_published_and_linked_from_the_page(sample: Sample) -> None:
    html = build_with(sample)

    assert '<a href="../../snippets/t/a%20b.py" aria-label="Download: a b.py" download>Download</a>' in html
    assert (sample.root / "site/snippets/t/a b.py").read_text("utf-8") == HELLO
    assert "<code>uv run 'snippets/t/a b.py'</code>" in html
    assert "Open in the repository" not in html


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ("repo_url: https://github.com/me/it\n", "https://github.com/me/it/blob/master/snippets/t/a%20b.py"),
        (
            "repo_url: https://gitlab.com/me/it\nedit_uri: -/edit/main/docs/\n",
            "https://gitlab.com/me/it/-/blob/main/snippets/t/a%20b.py",
        ),
    ],
)
def test_where_a_repository_is_named_the_file_is_linked_in_it(
    settings: str, address: str, sample: Sample
) -> None:
    html = build_with(sample, more="\n".join(["", *(f"    {line}" for line in settings.splitlines())]) + "\n")

    assert f'<a href="{address}" aria-label="Open in the repository: a b.py">' in html


def test_a_site_chooses_what_it_offers(sample: Sample) -> None:
    assert "snippet-actions" not in build_with(sample, actions="[]")
    assert not (sample.root / "site/snippets").exists()
    html = build_with(sample, actions="[run]")
    assert "Run locally" in html
    assert "Download" not in html
