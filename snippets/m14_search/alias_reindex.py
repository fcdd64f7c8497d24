# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Change a mapping while readers and writers go on: new index, change log, alias."""

from engine import Index
from query import run

PRODUCTS = {f"p{number}": number for number in range(200)}


# --8<-- [start:world]
class World:
    """A source of truth with a log of changes, an index behind a name, and traffic."""

    def __init__(self) -> None:
        self.truth = dict(PRODUCTS)
        self.log: list[str] = []  # ids, in the order of their commits
        self.indices = {"products-1": Index({"sku": "long"})}
        self.alias = "products-1"
        self.searches = self.failed = 0
        self.apply("products-1", list(self.truth))

    def apply(self, name: str, ids: list[str]) -> None:
        """Copy what the truth says *now*; to do it twice does no harm."""
        for each in ids:
            if each in self.truth:
                self.indices[name].put(each, {"sku": self.truth[each]})
            else:
                self.indices[name].delete(each)
        self.indices[name].refresh()

    def traffic(self, step: int) -> None:
        """One write to the truth, followed into the live index, and one search."""
        changed = f"p{step * 7 % 200}"
        if step % 5:
            self.truth[changed] = 1000 + step
        else:
            self.truth.pop(changed, None)
        self.log.append(changed)
        if live := self.indices.get(self.alias):
            self.apply(self.alias, [changed])
            self.failed += not run(live.searcher(), {"match_all": {}})
        else:
            self.failed += 1
        self.searches += 1

    def report(self, title: str) -> tuple[int, int]:
        found = self.indices[self.alias].searcher().column("sku")
        wrong = {n for n in found.keys() | self.truth.keys()
                 if [str(self.truth.get(n))] != [str(v) for v in found.get(n, [])]}
        print(f"{title:<20} {self.searches} searches, {self.failed} failed,", end="")
        print(f" {len(found)} in the index, {len(self.truth)} in truth,", end="")
        print(f" {len(wrong)} differ")
        return self.failed, len(wrong)
# --8<-- [end:world]


# --8<-- [start:ways]
def reindex(world: World, target: str, *, catch_up: bool, drop_first: bool) -> None:
    start, snapshot = len(world.log), dict(world.truth)
    if drop_first:
        del world.indices[world.alias]
    fresh = world.indices[target] = Index({"sku": "keyword"})
    for step, (name, sku) in enumerate(snapshot.items()):
        fresh.put(name, {"sku": sku})
        if step % 4 == 0:
            world.traffic(step // 4)  # in the middle of it
    fresh.refresh()
    if catch_up:
        world.apply(target, world.log[start:])
    world.alias = target  # one step: before it the old index, after it the new one


results = []
for title, catch_up, drop_first in [
    ("drop and rebuild", True, True),
    ("alias, no log", False, False),
    ("alias and log", True, False),
]:
    world = World()
    reindex(world, "products-2", catch_up=catch_up, drop_first=drop_first)
    results.append(world.report(title))
# --8<-- [end:ways]
assert results[0] == (50, 0) and results[2] == (0, 0)
assert results[1][0] == 0 and results[1][1] > 0
