# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "cryptography>=44", "httpx>=0.28", "snippet-support", "standardwebhooks>=1.0", "starlette>=0.41",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 30
# ///
"""A recorded webhook is sent again: one scheme takes it, the other doesn't. Then keys are rotated."""

import base64
import json
import time
from datetime import UTC, datetime

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from signing import Refused, sign, sign_body, verify, verify_body, verify_parsed
from snippet_support import serve
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

OLD, NEW = b"the-old-secret-of-32-bytes......", b"the-new-secret-of-32-bytes......"
KEY = Ed25519PrivateKey.generate()
SCHEMES = {
    "body-only": lambda headers, body: verify_body(OLD, headers, body),
    "standard": lambda headers, body: verify(OLD, headers, body),
    "new": lambda headers, body: verify(NEW, headers, body),
    "public": lambda headers, body: verify(KEY.public_key(), headers, body),
    "parsed": lambda headers, body: verify_parsed(OLD, headers, body),
}


# --8<-- [start:receiver]
seen: set[str] = set()
paid: list[str] = []  # what the webhook makes happen


async def receive(request: Request) -> Response:
    """Verify, drop what was seen before, act, and answer 2xx."""
    body = await request.body()
    try:
        id = SCHEMES[request.path_params["scheme"]](request.headers, body)
    except Refused as refusal:
        return PlainTextResponse(str(refusal), 401)
    if id in seen:
        return PlainTextResponse("had it already", 200)
    seen.add(id)
    paid.append(request.path_params["scheme"])
    return PlainTextResponse("done", 200)
# --8<-- [end:receiver]


def send(scheme: str, headers: dict[str, str], what: str) -> int:
    answer = httpx.post(f"{url}/{scheme}", content=BODY, headers=headers)
    print(f"{scheme:9} {what:38} {answer.status_code} {answer.text}")
    return answer.status_code


BODY = '{"type":"payout.sent","data":{"kroner":900,"to":"Bjørn"}}'.encode()
app = Starlette(routes=[Route("/{scheme}", receive, methods=["POST"])])
with serve(app, log_level="critical") as url:
    print("[replay]")
    # --8<-- [start:replay]
    recorded = sign_body(OLD, BODY)
    send("body-only", recorded, "the sender's own")
    now = str(int(time.time()) + 1)
    later = recorded | {"X-Webhook-Timestamp": now, "X-Webhook-Id": "x"}
    send("body-only", later, "replayed: new time, new id")
    assert paid == ["body-only", "body-only"]  # paid twice
    assert send("body-only", {}, "no headers at all") == 500  # a KeyError

    recorded = sign([OLD], "msg_1", BODY)
    send("standard", recorded, "the sender's own")
    send("standard", recorded, "replayed as it was")
    later = recorded | {"webhook-timestamp": now, "webhook-id": "x"}
    assert send("standard", later, "replayed: new time, new id") == 401
    old = sign([OLD], "msg_2", BODY, at=int(time.time()) - 600)
    assert send("standard", old, "genuine, ten minutes old") == 401
    assert send("standard", {}, "no headers at all") == 401
    assert paid.count("standard") == 1
    # --8<-- [end:replay]

    print("[rotation]")
    # --8<-- [start:rotation]
    both = sign([OLD, NEW, KEY], "msg_3", BODY)
    assert len(both["webhook-signature"].split(" ")) == 3
    send("standard", both, "signed with old, new and v1a")
    for scheme in ("new", "public"):
        seen.clear()
        assert send(scheme, both, "the same request") == 200
    only_old = sign([OLD], "msg_4", BODY)
    assert send("new", only_old, "signed with the old key only") == 401
    # --8<-- [end:rotation]

    print("[bytes]")
    # --8<-- [start:bytes]
    assert json.loads(BODY) == json.loads(json.dumps(json.loads(BODY)))
    genuine = sign([OLD], "msg_5", BODY)
    assert send("parsed", genuine, "genuine, but verified after parsing") == 401
    # --8<-- [end:bytes]

print("[vectors]")
# --8<-- [start:vectors]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # a vector that implementations share
VECTOR = ("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', 1614265330)
key = base64.b64decode(SECRET.removeprefix("whsec_"))
ours = sign([key], *VECTOR)["webhook-signature"]
assert ours == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
id, body, at = VECTOR
assert ours == Webhook(SECRET).sign(id, datetime.fromtimestamp(at, UTC), body.decode())
print("the shared vector and the reference library agree with us")
# --8<-- [end:vectors]
