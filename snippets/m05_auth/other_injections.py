# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "pydantic>=2.10"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Text that becomes a command, an option, a JSON path or an operator; and what keeps it a text."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict, ValidationError

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("CREATE TABLE users (doc jsonb)")
db.execute("""INSERT INTO users VALUES ('{"name": "ada", "pin": "4711"}')""")
folder = Path(tempfile.mkdtemp())
(folder / "notes.txt").write_text("b\na\n")
(folder / "prices.txt").write_text("1\n2\n")
print("[command]")


# --8<-- [start:command]
def run(command: str | list[str]) -> str:
    """Run it in the folder of uploads; a text goes to the shell, a list doesn't."""
    done = subprocess.run(
        command, shell=isinstance(command, str), cwd=folder, text=True,
        capture_output=True, stdin=subprocess.DEVNULL,
    )
    return " ".join(done.stdout.split()) or f"nothing, status {done.returncode}"


name = "notes.txt; echo whatever I like"  # a file name, as it was uploaded
print("shell:        ", run(f"sort {name}"))
print("list:         ", run(["sort", name]))

option = "-oprices.txt"  # a file name too; sort reads it as "write the result there"
safe = run(["sort", "--", option])
left = (folder / "prices.txt").stat().st_size
print("list with --: ", safe, "- prices.txt:", left, "bytes")
unsafe = run(["sort", option])
left = (folder / "prices.txt").stat().st_size
print("list without: ", unsafe, "- prices.txt:", left, "bytes")
# --8<-- [end:command]
assert left == 0 and safe == "nothing, status 2" and "whatever" in run(f"sort {name}")


print("[path]")


# --8<-- [start:path]
def glued(pin: str) -> bool:
    path = f'$ ? (@.name == "ada" && @.pin == "{pin}")'
    query = "SELECT 1 FROM users WHERE doc @? %s::jsonpath"
    return db.execute(query, [path]).rowcount == 1


def passed(pin: object) -> bool:
    """The path is ours and constant; the text arrives as one of its variables."""
    path = '$ ? (@.name == "ada" && @.pin == $pin)'
    query = "SELECT 1 FROM users WHERE jsonb_path_exists(doc, %s, %s)"
    return db.execute(query, [path, Jsonb({"pin": pin})]).rowcount == 1


for pin in ("4711", "0000", '" || "" == "'):
    print(f"pin {pin:12} glued in: {glued(pin)!s:6} as a variable: {passed(pin)}")
# --8<-- [end:path]
assert glued('" || "" == "') and not passed('" || "" == "') and passed("4711")


print("[operator]")


# --8<-- [start:operator]
class Login(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    name: str
    pin: str


def contained(body: dict[str, object]) -> bool:
    """Search by the body as it came: JSON that contains it."""
    query = "SELECT 1 FROM users WHERE doc @> %s"
    return db.execute(query, [Jsonb(body)]).rowcount == 1


print("right pin, wrong pin:", contained({"name": "ada", "pin": "4711"}),
      contained({"name": "ada", "pin": "0000"}))
for body in ('{"name": "ada"}', '{"name": "ada", "pin": {"$ne": null}}'):
    try:
        Login.model_validate_json(body)
    except ValidationError as error:
        schema = f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}"
    print(f"{body:38} contained: {contained(json.loads(body))!s:6} schema: {schema}")
# --8<-- [end:operator]
assert contained({"name": "ada"}) and not contained({"name": "ada", "pin": {"$ne": None}})
for file in folder.iterdir():
    file.unlink()
folder.rmdir()
