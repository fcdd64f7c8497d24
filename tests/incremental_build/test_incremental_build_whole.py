"""A build that would make what is there ends at once; one that would make anything else never does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

MakeSite = Callable[..., "Site"]  # noqa: F821 - of conftest
NOTHING = "nothing has changed"
HOOK = r"""
import os, subprocess
from pathlib import Path
import beside
OUTSIDE = Path(__file__).parents[2] / "outside"

def on_page_markdown(markdown, page, config, files):
    seen = subprocess.run(["git", "log", "--format=%s"], cwd=OUTSIDE.parent, capture_output=True, text=True).stdout
    there = Path(config.docs_dir, "flag").exists()
    text = (OUTSIDE / "text").read_text()
    return f"{markdown}\n{beside.WORD} {seen} {there} {text} {sorted(os.listdir(OUTSIDE))} {os.environ.get('WORD')}\n"
"""
BASE = "INHERIT: ../outside/base.yml\nsite_name: Test\ntheme: {name: null, custom_dir: theme}\nhooks: [hooks/hook.py]\n"
PLAIN = f"{BASE}plugins: []\n"
CONFIG = BASE + "plugins: [{incremental_build: {trusted_plugins: [hooks]}}]\n"


def project(site: Site) -> None:  # noqa: F821
    """Write a project whose hook looks at all kinds of things, most of them outside of it."""
    site.write(
        {
            "mkdocs.yml": CONFIG,
            "hooks/hook.py": HOOK,
            "hooks/beside.py": "WORD = 'one'\n",
            "theme/part.html": "part",
            "theme/main.html": "{% include 'part.html' %}{{ page.content }}{{ nav }}",
            "../outside/text": "text",
            "../outside/base.yml": "markdown_extensions: [{toc: {permalink: true}}]\n",
        }
    )
    git(site.root.parent, "init", "-q")
    git(site.root.parent, "commit", "-q", "--allow-empty", "-m", "first")


def git(folder: Path, *arguments: str) -> None:
    who = {f"GIT_{role}_{what}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **who}, check=True)


def same_size_and_time(site: Site) -> None:  # noqa: F821
    path = site.root / "docs/two.md"
    before = path.stat()
    path.write_text(path.read_text("utf-8").replace("Part", "Tarp"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


CHANGES: dict[str, Callable[..., object]] = {
    "a note, of the same size and time": same_size_and_time,
    "a new note": lambda site: site.write({"docs/three.md": "# Three\n"}),
    "a note that is gone": lambda site: (site.root / "docs/two.md").unlink(),
    "an empty file that a hook only asks for": lambda site: site.write({"docs/flag": ""}),
    "a part of the theme": lambda site: site.write({"theme/part.html": "other"}),
    "the configuration": lambda site: site.write({"mkdocs.yml": f"{CONFIG}use_directory_urls: false\n"}),
    "a setting of the theme": lambda site: site.write(
        {
            "mkdocs.yml": CONFIG.replace(
                "custom_dir: theme", "custom_dir: theme, static_templates: [part.html]"
            )
        }
    ),
    "a configuration that this one inherits": lambda site: site.write(
        {"../outside/base.yml": "markdown_extensions: [{toc: {permalink: false}}]\n"}
    ),
    "a hook": lambda site: site.write({"hooks/hook.py": f"{HOOK}\n    "}),
    "a module that a hook imports": lambda site: site.write({"hooks/beside.py": "WORD = 'two'\n"}),
    "a file outside of the project": lambda site: site.write({"../outside/text": "other"}),
    "a new file in a folder outside of the project": lambda site: site.write({"../outside/new": ""}),
    "a commit": lambda site: git(site.root.parent, "commit", "-q", "--allow-empty", "-m", "second"),
    "a page of the site": lambda site: site.write({"site/two/index.html": "spoilt"}),
    "a page of the site, taken away": lambda site: (site.root / "site/two/index.html").unlink(),
    "a file that was put into the site": lambda site: site.write({"site/more.html": "more"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_of_anything_the_site_is_that_of_a_build_from_nothing(
    make_site: MakeSite, tmp_path: Path, change: str
) -> None:
    site = make_site()
    site = type(site)(root=tmp_path / "project")
    site.write({"docs/index.md": "# Home\n\nTo [two](two.md).\n", "docs/two.md": "# Two\n\n## Part\n"})
    project(site)
    environment = {"PYTHONPATH": "hooks"}
    site.build(**environment)
    assert NOTHING in site.build(**environment).stderr
    CHANGES[change](site)
    done = site.build(**environment, PYTHONWARNINGS="always")
    assert done.returncode == 0
    assert "user_configs" not in done.stderr  # which MkDocs is about to take away
    assert NOTHING not in done.stderr
    kept = site.files()
    text = (site.root / "mkdocs.yml").read_text("utf-8")
    site.write({"mkdocs.yml": text.replace(CONFIG.splitlines()[-1], PLAIN.splitlines()[-1])})
    assert site.build("--site-dir", "clean", **environment).returncode == 0
    assert kept == site.files("clean")


@pytest.mark.parametrize("given", [{"WORD": "x"}, {"SOURCE_DATE_EPOCH": "1800000000"}, {"TZ": "Asia/Tokyo"}])
def test_another_environment_is_a_change(make_site: MakeSite, given: dict[str, str]) -> None:
    site = make_site()
    site.build()
    assert NOTHING in site.build().stderr
    assert NOTHING not in site.build(**given).stderr


def test_where_nothing_changed_nothing_is_touched(make_site: MakeSite) -> None:
    site = make_site()
    site.build()
    before = {name: (site.root / "site" / name).stat() for name in site.files()}
    (site.root / "docs/two.md").touch()  # another time is no change
    done = site.build()
    assert (done.returncode, NOTHING in done.stderr) == (0, True)
    assert {name: (site.root / "site" / name).stat() for name in site.files()} == before
    assert site.beside() == []


def test_what_the_last_build_said_is_said_again_and_a_strict_one_is_refused(make_site: MakeSite) -> None:
    site = make_site("nav: [two.md]\n", **{"docs/two.md": "# Two\n\nTo [nowhere](nowhere.md).\n"})
    first = site.build()
    again = site.build()
    assert NOTHING in again.stderr

    def said(text: str) -> list[str]:
        return [line for line in text.splitlines() if "nowhere.md" in line or "not included" in line]

    assert len(said(first.stderr)) == 2
    assert said(again.stderr) == said(first.stderr)
    strict = site.build("--strict")
    assert strict.returncode != 0
    assert NOTHING not in strict.stderr
    assert NOTHING in site.build().stderr  # the last good site and its record are untouched


def test_without_a_voucher_for_the_hooks_each_build_looks_at_every_page(make_site: MakeSite) -> None:
    site = make_site(
        "hooks: [hook.py]\n", **{"hook.py": "def on_page_markdown(markdown, **_): return markdown\n"}
    )
    site.build()
    again = site.build("--verbose")
    assert NOTHING not in again.stderr
    assert "nobody vouched for hook.py" in again.stderr


def test_where_a_program_is_run_every_file_of_the_project_counts(make_site: MakeSite) -> None:
    code = f"import subprocess\ndef on_post_build(config):\n    subprocess.run([{sys.executable!r}, 'program.py'], check=True)\n"
    site = make_site(
        "hooks: [hook.py]\n",
        **{"hook.py": code, "program.py": "import json\nopen('data.json').read()\n", "data.json": "1"},
    )
    config = (site.root / "mkdocs.yml").read_text("utf-8")
    site.write(
        {
            "mkdocs.yml": config.replace(
                "[incremental_build]", "[{incremental_build: {trusted_plugins: [hooks]}}]"
            )
        }
    )
    site.build()
    assert NOTHING in site.build().stderr
    site.write({"data.json": "2"})
    assert NOTHING not in site.build().stderr


def test_a_template_that_asks_for_the_time_is_built_each_time(make_site: MakeSite) -> None:
    site = make_site(**{"theme/main.html": "{{ config.build_date_utc }}"})
    site.build()
    assert NOTHING not in site.build().stderr


def test_a_file_that_is_only_linked_into_the_site_counts(make_site: MakeSite) -> None:
    code = "import os\ndef on_post_build(config):\n    os.link('linked', config.site_dir + '/linked')\n"
    site = make_site("hooks: [hook.py]\n", **{"hook.py": code, "linked": "one"})
    config = (site.root / "mkdocs.yml").read_text("utf-8")
    ours = "[{incremental_build: {trusted_plugins: [hooks], memory: false}}]"
    site.write({"mkdocs.yml": config.replace("[incremental_build]", ours)})
    for text in ("one", "two"):
        (site.root / "linked").unlink()  # the site's own link keeps what it had
        site.write({"linked": text})
        assert site.build().returncode == 0
        assert site.files()["linked"] == text.encode()


def test_a_file_that_the_build_itself_has_just_made_leaves_a_record(make_site: MakeSite) -> None:
    code = """
