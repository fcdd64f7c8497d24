# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Three ways to say which node has a key, and how many keys move to a fifth node."""

from bisect import bisect
from collections import Counter
from collections.abc import Callable
from hashlib import blake2b

KEYS = [f"customer-{number}" for number in range(20_000)]
FOUR, FIVE = list("ABCD"), list("ABCDE")
Placement = Callable[[str], str]


# --8<-- [start:placements]
def number(*words: object) -> int:
    """Hash to 64 bits; Python's own hash() of a text differs between processes."""
    return int.from_bytes(blake2b(repr(words).encode(), digest_size=8).digest())


def modulo(nodes: list[str]) -> Placement:
    return lambda key: nodes[number(key) % len(nodes)]


def ring(nodes: list[str], points: int = 200) -> Placement:
    """Put each node at many places of a circle; a key belongs to the next one."""
    circle = sorted((number(node, i), node) for node in nodes for i in range(points))
    places = [place for place, _ in circle]
    return lambda key: circle[bisect(places, number(key)) % len(circle)][1]


def rendezvous(nodes: list[str]) -> Placement:
    """Each node bids for the key by a hash of both; the highest bid has it."""
    return lambda key: max(nodes, key=lambda node: number(node, key))
# --8<-- [end:placements]


# --8<-- [start:compare]
def moved(before: Placement, after: Placement) -> tuple[float, float]:
    """Return which share of the keys moves, and which share between nodes that stay."""
    moves = [(before(key), after(key)) for key in KEYS]
    away = [to for since, to in moves if since != to]
    return len(away) / len(KEYS), sum(to != "E" for to in away) / len(KEYS)


def fullest(place: Placement) -> float:
    """Return how much more the fullest node has than its share."""
    counts = Counter(map(place, KEYS))
    return max(counts.values()) * len(counts) / len(KEYS) - 1


def main() -> None:
    print("4 -> 5 nodes   moved   of it needlessly   fullest node above its share")
    shares = dict[str, float]()
    for place in (modulo, ring, rendezvous):
        share, needless = moved(place(FOUR), place(FIVE))
        over = fullest(place(FIVE))
        print(f"{place.__name__:12} {share:7.1%} {needless:15.1%} {over:21.1%}")
        shares[place.__name__] = share
        assert (needless == 0) == (place is not modulo)
    assert shares["modulo"] > 0.75
    assert all(0.17 < share < 0.23 for name, share in shares.items() if name != "modulo")

    for points in (1, 10, 100, 1000):
        over = fullest(ring(FIVE, points))
        print(f"ring with {points:4} points a node: fullest {over:5.0%} above its share")
    assert fullest(ring(FIVE, 1)) > 5 * fullest(ring(FIVE, 1000))

# --8<-- [end:compare]


if __name__ == "__main__":
    main()
