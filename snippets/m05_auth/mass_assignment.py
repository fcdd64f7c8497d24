# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "fastapi>=0.115", "httpx>=0.28", "pydantic>=2.10", "snippet-support",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Fields that nobody offered, and attributes that nobody meant."""

from dataclasses import asdict, dataclass
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from snippet_support import serve

app = FastAPI()
print("[binding]")


# --8<-- [start:binding]
@dataclass
class User:
    name: str = "ada"
    is_admin: bool = False


class Profile(BaseModel):
    """What a member may change about herself, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    name: str


@app.patch("/bound")
def bound(body: dict[str, Any]) -> dict[str, Any]:
    user = User()
    for field, value in body.items():
        setattr(user, field, value)
    return asdict(user)


@app.patch("/typed")
def typed(body: Profile) -> dict[str, Any]:
    return asdict(User(name=body.name))
# --8<-- [end:binding]


# --8<-- [start:ask]
with serve(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
    attack = {"name": "Ada L.", "is_admin": True}
    got = client.patch("/bound", json=attack).json()
    print("bound:", got)
    refused = client.patch("/typed", json=attack)
    print("typed:", refused.status_code, refused.json()["detail"][0]["msg"])
# --8<-- [end:ask]
assert got["is_admin"] and refused.status_code == 422

print("[merge]")
# --8<-- [start:merge]
ROLES = {"guest": "reads"}  # somewhere else in the program


class Settings:
    def __init__(self) -> None:
        self.theme = "light"


def merge(target: Any, body: dict[str, Any]) -> None:
    """Merge input into an object, deeply; this is the flaw."""
    for key, value in body.items():
        inner = (target.get(key) if isinstance(target, dict)
                 else getattr(target, key, None))
        if isinstance(value, dict) and inner is not None:
            merge(inner, value)
        elif isinstance(target, dict):
            target[key] = value
        else:
            setattr(target, key, value)


climb = {"__init__": {"__globals__": {"ROLES": {"guest": "reads and deletes"}}}}
merge(Settings(), climb)
print("merged into the settings; a guest now", ROLES["guest"])
# --8<-- [end:merge]
assert ROLES["guest"] == "reads and deletes"
