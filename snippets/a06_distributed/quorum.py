# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Three replicas: every way to write to W of them and read from R of them."""

from itertools import combinations, product

N = 3
Choice = tuple[int, ...]


# --8<-- [start:quorum]
def write(replicas: list[int], version: int, reached: Choice) -> None:
    for replica in reached:
        replicas[replica] = version


def read(replicas: list[int], asked: Choice, repair: bool = False) -> int:
    """Ask some replicas and believe the newest; perhaps tell the others before answering."""
    newest = max(replicas[replica] for replica in asked)
    if repair:
        write(replicas, newest, asked)
    return newest


def stale(w: int, r: int) -> tuple[int, int]:
    """Count the reads that miss a finished write, over all choices of replicas."""
    choices = list(product(combinations(range(N), w), combinations(range(N), r)))
    missed = 0
    for reached, asked in choices:
        replicas = [1] * N
        write(replicas, 2, reached)
        missed += read(replicas, asked) != 2
    return missed, len(choices)
# --8<-- [end:quorum]


def main() -> None:
    # --8<-- [start:run]
    print("W R  R+W>N  stale reads  writes with one replica down")
    for w, r in product((1, 2, 3), repeat=2):
        missed, total = stale(w, r)
        assert (missed == 0) == (r + w > N)
        overlap, writes = "yes" if r + w > N else "no", "yes" if w < N else "no"
        print(f"{w} {r}  {overlap:5}  {missed} of {total:<5}   {writes}")

    for repair in (False, True):
        replicas = [1] * N
        write(replicas, 2, (0,))  # a write to two replicas is under way: one has it
        first = read(replicas, (0, 1), repair)
        second = read(replicas, (1, 2), repair)
        told = "with" if repair else "without"
        print(f"{told} repair: a read sees version {first}, the next one {second}")
        assert (first, second) == (2, 2 if repair else 1)
    # --8<-- [end:run]


if __name__ == "__main__":
    main()
