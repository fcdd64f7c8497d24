# /// script
# requires-python = ">=3.11"
# dependencies = ["argon2-cffi>=23.1", "bcrypt>=5.0"]
#
# [tool.snippets-runner]
# timeout = 40
# redact = [{ pattern = ' *\d+\.\d ms', as = "… ms" }]
# ///
"""Five ways to store a password, their price, their stored form, and the way from one to another."""

import hashlib
import hmac
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Callable

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

PASSWORD = "correct horse battery staple"


# --8<-- [start:schemes]
MINIMUM = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)  # KiB
STRONGER = PasswordHasher(memory_cost=64 * 1024, time_cost=3, parallelism=1)


def scrypt(password: str) -> str:
    salt = os.urandom(16)
    cost = {"n": 2**17, "r": 8, "p": 1, "maxmem": 2**28}
    key = hashlib.scrypt(password.encode(), salt=salt, dklen=32, **cost)
    return f"$scrypt$ln=17,r=8,p=1${b64encode(salt).decode()}${b64encode(key).decode()}"


def pbkdf2(password: str, rounds: int = 600_000) -> str:
    salt = os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    parts = b64encode(salt).decode(), b64encode(key).decode()
    return f"$pbkdf2-sha256$i={rounds}${parts[0]}${parts[1]}"


def bcrypt_12(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=12)).decode()


SCHEMES: dict[str, Callable[[str], str]] = {
    "Argon2id, minimum": MINIMUM.hash,
    "Argon2id, 64 MiB": STRONGER.hash,
    "scrypt": scrypt,
    "bcrypt": bcrypt_12,
    "PBKDF2-SHA-256": pbkdf2,
}
# --8<-- [end:schemes]
# --8<-- [start:price]
start = time.perf_counter()
for _ in range(1000):
    hashlib.sha256(PASSWORD.encode()).hexdigest()
sha256 = (time.perf_counter() - start) / 1000
for name, scheme in SCHEMES.items():
    start = time.perf_counter()
    stored = scheme(PASSWORD)
    price = time.perf_counter() - start
    assert price > 1000 * sha256
    settings = stored.rsplit("$", 1 if name == "bcrypt" else 2)[0]
    print(f"{name:18}{price * 1000:7.1f} ms  {settings}$…")
print("each costs more than a thousand bare SHA-256")
assert MINIMUM.hash(PASSWORD) != MINIMUM.hash(PASSWORD)  # each has a salt of its own
# --8<-- [end:price]


# --8<-- [start:bcrypt]
long = "x" * 72
old = bcrypt.hashpw(long.encode(), bcrypt.gensalt(rounds=4))
cut = (long + "-and-a-secret-tail").encode()[:72]  # what libraries did silently
print("cut at 72 bytes, another password ->", bcrypt.checkpw(cut, old))
try:
    bcrypt.hashpw((long + "y").encode(), bcrypt.gensalt(rounds=4))
except ValueError as error:
    print("bcrypt 73 bytes ->", type(error).__name__)
# --8<-- [end:bcrypt]


# --8<-- [start:login]
DUMMY = MINIMUM.hash("nobody's password")  # made once, at start
users = {"old": pbkdf2(PASSWORD, rounds=10_000)}


def old_matches(password: str, stored: str) -> bool:
    _, _, rounds, salt, key = stored.split("$")
    found = hashlib.pbkdf2_hmac(
        "sha256", password.encode(), b64decode(salt), int(rounds[2:])
    )
    return hmac.compare_digest(found, b64decode(key))


def login(name: str, password: str) -> bool:
    if len(password) > 128:  # before any hashing: work is for sale here
        return False
    stored = users.get(name, DUMMY)  # an unknown name costs the same
    if stored.startswith("$pbkdf2"):
        correct = old_matches(password, stored)
    else:
        try:
            correct = MINIMUM.verify(stored, password)
        except VerifyMismatchError:
            correct = False
    correct = correct and name in users
    if correct and (stored[:7] != "$argon2" or MINIMUM.check_needs_rehash(stored)):
        users[name] = MINIMUM.hash(password)  # the one moment when we have it
    return correct
# --8<-- [end:login]


print("old hash:", users["old"][:23], "… login ->", login("old", PASSWORD))
print("upgraded:", users["old"][:30], "… login ->", login("old", PASSWORD))
assert users["old"].startswith("$argon2id$v=19$m=19456,t=2,p=1$") and not login("old", "guess")
assert not login("nobody", PASSWORD) and not login("nobody", "nobody's password")
