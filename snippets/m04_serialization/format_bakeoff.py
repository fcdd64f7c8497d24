# /// script
# requires-python = ">=3.11"
# dependencies = ["cbor2>=5.6", "fastavro>=1.10", "grpcio-tools>=1.68", "msgpack>=1.1"]
#
# [tool.snippets-runner]
# timeout = 20
# redact = [{ pattern = '\d+\.\d\d x$', as = "… x" }]
# ///
"""A thousand records in six formats: how many bytes, how long until Python has objects."""

import gzip
import importlib
import io
import json
import random
import sys
import tempfile
import timeit
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path
from typing import Any

import cbor2
import fastavro
import msgpack
from grpc_tools import protoc

Rows = list[dict[str, Any]]
random.seed(4)
ROWS: Rows = [
    {
        "id": number,
        "name": f"User {number}",
        "email": f"user{number}@example.com",
        "active": number % 3 > 0,
        "score": round(random.uniform(0, 100), 2),
        "tags": random.sample(["admin", "beta", "trial", "eu"], 2),
    }
    for number in range(1000)
]

# --8<-- [start:avro]
SCHEMA = fastavro.parse_schema({
    "type": "array",
    "items": {
        "type": "record",
        "name": "User",
        "fields": [
            {"name": "id", "type": "long"},
            {"name": "name", "type": "string"},
            {"name": "email", "type": "string"},
            {"name": "active", "type": "boolean"},
            {"name": "score", "type": "double"},
            {"name": "tags", "type": {"type": "array", "items": "string"}},
        ],
    },
})
# --8<-- [end:avro]
with tempfile.TemporaryDirectory() as folder:
    here = str(Path(__file__).parent)
    assert protoc.main(["", f"-I{here}", f"--python_out={folder}", "users.proto"]) == 0
    sys.path.insert(0, folder)
    Users: Any = importlib.import_module("users_pb2").Users


def xml() -> bytes:
    root = ET.Element("users")
    for row in ROWS:
        user = ET.SubElement(root, "user")
        for name, value in row.items():
            for each in value if isinstance(value, list) else [value]:
                ET.SubElement(user, name).text = str(each)
    return ET.tostring(root)


def avro() -> bytes:
    fastavro.schemaless_writer(file := io.BytesIO(), SCHEMA, ROWS)
    return file.getvalue()


# --8<-- [start:decode]
def read_protobuf(data: bytes) -> Rows:
    """Copy the fields out, as code that works with them does sooner or later."""
    return [
        {"id": u.id, "name": u.name, "email": u.email,
         "active": u.active, "score": u.score, "tags": list(u.tags)}
        for u in Users.FromString(data).users
    ]  # fmt: skip


FORMATS = {
    "JSON": (json.dumps(ROWS, separators=(",", ":")).encode(), json.loads),
    "XML": (xml(), ET.fromstring),
    "Protobuf, parsed": (Users(users=ROWS).SerializeToString(), Users.FromString),
    "Protobuf, read": (Users(users=ROWS).SerializeToString(), read_protobuf),
    "MessagePack": (msgpack.packb(ROWS), msgpack.unpackb),
    "CBOR": (cbor2.dumps(ROWS), cbor2.loads),
    "Avro": (avro(), lambda data: fastavro.schemaless_reader(io.BytesIO(data), SCHEMA)),
}
# --8<-- [end:decode]


# --8<-- [start:measure]
def measure() -> dict[str, float]:
    """Print bytes, bytes behind gzip, and decoding time, all in multiples of JSON's."""
    base, times = FORMATS["JSON"][0], {}
    for name, (data, decode) in FORMATS.items():
        times[name] = min(timeit.repeat(partial(decode, data), number=1, repeat=15))
        size, packed = len(data) / len(base), len(gzip.compress(data)) / len(base)
        slower = times[name] / times["JSON"]
        print(f"{name:16} {size:.2f}  gzip {packed:.2f}  decode {slower:.2f} x")
    return times
# --8<-- [end:measure]


assert read_protobuf(FORMATS["Protobuf, read"][0]) == json.loads(FORMATS["JSON"][0]) == ROWS
seconds = measure()
assert seconds["Protobuf, parsed"] < seconds["JSON"] < seconds["XML"]
assert seconds["Protobuf, parsed"] * 3 < seconds["Protobuf, read"]