from pathlib import Path

def on_pre_build(config):
    made = Path(".kept/made")
    if not made.exists():
        Path(".kept/part").write_text("text")
        Path(".kept/part").replace(made)
    made.read_text()
"""
    site = make_site("hooks: [hook.py]\n", **{"hook.py": code, ".kept/other": ""})
    config = (site.root / "mkdocs.yml").read_text("utf-8")
    ours = "[{incremental_build: {trusted_plugins: [hooks]}}]"
    site.write({"mkdocs.yml": config.replace("[incremental_build]", ours)})
    site.build()
    assert NOTHING in site.build().stderr
    site.write({".kept/made": "other"})
    assert NOTHING not in site.build().stderr


def test_of_two_builds_at_once_neither_takes_the_site_of_the_other_for_its_own(make_site: MakeSite) -> None:
    code = """
import os

def on_page_markdown(markdown, page, config, files):
    return f"{markdown}\\n\\n{os.environ['WORD']}\\n"
"""
    slow = """
import time
from pathlib import Path

def begin(record):
    def waiting(*given):
        Path(".kept/published").touch()
        while not Path(".kept/other").exists():
            time.sleep(0.01)
        return record(*given)
    return waiting

from incremental_build.whole import Whole
Whole.record = begin(Whole.record)

from mkdocs.__main__ import cli
cli(["build"])
"""
    site = make_site("hooks: [hook.py]\n", **{"hook.py": code, ".kept/x": "", ".kept/slow.py": slow})
    config = (site.root / "mkdocs.yml").read_text("utf-8")
    ours = "[{incremental_build: {trusted_plugins: [hooks]}}]"
    site.write({"mkdocs.yml": config.replace("[incremental_build]", ours)})
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000", "WORD": "one"}
    first = subprocess.Popen([sys.executable, ".kept/slow.py"], cwd=site.root, env=environment)
    while not (site.root / ".kept/published").exists() and first.poll() is None:
        time.sleep(0.01)
    assert site.build(WORD="two").returncode == 0  # it publishes between the first one's site and its record
    (site.root / ".kept/other").touch()
    assert first.wait(timeout=60) == 0
    assert site.build(WORD="one").returncode == 0
    assert b"one" in site.files()["index.html"]
