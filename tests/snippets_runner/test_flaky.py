"""A snippet that passes by luck is found when it runs again under conditions that must not matter."""

from __future__ import annotations

import pytest
from sample import Sample

SET = 'print(" ".join({"alpha", "beta", "gamma", "delta", "epsilon"}))\n'
LOCAL_TIME = 'import time\nprint(time.strftime("%d %H:%M", time.localtime(1_704_067_200)))\n'


def recorded(sample: Sample, name: str, code: str) -> None:
    sample.snippet(name, code)
    assert sample.run("update", f"snippets/{name}.py", "--no-cache").status == 0


def test_the_order_of_a_set_is_flaky_and_the_two_outputs_are_shown(sample: Sample) -> None:
    recorded(sample, "unordered", SET)
    sample.snippet("steady", "print(1)", out="1\n")
    assert sample.run("check", "--no-cache").status == 0

    done = sample.run("check", "--repeat", "2")

    assert done.status == 1
    assert "snippets/unordered.py:1:1: flaky: gave something else in run " in done.out
    assert "hash seed" in done.out
    assert "  | --- first run" in done.out
    assert done.out.count("flaky: ") == 1
    assert "snippets/unordered.py --repeat" in done.out
    assert sample.ledger()["snippets"]["snippets/unordered.py"]["status"] == "failed"
    assert sample.ledger()["snippets"]["snippets/steady.py"]["status"] == "passed"


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_a_local_time_is_flaky_in_either_isolation(sample: Sample, isolation: str) -> None:
    sample.snippet("clock", LOCAL_TIME, out="01 00:00\n")
    done = sample.run("--isolation", isolation, "check", "--flaky", "1")
    assert done.status == 1
    assert "time zone Pacific/Kiritimati" in done.out
    assert "  | -01 00:00" in done.out
    assert "  | +01 14:00" in done.out


def test_what_may_vary_is_not_flaky(sample: Sample) -> None:
    code = (
        "# /// script\n# [tool.snippets-runner]\n# redact = [{ pattern = '[a-z]+( [a-z]+)+', as = 'words' }]\n"
        f"# ///\n{SET}"
    )
    recorded(sample, "allowed", code)
    done = sample.run("check", "--repeat", "2")
    assert done.status == 0, done.out


def test_what_fails_anyway_is_told_once_and_not_repeated(sample: Sample) -> None:
    sample.snippet("wrong", "raise ValueError('always')")
    done = sample.run("check", "--repeat", "1")
    assert done.status == 1
    assert "raised: raised ValueError: always" in done.out
    assert "flaky" not in done.out


def test_a_negative_number_is_a_usage_error(sample: Sample) -> None:
    assert sample.run("check", "--repeat", "-1").status == 2
