# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "cyclonedx-python-lib[json-validation]>=11", "packaging>=24", "snippet-support",
#   "packageurl-python>=0.17",
# ]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""What is installed, as a bill of materials, held against advisories in OSV's form."""

import json
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from snippet_support import work_in_temporary_folder

# Invented packages: name, version, what it needs.
PLANTED = [
    ("Demo.Shop", "1.0", ["demo-report", "demo_http>=2"]),
    ("demo-report", "3.1", ["demo-pdf<2"]),
    ("demo_http", "2.9.1", []),
    ("demo-pdf", "1.10.0rc1", []),
    ("demo-log", "0.4", []),
]

# --8<-- [start:advisories]
def advisory(id_: str, package: str, *events: Any, **more: str) -> dict[str, Any]:
    """An advisory in OSV's form: events along the line of versions."""
    where = {"package": {"ecosystem": "PyPI", "name": package},
             "ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}
    return {"id": id_, "affected": [where], **more}


ADVISORIES = [
    advisory("DEMO-1", "demo-http", {"introduced": "2.0"}, {"fixed": "2.11"}),
    advisory("DEMO-2", "demo-pdf", {"introduced": "0"}, {"fixed": "1.10.0"}),
    advisory("DEMO-3", "demo-log", {"introduced": "0"}, {"fixed": "0.4"}),
    advisory("DEMO-4", "demo-report", {"introduced": "0"}, withdrawn="2026-05-04T00:00Z"),
]
# --8<-- [end:advisories]


def install(site: Path) -> None:
    for name, version, needs in PLANTED:
        folder = site / f"{name}-{version}.dist-info"
        folder.mkdir(parents=True)
        lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {n}" for n in needs)]
        (folder / "METADATA").write_text("\n".join(lines))


# --8<-- [start:scan]
def bill_of_materials(installed: dict[str, Distribution]) -> str:
    """List what is there and who needs whom, by CycloneDX's schema."""
    parts = dict[str, Component]()
    for name, each in installed.items():
        purl = PackageURL("pypi", name=name, version=each.version)
        parts[name] = Component(name=name, version=each.version, purl=purl)
    bom = Bom(components=parts.values())
    for name, each in installed.items():
        needs = {canonicalize_name(Requirement(line).name) for line in each.requires or []}
        bom.register_dependency(parts[name], [parts[need] for need in needs])
    text = JsonV1Dot6(bom).output_as_string()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    return text


def affects(events: list[dict[str, str]], version: Version) -> bool:
    """Walk along the line of versions: in at "introduced", out at "fixed"."""
    inside = False
    for event in events:
        ((kind, at),) = event.items()
        if at == "0" or version >= Version(at):
            inside = kind == "introduced"
    return inside


def scan(bom: dict[str, Any]) -> Iterator[tuple[str, str]]:
    have = {each["name"]: Version(each["version"]) for each in bom["components"]}
    for each in ADVISORIES:
        for hit in each["affected"]:
            name, events = hit["package"]["name"], hit["ranges"][0]["events"]
            if name in have and "withdrawn" not in each and affects(events, have[name]):
                yield each["id"], name
# --8<-- [end:scan]


# --8<-- [start:run]
def path_to(name: str, bom: dict[str, Any]) -> str:
    """Say through whom it came, which is whom to update."""
    refs = {each["bom-ref"]: each["name"] for each in bom["components"]}
    for each in bom["dependencies"]:
        if name in (refs[to] for to in each.get("dependsOn", [])):
            return f"{path_to(refs[each['ref']], bom)} > {name}"
    return name


def main() -> None:
    install(site := work_in_temporary_folder() / "site-packages")
    there = distributions(path=[str(site)])
    installed = {str(canonicalize_name(each.name)): each for each in there}
    bom = json.loads(bill_of_materials(installed))
    print(f"{bom['bomFormat']} {bom['specVersion']}: {len(bom['components'])} components")
    for id_, name in (found := list(scan(bom))):
        print(f"{id_}: {name} {installed[name].version}, by {path_to(name, bom)}")
    print(f"{len(found)} found; compared as text: 2.9.1 < 2.11 is {'2.9.1' < '2.11'}")
    assert [id_ for id_, _ in found] == ["DEMO-1", "DEMO-2"]
# --8<-- [end:run]

main()
