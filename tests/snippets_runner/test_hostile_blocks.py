"""A block that its parser can't get through is told, and the blocks after it are checked as ever.

For each parser that looks at a text within Python there is one that is too much for it, or for most like it. The first
are those that the parser of today never ends with; of the others it must have said something in time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from sample import Sample

from snippets_runner.languages.judge import Judge
from snippets_runner.languages.judged import PARSERS
from snippets_runner.languages.level import InvalidError, StuckError

SCHEMA = '{"$schema": "https://json-schema.org/draft/2020-12/schema", '
ALIASES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{number}: &a{number}\n  <<: [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 30)
)
ENTITIES = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12))
ENDLESS = {
    "yaml": ALIASES,
    "openapi": f'openapi: 3.1.0\ninfo: {{title: a, version: "1"}}\npaths: {{}}\n{ALIASES}',
    "toml": "a" + ".a" * 60_000 + " = 1\n",
    "jsonschema": f'{SCHEMA}"allOf": [' + ", ".join(['{"required": ["a"]}'] * 60_000) + "]}",
    "http": "GET / HTTP/1.1\na:" + " " * 200_000 + "\x00\n",
    "graphql": "{" + "a " * 2_000_000 + "}",
    "dockerfile": "FROM a\nRUN " + "a \\\n" * 400_000,
    "hcl": "a = [\n" + "1,\n" * 400_000 + "]\n",
    "html": "".join(f"<b x={number}>" for number in range(6000)) + "<p>" * 6000,
}
"""By language, what takes its parser minutes, or for ever."""
LARGE = {
    "json": "[" * 200_000,
    "jsonc": "/*" * 60_000 + '"',
    "jsonl": '{"a":' * 3000 + "\n" * 100_000,
    "xml": f'<!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa">{ENTITIES}]><a>&a11;</a>',
    "ini": "[a]\n" + "".join(f"k{number} = %(k{number + 1})s%(k{number + 1})s\n" for number in range(40)),
    "csv": '"' + "a," * 300_000,
    "css": "a{" * 5000 + "(" * 50_000,
}
"""What parsers like these have been ended by: the depth of a stack, entities in entities, a quote that is never closed."""
WRONG = {
    **dict.fromkeys(("json", "jsonc", "jsonl", "jsonschema", "graphql", "css", "hcl"), "{{"),
    **dict.fromkeys(("yaml", "openapi"), "a: [\n"),
    "toml": "a =\n", "http": "no message\n", "dockerfile": "NOTHING a\n", "html": "<p></b>\n",
    "xml": "<a>", "ini": "a\n", "csv": "a,b\nc\n",
}  # fmt: skip
"""What is not of its language."""


def test_every_parser_has_its_hostile_text() -> None:
    assert {*ENDLESS, *LARGE} == {*PARSERS} == {*WRONG}


@pytest.mark.parametrize("language", sorted(ENDLESS))
def test_a_parser_that_comes_to_no_end_is_ended_and_the_next_block_is_checked(language: str) -> None:
    with Judge(seconds=60, memory=4096) as judge:
        with pytest.raises(InvalidError):
            judge.check(language, WRONG[language])  # its modules are imported now
        judge._seconds = 1
        with pytest.raises(StuckError, match="its parser had come to no end after 1 s"):
            judge.check(language, ENDLESS[language])
        judge._seconds = 60
        with pytest.raises(InvalidError):
            judge.check(language, WRONG[language])


@pytest.fixture(scope="module")
def patient() -> Iterator[Judge]:
    with Judge(seconds=60, memory=4096) as judge:
        yield judge


@pytest.mark.parametrize("language", sorted(LARGE))
def test_a_parser_says_something_of_what_is_too_much_for_others(language: str, patient: Judge) -> None:
    before = judge_of(patient, language, WRONG[language])
    judge_of(patient, language, LARGE[language])
    assert judge_of(patient, language, WRONG[language]) == before != ""


def judge_of(judge: Judge, language: str, text: str) -> str:
    """Return what a judge says that is wrong with a text."""
    try:
        judge.check(language, text)
    except InvalidError as error:
        return str(error)
    return ""


def test_a_parser_that_needs_too_much_memory_or_crashes_is_told() -> None:
    with Judge(seconds=60, memory=200) as judge:
        with pytest.raises(StuckError, match=r"its parser (needed more memory than the limit|crashed)"):
            judge.check("json", "[" + "1.5," * 5_000_000 + "1]")
        judge.check("json", "[]")
        assert judge._process is not None
        os.kill(judge._process.pid, 9)
        with pytest.raises(StuckError, match="its parser crashed"):
            judge.check("json", "[]")
        judge.check("json", "[]")
        process = judge._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_check_tells_it_at_its_place_and_goes_on(sample: Sample) -> None:
    sample.settings(timeout=2)
    blocks = f"```yaml\na: 1\n```\n\n```yaml\n{ALIASES}```\n\n```json\n{{\n```\n"
    sample.write({"docs/page.md": f"# Page\n\n{blocks}"})
    began = time.monotonic()
    done = sample.run("check")
    assert (
        "docs/page.md:7:1: timeout: `yaml` could not be checked: its parser had come to no end after 2 s"
        in done.out
    )
    assert "docs/page.md:70:1: invalid-block: this is not json" in done.out
    assert done.status == 1
    assert time.monotonic() - began < 60
