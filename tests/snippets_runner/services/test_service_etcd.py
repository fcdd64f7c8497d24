"""etcd: keys over its HTTP gateway."""

from __future__ import annotations

import base64
import json
import shutil
import urllib.request
from typing import Any

from pools import NewCorner


def call(environment: dict[str, str], what: str, **fields: str) -> dict[str, Any]:
    body = {key: base64.b64encode(value.encode()).decode() for key, value in fields.items()}
    request = urllib.request.Request(
        f"{environment['ETCD_ENDPOINT']}/v3/kv/{what}", data=json.dumps(body).encode()
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        answer: dict[str, Any] = json.loads(response.read())
        return answer


def test_a_key_is_there_for_its_snippet_alone(corner: NewCorner) -> None:
    mine, other = corner("etcd"), corner("etcd")
    call(mine, "put", key="/services/shop", value="192.0.2.1")

    found = call(mine, "range", key="/services/shop")["kvs"]
    assert [base64.b64decode(each["value"]) for each in found] == [b"192.0.2.1"]
    assert "kvs" not in call(other, "range", key="/services/shop")


def test_the_program_is_there_for_snippets_about_clusters(corner: NewCorner) -> None:
    assert shutil.which("etcd", path=corner("etcd")["PATH"])
