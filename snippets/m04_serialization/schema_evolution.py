# /// script
# requires-python = ">=3.11"
# dependencies = ["fastavro>=1.10", "grpcio-tools>=1.68", "protobuf>=5.29"]
# ///
"""Version 1 writes, version 2 reads, and back; then a field number is used again."""

import importlib
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

import fastavro
from grpc_tools import protoc

# --8<-- [start:protobuf]
PROTO = {
    "v1": "int64 id = 1; string name = 2; string phone = 3;",
    # phone is gone, its number and name are reserved; email is new, with a new number
    "v2": 'reserved 3; reserved "phone"; int64 id = 1; string name = 2; string email = 4;',
    # the mistake: number 3 means something else now
    "bad": "int64 id = 1; string name = 2; string email = 3;",
    # the same mistake, had the number been reserved
    "worse": "reserved 3; int64 id = 1; string email = 3;",
}


def compiled(version: str, fields: str, folder: str) -> Any:
    file = Path(folder, f"{version}.proto")
    file.write_text(f'syntax = "proto3"; package {version}; message User {{ {fields} }}')
    if protoc.main(["", f"-I{folder}", f"--python_out={folder}", file.name]) != 0:
        return None  # protoc has said why
    return importlib.import_module(f"{version}_pb2").User
# --8<-- [end:protobuf]


with tempfile.TemporaryDirectory() as place:
    sys.path.insert(0, place)
    User = {version: compiled(version, fields, place) for version, fields in PROTO.items()}


# --8<-- [start:read-protobuf]
def reread(message: Any, version: str) -> Any:
    """Let a program with another version of the file read the message."""
    return User[version].FromString(message.SerializeToString())


def told(message: Any) -> str:
    return ", ".join(f"{field.name}={value!r}" for field, value in message.ListFields())


old = User["v1"](id=42, name="Ada", phone="+4722225555")
new = User["v2"](id=42, name="Ada", email="ada@example.com")
forth, back = reread(old, "v2"), reread(new, "v1")
print(f"Protobuf v1 -> v2   {told(forth)}; email={forth.email!r}")
print(f"Protobuf v2 -> v1   {told(back)}; phone={back.phone!r}")
returned = reread(forth, "v1")  # v2 handed on what it didn't know
print(f"Protobuf v1 -> v2 -> v1   {told(returned)}")
corrupt = reread(old, "bad")
print(f"Protobuf v1 -> bad  {told(corrupt)}")
assert (forth.email, back.phone, returned.phone) == ("", "", "+4722225555")
assert corrupt.email == "+4722225555"  # nothing complained
assert User["worse"] is None  # protoc did
# --8<-- [end:read-protobuf]


# --8<-- [start:avro]
def record(*fields: dict[str, Any]) -> Any:
    return fastavro.parse_schema({"type": "record", "name": "User", "fields": list(fields)})


ident, name = {"name": "id", "type": "long"}, {"name": "name", "type": "string"}
phone = {"name": "phone", "type": "string"}
email = {"name": "email", "type": ["null", "string"], "default": None}
V1, V2 = record(ident, name, phone), record(ident, name, email)
V2_STRICT = record(ident, name, {"name": "email", "type": "string"})  # no default


def resolve(value: dict[str, Any], writer: Any, reader: Any) -> str:
    """Read with both schemas; Avro matches the fields by name."""
    fastavro.schemaless_writer(file := io.BytesIO(), writer, value)
    file.seek(0)
    try:
        return str(fastavro.schemaless_reader(file, writer, reader))
    except fastavro.read.SchemaResolutionError:
        return "refused: a field that the writer lacks has no default"


ada = {"id": 42, "name": "Ada", "phone": "+4722225555"}
print(f"Avro v1 -> v2       {resolve(ada, V1, V2)}")
print(f"Avro v2 -> v1       {resolve(ada | {'email': 'ada@example.com'}, V2, V1)}")
print(f"Avro v1 -> strict   {resolve(ada, V1, V2_STRICT)}")
# --8<-- [end:avro]
