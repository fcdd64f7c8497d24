"""Tell what the project is made of: its locked packages with their licences, as a table or as a bill of materials.

python -m tools.supply licences
python -m tools.supply sbom FILE
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
MANIFESTS = (ROOT / "docs/assets/vendor/MANIFEST.toml", ROOT / "tests/browser/axe/MANIFEST.toml")
_PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?P<rest>.*(?:\n    --hash=.*)*)", re.M)
_EXPRESSION = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) \(?[A-Za-z0-9.+-]+\)?)*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A locked package."""

    name: str
    """Its name."""
    version: str
    """Its version."""
    hashes: tuple[str, ...]
    """The SHA-256 of each of its files that may be installed."""
    licence: str
    """What its metadata says, or why that isn't known here."""


def packages() -> Iterator[Package]:
    """Yield every locked package."""
    for found in _PINNED.finditer(LOCK.read_text(encoding="utf-8")):
        hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", found["rest"]))
        yield Package(
            name=found["name"], version=found["version"], hashes=hashes, licence=licence_of(found["name"])
        )


def licence_of(name: str) -> str:
    """Return the licence that an installed package states: as an expression, in words, or by its classifiers."""
    try:
        told = metadata.metadata(name).json
    except metadata.PackageNotFoundError:
        return "not installed here"
    stated = told.get("license_expression") or str(told.get("license") or "").strip().partition("\n")[0]
    if stated and len(str(stated)) < 80:
        return str(stated)
    classifiers = [str(each) for each in told.get("classifier") or ()]
    classified = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: ")]
    return ", ".join(classified) or "not stated"


def vendored() -> list[dict[str, Any]]:
    """Return what is kept in the repository of others' work, as its manifests say."""
    return [each for file in MANIFESTS for each in tomllib.loads(file.read_text(encoding="utf-8"))["library"]]


def bill() -> str:
    """Return the bill of materials, CycloneDX 1.6 as JSON; the same lock gives the same bytes."""
    bom = Bom(serial_number=uuid.UUID(hashlib.sha256(LOCK.read_bytes()).hexdigest()[:32], version=4))
    bom.metadata.timestamp = datetime.fromtimestamp(0, UTC)
    bom.metadata.component = Component(
        name="snippets-runner", type=ComponentType.APPLICATION, bom_ref="snippets-runner"
    )
    for package in packages():
        bom.components.add(
            _component(package.name, package.version, package.licence, package.hashes, purl="pypi")
        )
    for each in vendored():
        sums = tuple(sorted(each["sha256"].values()))
        bom.components.add(_component(each["name"], each["version"], each["licence"], sums, purl="generic"))
    bom.register_dependency(bom.metadata.component, bom.components)
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)


def _component(name: str, version: str, licence: str, sums: tuple[str, ...], *, purl: str) -> Component:
    given = (
        LicenseExpression(licence)
        if _EXPRESSION.match(licence) and "-" in licence
        else DisjunctiveLicense(name=licence)
    )
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{purl}:{name}@{version}",
        purl=PackageURL(type=purl, name=name, version=version),
        licenses=[given],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sums[0])] if len(sums) == 1 else [],
        properties=[Property(name="sha256", value=each) for each in sums] if len(sums) > 1 else [],
    )


def main() -> None:
    """Run one of the two commands."""
    command, *rest = sys.argv[1:] or ("licences",)
    if command == "sbom":
        file = Path(rest[0])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(bill() + "\n", encoding="utf-8")
        print(f"{file}: {sum(1 for _ in packages())} packages, {len(vendored())} vendored libraries")
        return
    for package in packages():
        print(f"{package.name:40} {package.version:16} {package.licence}")
    for each in vendored():
        print(f"{each['name']:40} {each['version']:16} {each['licence']} (vendored)")


if __name__ == "__main__":
    main()
