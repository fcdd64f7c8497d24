# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "schemathesis>=4", "hypothesis>=6.120", "fastapi>=0.115", "pyyaml>=6",
#   "pydantic>=2.10", "snippet-support", "starlette>=0.41",
# ]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# inputs = ["contract.yaml"]
# timeout = 60
# ///
"""Requests made from the contract, sent to the service; each answer is held against it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import APIOperation, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from shop import shop
from snippet_support.serve import serve

DOCUMENT = yaml.safe_load(Path(__file__).with_name("contract.yaml").read_text("utf-8"))
load_all_checks()
Operation = APIOperation[Any, Any, Any, Any]
# --8<-- [start:checks]
HELD = [
    "not_a_server_error",
    "status_code_conformance",  # only codes that the document names
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",  # what doesn't fit is refused
]
# --8<-- [end:checks]


# --8<-- [start:fuzz]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
EXAMPLES = settings(
    max_examples=40,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def fuzz(operation: Operation, mode: GenerationMode, url: str) -> Iterator[str]:
    """Send made-up requests, fitting or not; yield each check that an answer fails."""
    found: list[str] = []

    @seed(1)
    @EXAMPLES
    @given(case=operation.as_strategy(generation_mode=mode))
    def probe(case: Any) -> None:
        sent[operation.label] += 1
        answer = case.call(
            base_url=f"{url}/v1", headers={"Authorization": "Bearer good"}
        )
        for check in HELD:
            try:
                case.validate_response(answer, checks=[CHECKS.get_one(check)])
            except FailureGroup:
                found.append(f"{operation.label}: {check.replace('_', ' ')}")

    probe()
    yield from found


def deviations(url: str) -> list[str]:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    results = schema.get_all_operations()
    operations = [each.ok() for each in results if isinstance(each, Ok)]
    pairs = ((operation, mode) for operation in operations for mode in MODES)
    return sorted(
        {what for operation, mode in pairs for what in fuzz(operation, mode, url)}
    )
# --8<-- [end:fuzz]


# --8<-- [start:run]
for drifted in (True, False):
    sent: Counter[str] = Counter()
    with serve(shop(drifted=drifted)) as url:
        found = deviations(url)
    print(f"{'a year later' if drifted else 'mended'}: {len(found)} deviations")
    for what in found:
        print(" ", what)
    assert min(sent.values()) >= 40, "each operation was asked often"
    assert bool(found) == drifted, found
# --8<-- [end:run]
