# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "httpx>=0.28", "pyjwt>=2.10", "redis>=5.2",
#   "snippet-support", "starlette>=0.41"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["redis"]
# timeout = 20
# redact = [{ pattern = 'After \d+', as = "After …" }, { pattern = '\d+\.\d m?s', as = "…" }]
# ///
"""A small API gateway: routing, identity, quota, header rewriting, time limit."""

import asyncio
import os
import time

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as Signer
from redis.asyncio import Redis
from snippet_support import serve
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY, routes = Signer.generate(), dict[str, str]()
redis, client = Redis.from_url(os.environ["REDIS_URL"]), httpx.AsyncClient(timeout=1)
INTERNAL = {"host", "authorization", "user-id", "connection", "content-length"}
QUOTA = {"free": 5, "paid": 1000}  # tokens in the bucket; one a minute comes back
# --8<-- [start:bucket]
BUCKET = """
local size, rate, time = tonumber(ARGV[1]), tonumber(ARGV[2]), redis.call('TIME')
local now, old = time[1] + time[2] / 1e6, redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = (tonumber(old[1]) or size) + rate * (now - (tonumber(old[2]) or now))
tokens = math.min(size, tokens)
if tokens < 1 then return math.ceil((1 - tokens) / rate) end
redis.call('HSET', KEYS[1], 'tokens', tokens - 1, 'at', now)
redis.call('EXPIRE', KEYS[1], math.ceil(size / rate))
return 0
"""
# --8<-- [end:bucket]


# --8<-- [start:gateway]
def refuse(status: int, why: str, **headers: str) -> Response:
    return JSONResponse({"status": status, "title": why}, status, headers)


async def gateway(request: Request) -> Response:
    upstream = routes.get(request.path_params["service"])
    if upstream is None:
        return refuse(404, "no such route")
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        who = jwt.decode(token, KEY.public_key(), ["EdDSA"], audience="shop")
    except jwt.InvalidTokenError:
        return refuse(401, "no valid token", **{"WWW-Authenticate": "Bearer"})
    bucket, size = f"bucket:{who['sub']}", QUOTA[who["plan"]]
    if wait := await redis.eval(BUCKET, 1, bucket, size, 1 / 60):
        return refuse(429, "quota used", **{"Retry-After": str(wait)})
    headers = {k: v for k, v in request.headers.items() if k not in INTERNAL}
    headers |= {"user-id": who["sub"], "via": "1.1 gateway"}
    url, body = upstream + request.url.path, await request.body()
    try:
        reply = await client.request(request.method, url, headers=headers, content=body)
    except httpx.TimeoutException:
        return refuse(504, "upstream late")
    except httpx.TransportError:
        return refuse(502, "upstream down")
    kept = {"content-type": reply.headers.get("content-type", "text/plain")}
    return Response(reply.content, reply.status_code, kept)
# --8<-- [end:gateway]


async def shop(request: Request) -> Response:
    while request.url.path == "/reviews" and not await request.is_disconnected():  # hangs
        await asyncio.sleep(0.01)
    return JSONResponse({"seen as": request.headers.get("user-id")})


def main(front: str, http: httpx.Client) -> None:
    def get(path: str, user: str, plan: str = "free", key: Signer = KEY) -> httpx.Response:
        claims = {"sub": user, "plan": plan, "aud": "shop", "exp": time.time() + 60}
        bearer = f"Bearer {jwt.encode(claims, key, 'EdDSA')}"
        return http.get(front + path, headers={"Authorization": bearer, "user-id": "admin"})

    # --8<-- [start:run]
    none = http.get(front + "/orders").status_code
    forged = get("/orders", "eve", key=Signer.generate()).status_code
    print(f"no token: {none}, token of another signer: {forged}")
    good, lost = get("/orders", "ann", "paid").json(), get("/x", "ann").status_code
    print(f"good token: {good}, unknown route: {lost}")
    burst = [get("/orders", "bo") for _ in range(7)]
    codes, wait = [each.status_code for each in burst], burst[-1].headers["retry-after"]
    print(f"quota of 5: {codes}, Retry-After {wait}")
    late = get("/reviews", "ann", "paid")
    waited = late.elapsed.total_seconds()
    print(f"upstream hangs: {late.status_code} after {waited:.1f} s")
    through = min(get("/orders", "ann", "paid").elapsed for _ in range(50))
    direct = min(http.get(routes["orders"] + "/orders").elapsed for _ in range(50))
    added = (through - direct).total_seconds() * 1000
    print(f"the gateway adds {added:.1f} ms to the fastest of 50 requests")
    assert none == forged == 401 and lost == 404 and good == {"seen as": "ann"}
    assert codes == [200] * 5 + [429] * 2 and 0 < int(wait) <= 60
    assert late.status_code == 504 and 0 < added < 100
    # --8<-- [end:run]


if __name__ == "__main__":
    inner = Starlette(routes=[Route("/{service}", shop)])
    door = Starlette(routes=[Route("/{service}", gateway)])
    with serve(inner) as behind, serve(door) as front, httpx.Client(timeout=10) as http:
        routes |= {"orders": behind, "reviews": behind}
        main(front, http)
