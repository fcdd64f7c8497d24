"""Shell, JavaScript and Go that stand in pages run there, as snippet files do, where the project says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import check, states, told

from snippets_runner.config import load_config
from snippets_runner.languages.programs import GO, JAVASCRIPT
from snippets_runner.languages.running import is_here
from snippets_runner.pipeline import Report, run

RUN = "[tool.snippets-runner]\ninline = 'run'\n"
NODE = pytest.mark.skipif(not is_here(JAVASCRIPT), reason="needs node")


def page(root: Path, text: str, settings: str = RUN) -> Report:
    """Check a project of one page."""
    return check(root, {"pyproject.toml": settings, "docs/page.md": text})


def test_shell_runs_and_what_ends_it_is_named_with_its_line(tmp_path: Path) -> None:
    text = "# A\n\n```bash\necho one\ntest one = two\n```\n\n- a\n\n    ```sh\n    echo $((1 + 1))\n    ```\n"
    report = page(tmp_path, text)
    assert told(report) == ["docs/page.md:5:1: raised: test one = two ended with status 1"]
    assert states(report) == {"docs/page.md:3": "failed", "docs/page.md:10": "passed"}
    assert report.findings[0].details == "one\ndocs/page.md: line 5: test one = two ended with status 1"
    assert "Bash" in report.outcomes[1].result.versions  # type: ignore[union-attr]


@NODE
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('throw new TypeError("boom")', "TypeError: boom"),
        ("const = 1", "SyntaxError: Unexpected token '='"),
        ('Promise.reject(new Error("late"))', "Error: late"),
        ('import "node:fs"; await null; throw new Error("module")', "Error: module"),
        ("process.exitCode = 3", "Node ended with exit status 3"),
    ],
)
def test_javascript_runs_and_its_errors_are_told_in_their_words(
    code: str, message: str, tmp_path: Path
) -> None:
    report = page(tmp_path, f"```js\nconsole.log(1)\n```\n\n```javascript\n\n{code}\n```\n")
    line = 6 if message.startswith("Node") else 7
    assert [each.partition(": ")[2] for each in told(report)] == [f"raised: {message}"]
    assert report.findings[0].where.line in (line, line + 1)
    assert str(tmp_path) not in report.findings[0].details
    assert "node:internal/modules" not in report.findings[0].details


def test_what_runs_in_a_page_is_confined_as_a_file_is(tmp_path: Path) -> None:
    target = tmp_path / "written"
    report = page(
        tmp_path,
        f'```bash\necho > {target}\n```\n\n```bash\ntest -z "${{USER-}}${{PYTEST_CURRENT_TEST-}}"\n```\n',
    )
    guards = {each for outcome in report.outcomes if outcome.result for each in outcome.result.guards}
    if "landlock" in guards:
        assert list(states(report).values()) == ["failed", "passed"]
        assert not target.exists()


def test_each_block_is_a_program_unless_a_session_or_the_page_is_one(tmp_path: Path) -> None:
    text = '```bash session="a"\nv=5\n```\n\n```bash session="a"\ntest $v = 5\n```\n\n```bash continuation\ntest $v = 5\n```\n'
    assert states(page(tmp_path, text)) == {"docs/page.md#bash-a": "passed"}
    text = "```bash\nv=5\n```\n\n```python\nv = 6\n```\n\n```bash\ntest $v = 5\n```\n\n```python\nassert v == 6\n```\n"
    report = page(tmp_path, text, f"{RUN}inline-session = 'page'\n")
    assert states(report) == {"docs/page.md#bash": "passed", "docs/page.md#page": "passed"}
    text = '```python session="sql"\nv = 6\n```\n\n```sql\nSELECT 1;\n```\n'
    assert sorted(page(tmp_path, text).project.snippets) == ["docs/page.md#python-sql", "docs/page.md#sql"]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("```bash\npip install flask\n```\n", "validated"),
        ("```bash\ncd shop\nsudo systemctl restart shop\n```\n", "validated"),
        ("```bash\ncurl -s https://shop.example/orders\n```\n", "validated"),
        ("```bash\n$ ls\n```\n", "shown"),
        ("```bash\nls <FOLDER>\n```\n", "shown"),
        ("```bash\nsource shop.sh\n...\n```\n", "validated"),
        ("<!-- skip: next -->\n```bash\nfalse\n```\n", "shown"),
        ('```sql test="skip"\nSELEC 1;\n```\n', "shown"),
        ("```bash\ncurl -s http://localhost/ || true\n```\n", "run"),
    ],
)
def test_what_is_for_the_readers_machine_a_part_or_marked_does_not_run(
    text: str, level: str, tmp_path: Path
) -> None:
    report = page(tmp_path, text)
    assert [each for each in report.findings if each.severity.value == "error"] == []
    assert report.ledger.figures[f"blocks_{level}"] == 1


@pytest.mark.parametrize(
    "settings",
    ["", f"{RUN}inline-languages = ['javascript']\n", "[tool.snippets-runner]\ninline = 'forbid'\n"],
)
def test_where_nothing_or_something_else_is_said_shell_is_only_validated(
    settings: str, tmp_path: Path
) -> None:
    report = page(tmp_path, "```bash\nfalse\n```\n", settings)
    assert told(report) == []
    assert report.ledger.figures["blocks_validated"] == 1


def test_a_language_that_can_not_run_in_pages_is_refused_as_a_setting(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f"{RUN}inline-languages = ['rust']\n", encoding="utf-8")
    with pytest.raises(Exception, match="unknown value `rust`"):
        load_config(tmp_path)


def test_a_command_that_is_not_here_and_a_network_that_is_not_are_told_as_such(tmp_path: Path) -> None:
    text = "```bash\nno-such-command --help\n```\n\n```python\nimport no_such_module\n```\n"
    report = page(tmp_path, text)
    assert [each.code.value for each in report.findings] == ["missing-dependency", "missing-dependency"]
    assert told(report)[0] == "docs/page.md:2:1: missing-dependency: no-such-command: command not found"
    assert "skip: next" in report.findings[0].hint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.sh", '# /// script\n# [tool.snippets-runner]\n# expect-error = "exit status 3"\n# ///\necho one\nexit 3\n'),
        ("a.sh", '# /// script\n# [tool.snippets-runner]\n# expect-error = "command not found"\n# ///\nno-such-command\n'),
        ("a.sql", '-- /// script\n-- [tool.snippets-runner]\n-- expect-error = "division by zero"\n-- ///\nSELECT 1 / 0;\n'),
        pytest.param("a.js", '// /// script\n// [tool.snippets-runner]\n// expect-error = "TypeError"\n// ///\nthrow new TypeError("x")\n', marks=NODE),
    ],
)  # fmt: skip
def test_an_expected_error_of_another_language_is_held_to_and_recorded(
    name: str, text: str, tmp_path: Path
) -> None:
    language = {"sh": "bash"}.get(name[2:], name[2:])
    files = {"docs/page.md": f'```{language}\n--8<-- "{name}"\n```\n', f"snippets/{name}": text}
    (tmp_path / "snippets").mkdir()
    check(tmp_path, files)
    assert told(run(load_config(tmp_path), update=True)) == []
    recorded = (
        (tmp_path / "snippets/a.err").read_text("utf-8") if (tmp_path / "snippets/a.err").exists() else ""
    )
    assert str(tmp_path) not in recorded
    assert "node:internal/modules" not in recorded
    assert told(run(load_config(tmp_path), use_cache=False)) == []
    (tmp_path / "snippets" / name).write_text(
        text.replace('expect-error = "', 'expect-error = "another '), "utf-8"
    )
    report = run(load_config(tmp_path), use_cache=False)
    assert [each.code.value in ("raised", "missing-dependency") for each in report.findings] == [True]


def test_an_expected_error_that_does_not_come_is_told_in_other_languages_too(tmp_path: Path) -> None:
    report = page(tmp_path, '```bash expect-error="exit status 3"\ntrue\n```\n')
    assert told(report) == ["docs/page.md:2:1: raised: ended well, and it says that it shows exit status 3"]


PROGRAMS = """```go
package main

import "fmt"

func main() { fmt.Println("one") }
```

```go
package main

func main() { panic("boom") }
```

```go
package main

func main() { x := 1 }
```
"""


@pytest.mark.skipif(not is_here(GO), reason="needs Go")
def test_go_runs_and_its_standard_library_is_compiled_once(tmp_path: Path) -> None:
    report = page(tmp_path, PROGRAMS)
    assert told(report) == [
        "docs/page.md:12:1: raised: panic: boom",
        "docs/page.md:18:1: raised: declared and not used: x",
    ]
    assert (tmp_path / ".cache/snippets_runner/go").is_dir()


@pytest.mark.skipif(is_here(GO), reason="has Go")
def test_a_program_whose_language_is_not_here_is_skipped_and_said(tmp_path: Path) -> None:
    (tmp_path / "snippets").mkdir()
    files = {
        "docs/page.md": '```go\n--8<-- "a.go"\n```\n',
        "snippets/a.go": "package main\n\nfunc main() {}\n",
    }
    report = check(tmp_path, files)
    assert states(report) == {"snippets/a.go": "skipped"}
    assert [each.message for each in report.findings] == [
        "Go can't be had here: there is no `go` where snippets look for programs"
    ]
    assert report.ledger.figures["blocks_shown"] == 1
