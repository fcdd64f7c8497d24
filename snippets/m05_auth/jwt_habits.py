# /// script
# requires-python = ">=3.11"
# dependencies = ["pyjwt>=2.10"]
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Five habits around tokens: weak secrets, secrets inside, size, skew, logs."""

import base64
import hashlib
import hmac
import logging
import re
import secrets
import sys
import time
import warnings

import jwt

warnings.simplefilter("ignore")  # the weak key is meant
now = int(time.time())
# --8<-- [start:guess]
WORDS = ["password", "secret", "changeme", "s3cr3t", "jwt-secret", "hunter2", "letmein"]
claims = {"sub": "user_42", "iban": "NO93 8601 1117 947"}
stolen = jwt.encode(claims, "hunter2", "HS256")

signed, _, signature = stolen.rpartition(".")
wanted = base64.urlsafe_b64decode(signature + "==")
for guesses, word in enumerate(WORDS, 1):  # offline: no server sees it or slows it
    if hmac.digest(word.encode(), signed.encode(), hashlib.sha256) == wanted:
        print(f"secret found after {guesses} guesses; now everybody is admin")
        forged = jwt.encode({"sub": "admin"}, word, "HS256")
assert jwt.decode(forged, "hunter2", ["HS256"])["sub"] == "admin"

strict = jwt.PyJWT(options={"enforce_minimum_key_length": True})
try:
    strict.encode({"sub": "user_42"}, "hunter2", "HS256")
except jwt.InvalidKeyError as error:
    print("a careful library:", str(error).partition(". ")[0][:66])
strict.encode({"sub": "user_42"}, secrets.token_bytes(32), "HS256")  # 256 bits

payload = base64.urlsafe_b64decode(stolen.split(".")[1] + "==").decode()
print("read without any key:", payload)
# --8<-- [end:guess]
# --8<-- [start:size]
key = secrets.token_bytes(32)
rights = [f"{verb}:{noun}" for verb in ("read", "write", "delete") for noun in
          ("users", "posts", "orders", "bills", "reports", "teams", "files", "audit")]
small = {"sub": "user_42", "aud": "api.example.com", "exp": now + 600, "jti": "1"}
for name, text in {
    "session id": secrets.token_urlsafe(32),
    "token, 1 scope": jwt.encode(small | {"scope": "read:users"}, key, "HS256"),
    "token, 24 permissions": jwt.encode(small | {"permissions": rights}, key, "HS256"),
}.items():
    print(f"{name:22}{len(text):5} bytes in each request")
# --8<-- [end:size]
# --8<-- [start:skew]
early = jwt.encode({"sub": "user_42", "nbf": now + 20, "exp": now + 620}, key, "HS256")
for leeway in (0, 60):
    try:
        jwt.decode(early, key, ["HS256"], leeway=leeway)
        print(f"issuer's clock 20 s ahead, leeway {leeway:2} s: accepted")
    except jwt.ImmatureSignatureError as error:
        print(f"issuer's clock 20 s ahead, leeway {leeway:2} s: {error}")
# --8<-- [end:skew]


# --8<-- [start:log]
class HideTokens(logging.Filter):
    """Replace whatever looks like a JWT in the finished message, arguments included."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = re.sub(r"eyJ[\w-]+\.[\w-]+\.[\w-]*", "<token>", record.getMessage())
        record.msg, record.args = text, ()
        return True


handler = logging.StreamHandler(sys.stdout)
handler.addFilter(HideTokens())  # on the handler: a logger's filter misses its children
logging.basicConfig(level=logging.INFO, handlers=[handler], format="log: %(message)s")
logging.info("call failed, headers=%s", {"Authorization": f"Bearer {early}"})
# --8<-- [end:log]
