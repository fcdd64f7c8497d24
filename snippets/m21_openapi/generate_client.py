# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "fastapi>=0.115", "uvicorn>=0.34", "httpx>=0.28", "pyyaml>=6", "mypy>=1.15",
#   "pydantic>=2.10", "snippet-support", "starlette>=0.41",
# ]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# inputs = ["contract.yaml", "shop.py"]
# timeout = 60
# ///
"""A typed client, made from the contract: mypy refuses the wrong call, the server answers."""

import importlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
import yaml
from client_source import declare, method
from shop import shop
from snippet_support.serve import serve

DOCUMENT: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("contract.yaml").read_text("utf-8")
)


HEAD = """from typing import Any, Literal, NotRequired, TypedDict, cast
import httpx

def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}

"""
CLASS = """class Client:
    def __init__(self, http: httpx.Client) -> None:
        self._http = http

"""
# --8<-- [start:generate]
operations = [
    (path, verb, each)
    for path, item in DOCUMENT["paths"].items()
    for verb, each in item.items()
]
schemas = DOCUMENT["components"]["schemas"]
used = ("Money", "Status", "NewOrder", "Order", "OrderPage")
source = HEAD + "".join(declare(name, schemas[name]) for name in used) + CLASS
source += "".join(method(*each) for each in operations)
scratch = tempfile.TemporaryDirectory()
folder = Path(scratch.name)
(folder / "shop_client.py").write_text(source, encoding="utf-8")
for signature in re.findall(r"def ([a-z]+_orders?.*):", source):
    print(signature)
# --8<-- [end:generate]

# --8<-- [start:use]
CALLER = """from shop_client import Client

def pay(client: Client) -> None:
    order = client.create_order(body={"total": {"amount": "129.50", "currency": "NOK"}})
    print(client.get_order(id=order["id"])["status"])
"""
WRONG = CALLER.replace('"129.50"', "129.5").replace('["status"]', '["state"]')


def mypy(text: str) -> list[str]:
    (folder / "caller.py").write_text(text, encoding="utf-8")
    options = ["--strict", "--no-error-summary", "--show-error-codes"]
    command = [sys.executable, "-m", "mypy", *options, "caller.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.stdout.splitlines()


assert mypy(CALLER) == []
errors = mypy(WRONG)
for error in errors:
    print(error.replace(" (", "\n    (", 1))
assert len(errors) == 2
# --8<-- [end:use]

# --8<-- [start:call]
sys.path.append(str(folder))
made = importlib.import_module("shop_client")
with (
    serve(shop(drifted=False)) as url,
    httpx.Client(
        base_url=f"{url}/v1", headers={"Authorization": "Bearer good"}
    ) as http,
):
    client = made.Client(http)
    order = client.create_order(body={"total": {"amount": "129.50", "currency": "NOK"}})
    assert client.get_order(id=order["id"]) == order
    print("the call:", order["status"], order["total"])
scratch.cleanup()
# --8<-- [end:call]
