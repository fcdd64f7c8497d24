# /// script
# requires-python = ">=3.11"
# dependencies = ["hypothesis>=6.120"]
#
# [tool.snippets-runner]
# timeout = 60
# ///
"""A property finds what three examples missed; then mutants show which suite would notice a change."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

Split = Callable[[int, int], list[int]]

# --8<-- [start:code]
BUGGY = """
def split(total, parts):
    return [round(total / parts)] * parts
"""
RIGHT = """
def split(total, parts):
    each, rest = divmod(total, parts)
    return [each + 1 if i < rest else each for i in range(parts)]
"""


def examples(split: Split) -> None:
    assert split(100, 4) == [25, 25, 25, 25]
    assert sum(split(90, 3)) == 90
    assert len(split(7, 1)) == 1


def properties(split: Split) -> None:
    """Whatever is split: nothing is lost, and no two parts differ by more than 1."""

    @settings(database=None, derandomize=True, max_examples=200, phases=PHASES)
    @given(total=st.integers(0, 10**6), parts=st.integers(1, 60))
    def holds(total: int, parts: int) -> None:
        got = split(total, parts)
        LAST.update(total=total, parts=parts, got=got)
        assert sum(got) == total and len(got) == parts
        assert max(got) - min(got) <= 1
        assert got == sorted(got, reverse=True)

    holds()
# --8<-- [end:code]


# --8<-- [start:mutate]
SWAPS: dict[type[ast.AST], Any] = {ast.Add: ast.Sub, ast.Lt: ast.LtE}


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Change one thing at a time: an operator, or a number by one."""
    for at in range(len(list(ast.walk(ast.parse(source))))):
        tree = ast.parse(source)
        node: ast.AST = list(ast.walk(tree))[at]
        before = ast.unparse(node) if isinstance(node, ast.expr) else ""
        if isinstance(node, ast.Constant):
            node.value = int(str(node.value)) + 1
        elif isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
            node.op = SWAPS[type(node.op)]()
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
            node.ops = [SWAPS[type(node.ops[0])]()]
        elif isinstance(node, ast.IfExp):
            node.body, node.orelse = node.orelse, node.body
        else:
            continue
        yield f"{before}  ->  {ast.unparse(node)}", ast.unparse(tree)


def survives(source: str, suite: Callable[[Split], None]) -> bool:
    try:
        suite(load(source))
    except Exception:
        return False
    return True
# --8<-- [end:mutate]


def load(source: str) -> Split:
    names: dict[str, Any] = {}
    exec(source, names)
    split: Split = names["split"]
    return split


SUITES = {"examples": examples, "properties": properties}
LAST: dict[str, Any] = {}
PHASES = (Phase.generate, Phase.shrink)
# --8<-- [start:run]
examples(load(BUGGY))
print("buggy split, three examples: pass")
try:
    properties(load(BUGGY))
except AssertionError:
    print("buggy split, properties: FAIL, smallest counterexample:")
    print(f"  split({LAST['total']}, {LAST['parts']}) == {LAST['got']}")
assert sum(LAST["got"]) != LAST["total"]

killed = {"examples": 0, "properties": 0}
found = list(mutants(RIGHT))
for what, source in found:
    lives = {name: survives(source, suite) for name, suite in SUITES.items()}
    killed = {name: n + (not lives[name]) for name, n in killed.items()}
    print(f"  {what}")
    for name, on in lives.items():
        print(f"      {name}: {'SURVIVED' if on else 'killed'}")
for name, n in killed.items():
    print(f"mutation score of the {name}: {n} of {len(found)}")
# --8<-- [end:run]
