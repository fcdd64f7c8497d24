# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""The same documents under a wrong and a right mapping."""

from collections.abc import Mapping
from typing import Any

from analysis import MappingError
from engine import Index
from query import run, top_terms


# --8<-- [start:pairs]
def index(mapping: dict[str, str], *sources: Any, dynamic: str = "strict") -> Index:
    made = Index(mapping, dynamic)
    for number, source in enumerate(sources, 1):
        made.put(f"d{number}", source)
    made.refresh()
    return made


def hits(made: Index, query: Mapping[str, Any]) -> str:
    return ", ".join(sorted(run(made.searcher(), query))) or "nothing"


BRANDS = [{"brand": "Bang & Olufsen"}, {"brand": "Sony"}]
for kind in ("text", "keyword", "keyword, lower case"):
    brands = index({"brand": kind}, *BRANDS)
    found = [hits(brands, {"term": {"brand": name}}) for name in ("sony", "Sony")]
    facet = [value for value, _ in top_terms(brands.searcher().column("brand"), 9)]
    print(f"brand as {kind:<20} sony: {found[0]:<8} Sony: {found[1]:<8} facet: {facet}")

for kind in ("long", "keyword"):
    orders = index({"order": kind}, {"order": "0042"}, {"order": "42"})
    print(f"order 0042 as {kind:<8}", hits(orders, {"match": {"order": "0042"}}))

for kind in ("float", "scaled_float"):
    prices = index({"price": kind}, *[{"price": 19.99}] * 1000)
    column = prices.searcher().column("price")
    print(f"1000 x 19.99 as {kind:<13}", round(sum(v for (v,) in column.values()), 4))
# --8<-- [end:pairs]

# --8<-- [start:nested]
SHIRT = {"offers": [{"colour": "red", "size": "S"}, {"colour": "blue", "size": "L"}]}
FIELDS = {"offers.colour": "keyword", "offers.size": "keyword"}
RED_L = {
    "bool": {
        "must": [{"term": {"offers.colour": "red"}}, {"term": {"offers.size": "L"}}]
    }
}
flat = index({**FIELDS}, SHIRT)
nest = index({**FIELDS, "offers": "nested"}, SHIRT)
as_nested = {"nested": {"path": "offers", "query": RED_L}}
wrong, right = hits(flat, RED_L), hits(nest, as_nested)
print(f"a red shirt in L: as objects {wrong}, as nested {right}")
# --8<-- [end:nested]
assert (wrong, right) == ("d1", "nothing")

# --8<-- [start:strict]
grown = index({}, {"weight": 5}, {"weight": 5.5}, dynamic="true")
heavy = {"range": {"weight": {"gte": 5.2}}}
kind = grown.mapping["weight"]
print(f"first 5, then 5.5: a {kind} | at least 5.2: {hits(grown, heavy)}")
try:
    index({"weight": "double"}, {"wieght": 5.5})
except MappingError as error:
    print("strict:", error)
# --8<-- [end:strict]
assert grown.mapping["weight"] == "long" and hits(grown, heavy) == "nothing"
