# /// script
# requires-python = ">=3.11"
# dependencies = ["openapi-spec-validator>=0.7", "pyyaml>=6", "semver>=3"]
#
# [tool.snippets-runner]
# timeout = 30
# ///
"""La forskjellen mellom to OpenAPI-dokumenter bestemme versjonsnummeret."""

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

import yaml
from openapi_spec_validator import validate
from semver import Version

GAMMEL = """
openapi: 3.1.0
info: {title: Ordre, version: 1.4.2, description: Tar imot ordrer}
paths:
  /ordrer:
    post:
      requestBody:
        content:
          application/json:
            schema:
              required: [vare]
              properties: {vare: {type: string}, antall: {type: integer, maximum: 100}}
      responses:
        "201":
          description: Opprettet
          content:
            application/json:
              schema: {properties: {id: {type: string}, sum: {type: integer}}}
"""
HELSE = "{get: {responses: {'204': {description: Frisk}}}}"
# --8<-- [start:endringer]
# (hva som endres, teksten i dokumentet, ny tekst, det nivået vi venter)
ENDRINGER = [
    ("beskrivelsen skrives om", "Tar imot", "Tar imot og priser", "PATCH"),
    ("nytt valgfritt felt inn", "{vare:", "{merknad: {type: string}, vare:", "MINOR"),
    ("feltet antall blir påkrevd", "[vare]", "[vare, antall]", "MAJOR"),
    ("antall: høyst 100 blir 10", "maximum: 100", "maximum: 10", "MAJOR"),
    ("nytt felt i svaret", "{id:", "{mva: {type: integer}, id:", "MINOR"),
    ("feltet sum forsvinner", ", sum: {type: integer}", "", "MAJOR"),
    ("nytt endepunkt", "paths:", f"paths:\n  /helse: {HELSE}", "MINOR"),
    ("201 blir 200", '"201"', '"200"', "MAJOR"),
]
# --8<-- [end:endringer]


class Nivå(IntEnum):
    """Hva en endring krever av den som bruker kontrakten."""

    PATCH, MINOR, MAJOR = 1, 2, 3


# --8<-- [start:regler]
def deler(dokument: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Gi hvert skjema et navn: «post /ordrer inn», «post /ordrer ut 201»."""
    for sti, metoder in dokument["paths"].items():
        for metode, op in metoder.items():
            svar = {f"ut {kode}": kropp for kode, kropp in op["responses"].items()}
            for del_, kropp in {"inn": op.get("requestBody", {}), **svar}.items():
                json = kropp.get("content", {}).get("application/json", {})
                yield f"{metode} {sti} {del_}", json.get("schema", {})


def funn(gammel: dict[str, Any], ny: dict[str, Any]) -> Iterator[Nivå]:
    """Gi nivået av hver forskjell; finnes ingen i kontrakten, er det bare tekst."""
    yield Nivå.PATCH
    før, etter = dict(deler(gammel)), dict(deler(ny))
    if før.keys() - etter.keys():
        yield Nivå.MAJOR  # et endepunkt eller en statuskode er borte
    if etter.keys() - før.keys():
        yield Nivå.MINOR
    for del_ in før.keys() & etter.keys():
        a, b = før[del_], etter[del_]
        felter_a, felter_b = a.get("properties", {}), b.get("properties", {})
        if felter_b.keys() - felter_a.keys():
            yield Nivå.MINOR
        if " ut " in del_ and felter_a.keys() - felter_b.keys():
            yield Nivå.MAJOR  # noen leser feltet
        if del_.endswith("inn") and {*b.get("required", [])} - {*a.get("required", [])}:
            yield Nivå.MAJOR  # gamle klienter sender det ikke
        for felt in felter_a.keys() & felter_b.keys():
            if felter_a[felt] != felter_b[felt]:
                yield Nivå.MAJOR  # forsiktig: en utvidelse kunne vært MINOR
# --8<-- [end:regler]


# --8<-- [start:krav]
def krev(gammel: dict[str, Any], ny: dict[str, Any]) -> str:
    """Avvis en versjon som er lavere enn det endringene krever."""
    nivå = max(funn(gammel, ny))
    minst = Version.parse(gammel["info"]["version"]).next_version(nivå.name.lower())
    oppgitt = Version.parse(ny["info"]["version"])
    ok = oppgitt.finalize_version() >= minst  # 2.0.0-rc.1 er på vei mot 2.0.0
    return f"{nivå.name} krever {minst}, oppgitt {oppgitt}: {'ok' if ok else 'avvist'}"
# --8<-- [end:krav]


for hva, fra, til, ventet in ENDRINGER:
    gammel, ny = yaml.safe_load(GAMMEL), yaml.safe_load(GAMMEL.replace(fra, til, 1))
    validate(ny)
    nivå = max(funn(gammel, ny))
    assert gammel != ny and nivå.name == ventet
    print(f"{nivå.name}  {hva}")
print(f"{len(ENDRINGER)} endringer klassifisert\n")
for oppgitt in ("1.4.3", "1.5.0", "2.0.0-rc.1", "2.0.0"):
    ny = yaml.safe_load(GAMMEL.replace('"201"', '"200"').replace("1.4.2", oppgitt))
    dom = krev(yaml.safe_load(GAMMEL), ny)
    assert dom.endswith("ok") == oppgitt.startswith("2.")
    print(dom)
rangert = ["2.0.0-alpha", "2.0.0-alpha.1", "2.0.0-beta", "2.0.0-rc.2", "2.0.0-rc.11", "2.0.0"]
assert sorted(set(rangert), key=Version.parse) == rangert
assert Version.parse("2.0.0+a1").compare("2.0.0+b2") == 0
print("\nrangert:", " < ".join(rangert), "= 2.0.0+a1")
