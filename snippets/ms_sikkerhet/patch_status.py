# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "cyclonedx-python-lib[json-validation]>=11", "packaging>=26",
#   "packageurl-python>=0.17",
# ]
# [tool.snippets-runner]
# timeout = 10
# ///
"""Les låsefiler, bygg SBOM, finn hvem et varsel rammer, rull ut i rekkefølge og kontroller."""

import json
import os
import tempfile
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from hashlib import sha256
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.pylock import Pylock
from packaging.specifiers import SpecifierSet

os.chdir((mappe := tempfile.TemporaryDirectory()).name)  # slettes når programmet slutter
# Et oppdiktet varsel om et oppdiktet bibliotek.
VARSEL = {"id": "EKS-2026-7", "pakke": "malbib", "rammet": ">=2.0,<2.11.2", "rettet": "2.11.2"}
# tjeneste: (versjon av malbib, hvem den kaller); den som ingen kaller, står ytterst
TJENESTER: dict[str, tuple[str | None, list[str]]] = {
    "kasse": ("2.3.0", ["ordre", "betaling"]),
    "katalog": ("2.10.4", ["sok", "pris"]),
    "ordre": ("2.11.1", ["lager", "varsling"]),
    "betaling": ("2.11.2", ["regnskap"]),
    "lager": ("2.9.0", []),
    "pris": ("1.9.4", []),
    "sok": (None, []),
    "varsling": ("2.10.4", []),
    "regnskap": ("2.4.1", []),
    "arkiv": (None, ["regnskap"]),
}
VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


def skriv_laas(tjeneste: str, malbib: str | None) -> None:
    """Skriv tjenestens pylock.toml (PEP 751), slik et låseverktøy gjør."""
    linjer = ['lock-version = "1.0"', 'created-by = "eksempel"']
    for navn, versjon in (("httpbib", "4.2.0"), ("malbib", malbib)):
        if versjon:
            fil = f"{navn}-{versjon}-py3-none-any.whl"
            hjul = f'name = "{fil}", url = "https://pakker.example/{fil}"'
            hasj = f'hashes = {{ sha256 = "{sha256(fil.encode()).hexdigest()}" }}'
            linjer += ["[[packages]]", f'name = "{navn}"', f'version = "{versjon}"',
                       f"wheels = [{{ {hjul}, {hasj} }}]"]
    Path("repo").mkdir(exist_ok=True)
    Path("repo", f"pylock.{tjeneste}.toml").write_text("\n".join(linjer))


# --8<-- [start:sbom]
def bygg(tjeneste: str) -> str:
    """SBOM for tjenesten ut fra låsefila, kontrollert mot CycloneDX-skjemaet."""
    tekst = Path("repo", f"pylock.{tjeneste}.toml").read_text()
    laas = Pylock.from_dict(tomllib.loads(tekst))
    rot = Component(name=tjeneste, type=ComponentType.APPLICATION)
    deler = [
        Component(name=p.name, version=str(p.version), type=ComponentType.LIBRARY,
                  purl=PackageURL("pypi", name=p.name, version=str(p.version)))
        for p in laas.packages
    ]
    bom = Bom(components=deler)
    bom.metadata.component = rot
    bom.register_dependency(rot, deler)
    sbom = JsonV1Dot6(bom).output_as_string()
    assert VALIDATOR.validate_str(sbom) is None
    return sbom


def rammet(sbomer: dict[str, str]) -> list[str]:
    """Tjenestene som har pakken i en versjon varselet dekker."""
    hull = SpecifierSet(VARSEL["rammet"])
    return sorted(
        tjeneste
        for tjeneste, sbom in sbomer.items()
        for k in json.loads(sbom)["components"]
        if k["purl"].startswith(f"pkg:pypi/{VARSEL['pakke']}@") and k["version"] in hull
    )


def patchplan(tjenester: list[str]) -> Iterator[list[str]]:
    """Bølger utenfra og inn: en tjeneste kommer etter alle som kaller den."""
    kallere = {t: [k for k in TJENESTER if t in TJENESTER[k][1]] for t in TJENESTER}
    sorterer = TopologicalSorter(kallere)
    sorterer.prepare()
    while klare := sorterer.get_ready():
        sorterer.done(*klare)
        if bolge := sorted(set(klare) & set(tjenester)):
            yield bolge
# --8<-- [end:sbom]
for tjeneste, (versjon, _) in TJENESTER.items():
    skriv_laas(tjeneste, versjon)
i_drift = {tjeneste: bygg(tjeneste) for tjeneste in TJENESTER}
foer = rammet(i_drift)
som_tekst = [t for t, (v, _) in TJENESTER.items() if v and "2.0" <= v < VARSEL["rettet"]]
print(f"{VARSEL['id']}: {VARSEL['pakke']} {VARSEL['rammet']} rammer {', '.join(foer)}")
print(f"sammenlignet som tekst: bare {', '.join(som_tekst)}; '2.9.0' < '2.11.2' er usant")
frys = {"regnskap"}  # månedsslutt: låsefila rettes, men ingenting rulles ut
for runde in (1, 2):
    for nummer, bolge in enumerate(patchplan(rammet(i_drift)), 1):
        print(f"runde {runde}, bølge {nummer}: {', '.join(bolge)}")
        for tjeneste in bolge:
            skriv_laas(tjeneste, VARSEL["rettet"])
            if tjeneste not in frys:
                i_drift[tjeneste] = bygg(tjeneste)
    i_repo = rammet({tjeneste: bygg(tjeneste) for tjeneste in TJENESTER})
    print(f"kontroll: rammet i låsefilene {len(i_repo)}, i drift {len(rammet(i_drift))}")
    assert i_repo == [] and rammet(i_drift) == sorted(frys)
    frys.clear()
assert len(foer) == 6 and rammet(i_drift) == []
print(f"Bevis: rammet {len(foer)} av {len(TJENESTER)} -> {len(rammet(i_drift))}")
