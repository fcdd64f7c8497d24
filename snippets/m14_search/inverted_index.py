# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Text becomes terms, BM25 ranks; then update, refresh and merge."""

from math import isclose, log

from analysis import analyse
from engine import Index
from query import run

shop = Index({"title": "text"})
TITLES = {
    "p1": "Wireless headphones",
    "p2": "Headphones <b>with</b> a wireless charger for headphones",
    "p3": "Wireless mouse",
    "p4": "The cordless headset for the office and for the train, with wireless dongle",
}


def ranked(index: Index, kind: str, text: str) -> list[tuple[str, float]]:
    scores = run(index.searcher(), {kind: {"title": text}})
    return sorted(scores.items(), key=lambda pair: -pair[1])


def shown(hits: list[tuple[str, float]]) -> str:
    return ", ".join(f"{name} {score:.3f}" for name, score in hits) or "nothing"


# --8<-- [start:postings]
print("p2 as terms:", " ".join(f"{term}@{at}" for at, term in analyse(TITLES["p2"])))
for name, title in TITLES.items():
    shop.put(name, {"title": title})
print("before the refresh:", shown(ranked(shop, "match", "headphones")))
assert shop.get("p1") == {"title": TITLES["p1"]}  # by id it is there at once
shop.refresh()

(segment,) = shop.segments
for term in ("headphone", "wireless"):
    places = segment.postings["title", term].items()
    print(f"{term:<10}", "  ".join(f"{name}{at}" for name, at in places))
print("match :", shown(ranked(shop, "match", "wireless headphones")))
print("phrase:", shown(ranked(shop, "match_phrase", "wireless headphones")))
# --8<-- [end:postings]

# --8<-- [start:by_hand]
# p1 by hand: both terms once, in a title of 2 terms; titles have 2, 4, 2 and 6 terms
average = (2 + 4 + 2 + 6) / 4
idf_headphone = log(1 + (4 - 3 + 0.5) / (3 + 0.5))  # in 3 of 4 documents
idf_wireless = log(1 + (4 - 4 + 0.5) / (4 + 0.5))  # in all 4: next to no information
once = 2.2 / (1 + 1.2 * (1 - 0.75 + 0.75 * 2 / average))
by_hand = (idf_headphone + idf_wireless) * once
print(f"p1 by hand: ({idf_headphone:.3f} + {idf_wireless:.3f}) x {once:.3f}", end="")
print(f" = {by_hand:.3f}")
# --8<-- [end:by_hand]
scores = dict(ranked(shop, "match", "wireless headphones"))
assert isclose(scores["p1"], by_hand)
assert list(scores) == ["p2", "p1", "p4", "p3"]
phrase = ranked(shop, "match_phrase", "wireless headphones")
assert [name for name, _ in phrase] == ["p1", "p4"]


# --8<-- [start:segments]
def state(index: Index) -> str:
    parts = [f"{len(s.alive())} alive, {len(s.deleted)} dead" for s in index.segments]
    return " | ".join(parts)


print("one segment :", state(shop))
shop.put("p3", {"title": "Wireless mouse, the silent one"})  # an update
shop.delete("p4")
print("in between  :", shown(ranked(shop, "match", "mouse")), "(the old one)")
shop.refresh()
print("after update:", state(shop))
before = dict(ranked(shop, "match", "headphones"))["p1"]
shop.merge()
after = dict(ranked(shop, "match", "headphones"))["p1"]
print("after merge :", state(shop))
print(f"p1 for 'headphones': {before:.3f} with the dead counted, {after:.3f} without")
# --8<-- [end:segments]
assert before != after and ranked(shop, "match", "silent")[0][0] == "p3"
