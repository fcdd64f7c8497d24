# /// script
# requires-python = ">=3.11"
# dependencies = ["pyjwt>=2.10", "redis>=5.2", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["redis"]
# timeout = 30
# ///
"""Logging out of a session, of a token, and of a token with a deny list."""

import hashlib
import os
import secrets
import time
from collections.abc import Callable

import jwt
from redis import Redis
from snippet_support import wait_until

redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
KEY, LIFE = secrets.token_bytes(32), 3  # seconds; minutes in production


# --8<-- [start:session]
def name(session: str) -> str:
    """Store a digest, so that whoever reads the store can't log in with it."""
    return "session:" + hashlib.sha256(session.encode()).hexdigest()


def visit() -> str:
    session = secrets.token_urlsafe(32)
    redis.set(name(session), "", ex=1800)  # idle limit; an anonymous visitor
    return session


def log_in(session: str, user: str, *, rotate: bool = True) -> str:
    if rotate:  # an id from before the login may be known to somebody else
        redis.delete(name(session))
        session = secrets.token_urlsafe(32)
    redis.set(name(session), user, ex=1800)
    return session


def who(session: str) -> str:
    return str(redis.getex(name(session), ex=1800) or "")  # idle time starts over
# --8<-- [end:session]


# --8<-- [start:token]
def issue(user: str) -> str:
    now = time.time()
    claims = {"sub": user, "jti": secrets.token_hex(8), "exp": now + LIFE}
    return jwt.encode(claims, KEY, "HS256")


def bearer(token: str) -> str:
    try:
        claims = jwt.decode(token, KEY, ["HS256"], options={"require": ["exp"]})
        return str(claims["sub"])
    except jwt.ExpiredSignatureError:
        return ""


def deny(token: str) -> None:
    """Remember the token's name for as long as it would have lived, no longer."""
    claims = jwt.decode(token, KEY, ["HS256"])
    redis.set(f"denied:{claims['jti']}", 1, exat=int(claims["exp"]) + 1)


def bearer_checked(token: str) -> str:
    user = bearer(token)
    jti = jwt.decode(token, options={"verify_signature": False})["jti"] if user else ""
    return "" if redis.exists(f"denied:{jti}") else user
# --8<-- [end:token]


# --8<-- [start:fixation]
for rotate in (False, True):
    planted = visit()  # the attacker's own id, put into the victim's browser
    log_in(planted, "ada", rotate=rotate)
    kept = "new id" if rotate else "same id"
    print(f"{kept} at login: the attacker is {who(planted) or 'nobody'}")
    assert bool(who(planted)) is not rotate
# --8<-- [end:fixation]


# --8<-- [start:timelines]
def timeline(
    kind: str, credential: str, check: Callable[[str], str], out: Callable[[], object]
) -> list[str]:
    seen = [check(credential) or "refused"]
    out()
    seen.append(check(credential) or "refused")
    wait_until(lambda: not check(credential), timeout=20)  # at the latest at `exp`
    seen.append(check(credential) or "refused")
    print(f"{kind:13} in: {seen[0]}   logged out: {seen[1]:8} after exp: {seen[2]}")
    return seen


session, listed, bare = log_in(visit(), "ada"), issue("ada"), issue("ada")
one = timeline("session", session, who, lambda: redis.delete(name(session)))
two = timeline("token + list", listed, bearer_checked, lambda: deny(listed))
three = timeline("token", bare, bearer, lambda: "the client forgets it, a thief won't")
assert one == two == ["ada", "refused", "refused"]
assert three == ["ada", "ada", "refused"]
# --8<-- [end:timelines]
