# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""A part of the query language: each clause returns documents with scores."""

from collections import Counter
from collections.abc import Mapping
from math import ceil, e, inf, log
from typing import Any

from analysis import Term, terms
from engine import Index
from segments import Searcher

Scores = dict[str, float]


# --8<-- [start:clauses]
def run(at: Searcher, query: Mapping[str, Any]) -> Scores:
    ((kind, body),) = query.items()
    if kind == "match_all":
        return dict.fromkeys(at.ids(), 1.0)
    if kind == "bool":
        return combine(at, body)
    if kind == "nested":
        path = body["path"]
        inside = Searcher(at.mapping, tuple(s.nested[path] for s in at.segments))
        found = {child.partition("#")[0] for child in run(inside, body["query"])}
        return dict.fromkeys(found & at.ids(), 1.0)
    ((path, wanted),) = body.items()
    if kind == "range":
        low, high = wanted.get("gte", -inf), wanted.get("lte", inf)
        column = at.column(path).items()
        return {n: 1.0 for n, values in column if any(low <= v <= high for v in values)}
    if kind == "term":  # as it is: nothing is analysed
        return at.weigh(path, (0, wanted))
    parts = terms(at.mapping[path], wanted)
    if kind == "match_phrase":
        return at.weigh(path, *parts)
    assert kind == "match", kind
    return add(*(at.weigh(path, part) for part in parts))


def add(*scores: Scores) -> Scores:
    total = Counter[str]()
    for each in scores:
        total.update(each)
    return dict(total)


def combine(at: Searcher, body: Mapping[str, Any]) -> Scores:
    parts = ("must", "filter", "should", "must_not")
    must, kept, should, never = ([run(at, q) for q in body.get(p, [])] for p in parts)
    free = must or kept or not should
    least = body.get("minimum_should_match", 0 if free else 1)
    names = at.ids().intersection(*must, *kept).difference(*never)
    score = add(*must, *should)
    return {
        name: score.get(name, 0.0) * body.get("boost", 1)
        for name in names
        if sum(name in each for each in should) >= least
    }
# --8<-- [end:clauses]


# --8<-- [start:aggregations]
def top_terms(column: Mapping[str, list[Term]], size: int) -> list[tuple[Term, int]]:
    """Return the largest buckets, equal ones by key."""
    counts = Counter(value for values in column.values() for value in set(values))
    return sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))[:size]


GROWTH = log(1.02)  # a bucket is 2 % wide, however large the values are


def percentile(values: list[float], *shares: float) -> list[float]:
    """Estimate from a histogram that could be merged with those of other shards."""
    buckets = sorted(Counter(ceil(log(value) / GROWTH) for value in values).items())
    found = []
    for share in shares:
        left = share / 100 * (len(values) - 1)
        for number, count in buckets:
            left -= count
            if left < 0:
                found.append(round(e ** ((number - 0.5) * GROWTH), 2))
                break
    return found
# --8<-- [end:aggregations]


def search(index: Index, body: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a whole request: a page of hits, and aggregations over all."""
    at = index.searcher()
    scores = run(at, body.get("query", {"match_all": {}}))
    ranked = sorted(scores, key=lambda name: (-scores[name], name))
    start = body.get("from", 0)
    facets: dict[str, Any] = {}
    for title, wanted in body.get("aggs", {}).items():
        ((kind, options),) = wanted.items()
        values_of = at.column(options["field"])
        column = {name: values for name, values in values_of.items() if name in scores}
        if kind == "terms":
            facets[title] = top_terms(column, options.get("size", 10))
        else:
            values = [float(value) for each in column.values() for value in each]
            facets[title] = percentile(values, *options["percents"])
    page = ranked[start : start + body.get("size", 10)]
    hits = [(name, scores[name]) for name in page]
    return {"total": len(ranked), "hits": hits, "aggregations": facets}
