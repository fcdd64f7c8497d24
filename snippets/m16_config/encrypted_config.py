# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""A configuration file with sealed values, a key for each reader, and what taking a key away is worth."""

import json
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from snippet_support import work_in_temporary_folder

Keys = dict[str, bytes]


# --8<-- [start:seal]
def save(path: Path, values: dict[str, str], readers: Keys, data_key: bytes) -> None:
    """Seal each value by one data key, and the data key once for each reader."""
    sealed = {}
    for name, value in values.items():
        nonce = os.urandom(12)
        text = AESGCM(data_key).encrypt(nonce, value.encode(), name.encode())
        sealed[name] = (nonce + text).hex()
    wrapped = {who: aes_key_wrap(key, data_key).hex() for who, key in readers.items()}
    path.write_text(json.dumps({"readers": wrapped, "values": sealed}, indent=1))


def unwrap(document: Any, who: str, key: bytes) -> bytes:
    return aes_key_unwrap(key, bytes.fromhex(document["readers"][who]))


def unseal(document: Any, data_key: bytes) -> dict[str, str]:
    values = {}
    for name, value in document["values"].items():
        raw = bytes.fromhex(value)
        text = AESGCM(data_key).decrypt(raw[:12], raw[12:], name.encode())
        values[name] = text.decode()
    return values


def read(path: Path, who: str, key: bytes) -> dict[str, str]:
    document = json.loads(path.read_text())
    return unseal(document, unwrap(document, who, key))
# --8<-- [end:seal]


# --8<-- [start:rekey]
def rewrap(path: Path, who: str, key: bytes, readers: Keys) -> None:
    """Change who may open the file from now on; the data key stays."""
    document = json.loads(path.read_text())
    save(path, read(path, who, key), readers, unwrap(document, who, key))


def rekey(path: Path, who: str, key: bytes, readers: Keys) -> None:
    """Change the readers and the data key: every value is sealed anew."""
    save(path, read(path, who, key), readers, AESGCM.generate_key(256))
# --8<-- [end:rekey]


# --8<-- [start:run]
def attempt(path: Path, key: bytes, data_key: bytes | None = None) -> str:
    document = json.loads(path.read_text())
    try:
        opened = data_key or unwrap(document, "ops", key)
        return f"reads {len(unseal(document, opened))} values"
    except (InvalidUnwrap, InvalidTag):
        return "refused"


work_in_temporary_folder()
path = Path("prod.json")
old, new, ci = (AESGCM.generate_key(256) for _ in range(3))
secrets = {"database_url": "postgresql://shop:hunter2@db/shop", "mail_key": "mk-93"}
save(path, secrets, {"ops": old, "ci": ci}, AESGCM.generate_key(256))
text = path.read_text()
print("names in the file:", *json.loads(text)["values"], "- value in it:", "hunter2" in text)
assert read(path, "ci", ci) == read(path, "ops", old) == secrets
history = Path("history.json")
history.write_text(text)  # a commit is for ever
kept = unwrap(json.loads(text), "ops", old)  # somebody kept the data key too

rewrap(path, "ci", ci, {"ops": new, "ci": ci})
after_rewrap = attempt(path, old), attempt(path, old, kept)
print("rewrapped: old key", after_rewrap[0], "- kept data key", after_rewrap[1])
rekey(path, "ci", ci, {"ops": new, "ci": ci})
after_rekey = attempt(path, old), attempt(path, old, kept)
print("re-keyed:  old key", after_rekey[0], "- kept data key", after_rekey[1])
in_history = attempt(history, old)
print("new key", attempt(path, new), "- old key on the file in history:", in_history)
assert after_rewrap == ("refused", in_history) and after_rekey == ("refused", "refused")

document = json.loads(path.read_text())
values = document["values"]
values["database_url"], values["mail_key"] = values["mail_key"], values["database_url"]
path.write_text(json.dumps(document))
print("two sealed values swapped:", swapped := attempt(path, new))
assert swapped == "refused"
# --8<-- [end:run]
