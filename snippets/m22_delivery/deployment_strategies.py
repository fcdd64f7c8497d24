# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["haproxy"]
# timeout = 120
# redact = [{ pattern = ' +[1-9]\d* lost', as = " … lost" }, { pattern = 'of +\d+', as = "of …" }]
# ///
"""Four servers get new versions under load, behind a real proxy; what was lost is counted."""

from fleet import BLUE, GREEN, PORT, admin, healthy, idle, start, stop, stop_all, write_config
from snippet_support import running, work_in_temporary_folder
from traffic import answers, more, own, watch

work_in_temporary_folder()


# --8<-- [start:classic]
def recreate(pool: list[str], version: str) -> None:
    for slot in pool:
        stop(slot)
    more(8)  # while nothing runs, visitors go on asking
    for slot in pool:
        start(slot, version)
    healthy(pool)


def rolling(pool: list[str], version: str, drain: bool = True) -> None:
    for slot in pool:
        if drain:  # no new requests for this one; wait for those that it has
            admin(f"set server {slot} state drain")
            idle(slot)
        stop(slot)
        more(40)
        start(slot, version)
        if drain:
            admin(f"set server {slot} state ready")
        healthy([slot])
        more(40)


def blue_green(new: list[str], version: str) -> None:
    for slot in new:
        start(slot, version)
    healthy(new)
    pool = new[0].split("/")[0]
    admin(f"set map live.map live {pool}")  # the flip; the way back is the same command
    more(40)
# --8<-- [end:classic]


# --8<-- [start:canary]
def canary(pool: list[str], version: str, connections: int = 0) -> str:
    """A fifth server takes 1, 5, 25, then 100 %, while at most 2 % fail."""
    *old, new = pool
    start(new, version, connections)
    admin(f"set server {new} weight 0")
    healthy([new])
    for percent in (1, 5, 25, 100):
        for slot in old:
            admin(f"set server {slot} weight {100 - percent}")
        admin(f"set server {new} weight {min(4 * percent, 256)}")
        seen = len(answers)
        while len(statuses := own(version, seen)) < ENOUGH:
            more(1)
        bad = sum(status != 200 for status in statuses) / len(statuses)
        if bad > 0.02:
            admin(f"set server {new} weight 0")
            idle(new)
            stop(new)
            return f"aborted at {percent} %"
    return f"passed at {percent} %"
# --8<-- [end:canary]


ENOUGH = 8  # requests before the gate says anything: at 1 % that takes 800 of all


# --8<-- [start:run]
write_config()
four, other = BLUE[:4], GREEN[:4]
for slot in four:
    start(slot, "v1")
try:
    haproxy = ["haproxy", "-db", "-f", "haproxy.cfg"]
    with running(haproxy, port=PORT["front"], timeout=30):
        healthy(four)
        seen = [
            watch("recreate", lambda: recreate(four, "v2")),
            watch("rolling, no drain", lambda: rolling(four, "v3", drain=False)),
            watch("rolling, drained", lambda: rolling(four, "v4")),
            watch("blue/green", lambda: blue_green(other, "v5")),
            watch("canary, leaking", lambda: canary(GREEN, "v6", connections=12)),
            watch("canary, mended", lambda: canary(GREEN, "v7")),
        ]
        verdicts = [verdict for _, verdict in seen[-2:]]
        assert [lost > 0 for lost, _ in seen] == [True, True, False, False, True, False]
        assert verdicts == ["aborted at 5 %", "passed at 100 %"]
finally:
    stop_all()
# --8<-- [end:run]
