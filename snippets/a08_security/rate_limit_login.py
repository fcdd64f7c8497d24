# /// script
# requires-python = ">=3.11"
# dependencies = ["argon2-cffi>=23.1", "redis>=5.2", "snippet-support", "starlette>=0.41"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["redis"]
# timeout = 40
# ///
"""Three attacks on a login and four limits: how many guesses are tried, who is shut out."""

import os
import secrets
from base64 import b64decode, b64encode
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from redis import Redis
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

N, LIMIT, WINDOW = 20, 5, 900
redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
HASHER = PasswordHasher(time_cost=1, memory_cost=1024)  # far too weak, so as to be quick
NOBODY = HASHER.hash(secrets.token_hex())
HASHES = {f"user{n}": NOBODY for n in range(N)} | {"ann": HASHER.hash("long and her own")}
test, kinds, tried = "", list[str](), Counter[str]()


# --8<-- [start:limit]
COUNT = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return used
"""


def limited(keys: dict[str, str]) -> bool:
    """Count this attempt wherever it counts; one full bucket is enough to refuse."""
    buckets = [f"{test}:{kind}:{keys[kind]}" for kind in kinds]
    return max((redis.eval(COUNT, 1, each, WINDOW) for each in buckets), default=0) > LIMIT


def login(request: Request) -> Response:
    sent = request.headers["authorization"].removeprefix("Basic ")
    name, _, password = b64decode(sent).decode().partition(":")
    address = request.client.host if request.client else ""
    device = request.cookies.get("device", "")  # given after a second factor
    known = device if redis.sismember(f"devices:{name}", device) else "unknown"
    keys = {"address": address, "account": name, "account+device": f"{name}:{known}"}
    if limited(keys):
        return Response("try later", 429, {"Retry-After": str(WINDOW)})
    tried[test] += 1
    try:  # a user who isn't there takes as long, and gets the same answer
        HASHER.verify(HASHES.get(name, NOBODY), password)
    except VerifyMismatchError:
        return Response("name or password is wrong", 401)
    return Response("welcome")
# --8<-- [end:limit]


# --8<-- [start:run]
POLICIES = {"no limit": [], "per address": ["address"], "per account": ["account"],
            "both, devices": ["address", "account+device"]}
ATTACKS = {  # (which address, whose account) for each of the guesses
    "one account": [(2, "ann")] * N,
    "all accounts": [(2, f"user{n}") for n in range(N)],
    "many addresses": [(2 + n, "ann") for n in range(N)],
}


def main(host: str) -> None:
    global test, kinds

    def guess(address: int, name: str, password: str, device: str = "") -> int:
        pair = b64encode(f"{name}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Cookie": f"device={device}"}
        http = HTTPConnection(host, source_address=(f"127.0.0.{address}", 0), timeout=10)
        with closing(http):
            http.request("POST", "/", headers=headers)
            return http.getresponse().status

    redis.sadd("devices:ann", "her-phone")
    print("tried of 20:  ", *(f"{attack:15}" for attack in ATTACKS), "ann meanwhile")
    results = list[tuple[int, ...]]()
    for policy, buckets in POLICIES.items():
        kinds = buckets
        for attack, guesses in ATTACKS.items():
            test = f"{policy}, {attack}"
            for address, name in guesses:
                guess(address, name, "Summer2026!")
        owner = guess(99, "ann", "long and her own", "her-phone")
        counts = [tried[f"{policy}, {attack}"] for attack in ATTACKS]
        counts[-1] -= owner == 200  # that one was hers
        print(f"{policy:14}", *(f"{count:<15}" for count in counts), owner)
        results.append((*counts, owner))
    assert results == [
        (20, 20, 20, 200), (5, 5, 20, 200), (5, 20, 5, 429), (5, 5, 5, 200)]
# --8<-- [end:run]


if __name__ == "__main__":
    with serve(Starlette(routes=[Route("/", login, methods=["POST"])])) as url:
        main(url.removeprefix("http://"))
