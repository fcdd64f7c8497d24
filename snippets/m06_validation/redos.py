# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 20
# redact = [{ pattern = 'about \d+ times', as = "about … times" }]
# ///
"""An expression whose work explodes with each character, two that stay linear, and a limit in time."""

import re
import subprocess
import sys
import timeit

# --8<-- [start:expressions]
# --8<-- [start:nested]
NESTED = r"^(\w+\s?)*$"  # words and spaces: a word can be cut in 2^n ways
# --8<-- [end:nested]
# --8<-- [start:flat]
FLAT = r"^\w+(\s\w+)*\s?$"  # each word begins at a space: one way only
# --8<-- [end:flat]
ATOMIC = r"^(?>(\w+\s?)*)$"  # Python 3.11: what has been matched is not tried again
# --8<-- [end:expressions]


# --8<-- [start:measure]
def seconds(expression: str, length: int) -> float:
    """Time one refusal of `aaa…a!`."""
    text, compiled = "a" * length + "!", re.compile(expression)
    assert compiled.match(text) is None
    return min(timeit.repeat(lambda: compiled.match(text), number=1, repeat=3))


for good in ("ada", "ada byron lovelace", "ada "):
    assert all(re.match(each, good) for each in (NESTED, FLAT, ATOMIC))
growth = seconds(NESTED, 20) / seconds(NESTED, 16)
print(f"four characters more: nested takes about {growth:.0f} times as long")
assert growth > 4
worst = seconds(NESTED, 20)
for name, expression in (("flat", FLAT), ("atomic", ATOMIC)):
    ratio = worst / seconds(expression, 20)
    print(f"20 characters, nested against {name}: {'more' if ratio > 100 else 'less'} than 100x")
    assert ratio > 100
print(f"flat, 20,000 characters: under 0.1 s: {seconds(FLAT, 20_000) < 0.1}")
# --8<-- [end:measure]


# --8<-- [start:limit]
def match_within(limit: float, expression: str, text: str) -> str:
    """Match in a process of its own: `re` can't be interrupted from inside."""
    code = "import re, sys; print(bool(re.match(sys.argv[1], sys.argv[2])))"
    command = [sys.executable, "-I", "-c", code, expression, text]
    try:
        done = subprocess.run(command, timeout=limit, capture_output=True, text=True, check=True)
    except subprocess.TimeoutExpired:
        return f"killed after {limit:g} s"
    return done.stdout.strip()


print("60 characters, nested:", told := match_within(2, NESTED, "a" * 60 + "!"))
assert told == "killed after 2 s"
# --8<-- [end:limit]
