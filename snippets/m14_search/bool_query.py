# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""One request with must, filter, should and facets; what each does to a score."""

import json
from copy import deepcopy
from statistics import quantiles
from typing import Any

from engine import Index
from query import percentile, search, top_terms

shop = Index(
    {
        "title": "text",
        "brand": "text",
        "brand.keyword": "keyword",
        "category": "keyword",
        "price": "double",
    }
)
ROWS = [
    ("p1", "Wireless headphones, noise cancelling", "Sony", "audio", 189),
    ("p2", "Wireless headphones for running", "Jabra", "audio", 129),
    ("p3", "Wireless headphones", "Bang & Olufsen", "audio", 449),
    ("p4", "Wireless charger", "Sony", "power", 39),
    ("p5", "Headphones with cable", "Sony", "audio", 59),
    ("p6", "Stand for wireless headphones", "Jabra", "furniture", 25),
    ("p7", "Cordless headset", "Jabra", "audio", 99),
]
for name, title, brand, category, price in ROWS:
    source = {"title": title, "brand": brand, "category": category, "price": price}
    shop.put(name, source)
shop.refresh()

# --8<-- [start:request]
REQUEST = json.loads("""{
  "query": {"bool": {
    "should": [{"term": {"brand.keyword": "Sony"}}],
    "filter": [{"range": {"price": {"lte": 200}}},
               {"term": {"category": "audio"}}],
    "must":   [{"match": {"title": "wireless headphones"}}]
  }},
  "aggs": {
    "brands": {"terms": {"field": "brand.keyword"}},
    "prices": {"percentiles": {"field": "price", "percents": [50, 95]}}
  },
  "size": 20,
  "from": 0
}""")
# --8<-- [end:request]


# --8<-- [start:variants]
def ask(title: str, **clauses: Any) -> dict[str, float]:
    """Send the request with some clauses replaced."""
    request = deepcopy(REQUEST)
    request["query"]["bool"] |= clauses
    answer = search(shop, request)
    shown = "  ".join(f"{name} {score:.2f}" for name, score in answer["hits"])
    print(f"{title:<17}", shown or "nothing")
    return dict(answer["hits"])


MATCH, SONY = REQUEST["query"]["bool"]["must"], REQUEST["query"]["bool"]["should"]
CHEAP, AUDIO = REQUEST["query"]["bool"]["filter"]
base = ask("as sent")
anything = ask("no filter", filter=[])
as_must = ask("filter as must", must=[*MATCH, AUDIO, CHEAP], filter=[])
no_boost = ask("no should", should=[])
alone = ask("should alone", must=[], filter=[])
required = ask("at least one", minimum_should_match=1)
as_text = ask("'Sony' on text", filter=[{"term": {"brand": "Sony"}}])
exact = ask("'Sony' on keyword", filter=[{"term": {"brand.keyword": "Sony"}}])
print("facets of 'as sent':", search(shop, REQUEST)["aggregations"])
# --8<-- [end:variants]
assert all(anything[name] == score for name, score in base.items()) and len(anything) == 7
assert base.keys() == as_must.keys() == no_boost.keys() and base != as_must
assert [name for name in base if base[name] != no_boost[name]] == ["p1", "p5"]
assert alone.keys() == {"p1", "p4", "p5"} and required.keys() == {"p1", "p5"}
assert as_text == {} and exact.keys() == {"p1", "p4", "p5"}

# --8<-- [start:approximate]
SHARDS = [
    {"Sony": 50, "Jabra": 40, "Bose": 30},
    {"Sony": 45, "AKG": 35, "Bose": 32},
    {"Jabra": 60, "AKG": 33, "Bose": 31},
]


def asked(shard_size: int) -> list[tuple[Any, int]]:
    """Take the best of each shard and add up, as a coordinating node has to."""
    total: dict[str, int] = {}
    for shard in SHARDS:
        column = {f"{b}{n}": [b] for b, count in shard.items() for n in range(count)}
        for brand, count in top_terms(column, shard_size):
            total[str(brand)] = total.get(str(brand), 0) + count
    return sorted(total.items(), key=lambda pair: -pair[1])[:3]


print("top 3 from 2 of each shard:", asked(2))
print("top 3 from all            :", asked(9))
prices = [20 + 1.07**n for n in range(80)]
true = quantiles(prices, n=20, method="inclusive")[18]
(estimate,) = percentile(prices, 95)
print(f"95th percentile: {true:.1f}, from the histogram {estimate:.1f}")
# --8<-- [end:approximate]
assert asked(2) != asked(9) and 0 < abs(estimate / true - 1) < 0.05
