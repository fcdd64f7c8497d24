# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "pyjwt>=2.10", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# isolation = { postgres = "cluster" }
# timeout = 30
# redact = [{ pattern = 'failed [1-9]\d*', as = "failed …" }]
# ///
"""Replace a signing key and a database password under traffic: at one stroke, and with an overlap."""

import secrets
import threading
from collections import Counter, deque
from collections.abc import Callable

import jwt
import psycopg
from password_server import URL, admin, create_users, sessions, set_password
from snippet_support import wait_until


# --8<-- [start:service]
class Service:
    """Check the token, then open a connection: both secrets are used in each request."""

    def __init__(self) -> None:
        self.keys = {"k1": secrets.token_bytes(32)}
        self.signing, self.database = "k1", ("app_a", set_password("app_a"))
        self.count, self.recent = Counter[str](), deque[str](maxlen=50)

    def login(self) -> str:
        kid = self.signing
        return jwt.encode({"sub": "ann"}, self.keys[kid], "HS256", {"kid": kid})

    def request(self, token: str) -> None:
        kid = jwt.get_unverified_header(token)["kid"]
        self.recent.append(kid)  # who still uses the old key? Measured, not guessed
        try:
            jwt.decode(token, self.keys[kid], ["HS256"])
            user, password = self.database
            with psycopg.connect(URL, user=user, password=password) as connection:
                connection.execute("SELECT 1")
            self.count["ok"] += 1
        except (KeyError, jwt.InvalidTokenError, psycopg.OperationalError):
            self.count["failed"] += 1
# --8<-- [end:service]

    def some_more(self) -> None:
        enough = self.count.total() + 10
        wait_until(lambda: self.count.total() >= enough, timeout=10)

    def under_traffic(self, rotate: Callable[["Service"], None]) -> Counter[str]:
        stop = threading.Event()

        def client() -> None:
            while not stop.is_set():
                token = self.login()
                for _ in range(20):  # a session: one login, twenty requests
                    self.request(token)

        thread = threading.Thread(target=client)
        thread.start()
        try:
            self.some_more()
            rotate(self)
            self.some_more()
        finally:
            stop.set()
            thread.join()
        return self.count


# --8<-- [start:rotate]
def at_one_stroke(service: Service) -> None:
    service.keys, service.signing = {"k2": secrets.token_bytes(32)}, "k2"
    service.some_more()
    password = set_password("app_a")
    service.some_more()  # the new password is on its way to the instances
    service.database = "app_a", password


def with_overlap(service: Service) -> None:
    service.keys["k2"] = secrets.token_bytes(32)  # 1. all can verify the new key
    service.some_more()
    service.signing = "k2"  # 2. sign with it
    wait_until(lambda: "k1" not in service.recent, timeout=10)  # 3. old unused
    del service.keys["k1"]  # 4. drop it

    service.database = "app_b", set_password("app_b")  # the other user, same rights
    service.some_more()
    wait_until(lambda: not sessions("app_a"), timeout=10)
    admin.execute("ALTER ROLE app_a NOLOGIN")
# --8<-- [end:rotate]


# --8<-- [start:run]
create_users()
hasty = Service().under_traffic(at_one_stroke)
print(f"at one stroke: failed {hasty['failed']}")
service = Service()
old_token, old_login = service.login(), service.database
calm = service.under_traffic(with_overlap).copy()
print(f"with overlap: failed {calm['failed']}")
new_login = service.database
cases = ("token", old_token, new_login), ("user", service.login(), old_login)
for what, token, login in cases:
    before, service.database = service.count["failed"], login
    service.request(token)
    refused = service.count["failed"] == before + 1
    print(f"the old {what} afterwards: {'refused' if refused else 'accepted'}")
    assert refused
assert hasty["failed"] > 0 and calm["failed"] == 0 < calm["ok"]
# --8<-- [end:run]
