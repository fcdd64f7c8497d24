"""What the project is made of is pinned, hashed, known by its licence; and its workflows may do what they must, no more."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools.supply import bill, packages, vendored

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def test_every_locked_package_has_its_hashes() -> None:
    found = list(packages())

    assert len(found) > 200
    assert [each.name for each in found if not each.hashes] == []


def test_every_installed_package_states_a_licence() -> None:
    """What only other systems or Pythons install can't be asked here."""
    assert [each.name for each in packages() if each.licence == "not stated"] == []


def test_the_bill_of_materials_is_valid_whole_and_the_same_each_time() -> None:
    text = bill()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert text == bill()
    assert text.count('"purl"') == len(list(packages())) + len(vendored())


def test_every_action_is_pinned_by_its_hash_and_names_its_version() -> None:
    uses = [line for file in WORKFLOWS for line in file.read_text("utf-8").splitlines() if "uses:" in line]

    assert len(uses) >= 5
    assert [
        line for line in uses if not re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)
    ] == []


def test_a_workflow_begins_with_no_right() -> None:
    for file in WORKFLOWS:
        told = yaml.safe_load(file.read_text("utf-8"))
        assert told["permissions"] == {}, file
        for name, job in told["jobs"].items():
            assert all(right == "read" or (file.name, scope) in {("release.yml", "id-token"), ("release.yml", "attestations")} for scope, right in job["permissions"].items()), name  # fmt: skip
            assert job["timeout-minutes"] <= 90


def test_zizmor_finds_nothing_in_the_workflows() -> None:
    command = [Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress", ROOT / ".github"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr


def test_newer_versions_wait_for_a_week() -> None:
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text("utf-8"))["updates"]

    assert {each["package-ecosystem"] for each in updates} == {"github-actions", "uv"}
    assert [each["cooldown"]["default-days"] for each in updates] == [7, 7]
