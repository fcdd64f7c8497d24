# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44"]
# ///
"""Envelope encryption: a key a record, a key for the keys, rotation and tampering."""

import os
import sqlite3

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


# --8<-- [start:keys]
class KeyService:
    """Keep the keys for keys; they never leave. In earnest: an HSM, a cloud's KMS."""

    def __init__(self) -> None:
        self.keys, self.current = dict[int, bytes](), 0
        self.rotate()

    def rotate(self) -> None:
        self.current += 1
        self.keys[self.current] = AESGCM.generate_key(256)

    def wrap(self, key: bytes, about: bytes) -> tuple[int, bytes]:
        return self.current, seal(self.keys[self.current], key, about)

    def unwrap(self, version: int, wrapped: bytes, about: bytes) -> bytes:
        return unseal(self.keys[version], wrapped, about)


def seal(key: bytes, text: bytes, about: bytes) -> bytes:
    """Encrypt; ``about`` isn't hidden, but the result only opens with the same."""
    nonce = os.urandom(12)  # never twice with one key
    return nonce + AESGCM(key).encrypt(nonce, text, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], about)
# --8<-- [end:keys]


# --8<-- [start:store]
class Store:
    """Records that can't be read without the key service, nor can their backups."""

    def __init__(self, service: KeyService, bind: bool = True) -> None:
        self.service, self.bind = service, bind
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.execute("CREATE TABLE record (id PRIMARY KEY, version, wrapped, sealed)")

    def about(self, id_: str) -> bytes:
        return id_.encode() if self.bind else b""

    def write(self, id_: str, text: str) -> None:
        key = AESGCM.generate_key(256)
        sealed = seal(key, text.encode(), self.about(id_))
        row = (id_, *self.service.wrap(key, self.about(id_)), sealed)
        self.db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)", row)

    def read(self, id_: str) -> str:
        query = "SELECT version, wrapped, sealed FROM record WHERE id = ?"
        version, wrapped, sealed = self.db.execute(query, [id_]).fetchone()
        key = self.service.unwrap(version, wrapped, self.about(id_))
        return unseal(key, sealed, self.about(id_)).decode()

    def rewrap(self) -> int:
        """Put every data key under the current key; the data itself isn't touched."""
        rows = self.db.execute("SELECT id, version, wrapped FROM record").fetchall()
        for id_, version, wrapped in rows:
            key = self.service.unwrap(version, wrapped, self.about(id_))
            new = (*self.service.wrap(key, self.about(id_)), id_)
            update = "UPDATE record SET version = ?, wrapped = ? WHERE id = ?"
            self.db.execute(update, new)
        return sum(len(wrapped) for _, _, wrapped in rows)
# --8<-- [end:store]


# --8<-- [start:run]
def swapped(store: Store) -> str:
    """Let somebody with write access to the table give ann what is bo's."""
    for name in ("ann", "bo"):
        store.write(name, f"{name}'s diagnosis")
    store.db.execute("""UPDATE record SET (version, wrapped, sealed) =
        (SELECT version, wrapped, sealed FROM record WHERE id = 'bo') WHERE id = 'ann'""")
    return attempt(store, "ann")


def attempt(store: Store, id_: str) -> str:
    try:
        return store.read(id_)
    except InvalidTag:
        return "refused"


def main() -> None:
    loose, bound = (swapped(Store(KeyService(), bind)) for bind in (False, True))
    print(f"rows swapped, ann reads {loose}; bound to their id: {bound}")
    store, text = Store(service := KeyService()), "x" * 1_000_000
    for number in range(10):
        store.write(f"r{number}", text)
    before = store.db.execute("SELECT sealed FROM record").fetchall()
    service.rotate()
    wrote = store.rewrap()
    del service.keys[1]  # the old key is destroyed
    same = before == store.db.execute("SELECT sealed FROM record").fetchall()
    fine = sum(store.read(f"r{number}") == text for number in range(10))
    print(f"rotated: {wrote} bytes for 10 MB, data as before: {same}, readable: {fine} of 10")

    changed = bytearray(before[3][0])
    changed[500_000] ^= 1
    store.db.execute("UPDATE record SET sealed = ? WHERE id = 'r3'", [bytes(changed)])
    print(f"one bit of eight million turned: {(answer := attempt(store, 'r3'))}")
    assert (loose, bound, answer) == ("bo's diagnosis", "refused", "refused")
    assert same and fine == 10
# --8<-- [end:run]

main()
