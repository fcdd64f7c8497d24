# /// script
# requires-python = ">=3.11"
# dependencies = ["pyyaml>=6", "regopy>=1.0"]
#
# [tool.snippets-runner]
# memory = 300_000
# ///
"""Stopp et manifest som mangler grenser, med Rego-regler som har egne prøver."""

import copy
import importlib
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import yaml

# Motoren reserverer 256 GB adresserom når den lastes (ikke minne), derfor først her.
Interpreter = importlib.import_module("regopy").Interpreter

# --8<-- [start:regler]
REGLER = """
package portvakt

import rego.v1

beholdere := input.spec.template.spec.containers

avslag contains melding if {
    some b in beholdere
    not b.resources.limits.memory
    melding := sprintf("%s mangler minnegrense", [b.name])
}

avslag contains melding if {
    some b in beholdere
    not contains(b.image, "@sha256:")
    melding := sprintf("%s bruker et bilde som kan skifte innhold", [b.name])
}

avslag contains melding if {
    not input.metadata.labels.eier in data.team
    melding := "eieren er ikke et kjent team"
}

default tillatt := false

tillatt if count(avslag) == 0
"""
# --8<-- [end:regler]

# --8<-- [start:manifest]
MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ordre
  labels: {eier: team-kasse}
spec:
  template:
    spec:
      containers:
        - name: ordre
          image: registry.example.no/ordre@sha256:%s
          resources:
            limits: {memory: 256Mi}
"""
# --8<-- [end:manifest]


# --8<-- [start:motor]
def spør(manifest: object, regler: str = REGLER) -> list[str]:
    """Gi grunnene til avslag. Motoren avgjør; det er vi som må håndheve svaret."""
    rego = Interpreter()
    rego.add_module("portvakt", regler)
    rego.add_data({"team": ["team-kasse", "team-lager"]})
    rego.set_input(manifest)
    svar = rego.query("[data.portvakt.avslag, data.portvakt.tillatt]")
    avslag, tillatt = svar.results[0].expressions[0]
    assert tillatt == (not avslag)
    return sorted(str(melding) for melding in avslag)
# --8<-- [end:motor]


GODT = yaml.safe_load(MANIFEST % sha256(b"ordre").hexdigest())


# --8<-- [start:prover]
def endret(endring: Callable[[Any, Any], object]) -> Any:
    """Gi det gode manifestet med én feil i."""
    manifest = copy.deepcopy(GODT)
    endring(manifest, manifest["spec"]["template"]["spec"]["containers"][0])
    return manifest


PRØVER = {
    "uten grenser": endret(lambda m, b: b.pop("resources")),
    "flytende merkelapp": endret(lambda m, b: b.update(image="ordre:latest")),
    "ukjent eier": endret(lambda m, b: m["metadata"]["labels"].update(eier="ola")),
    "uten eier": endret(lambda m, b: m["metadata"].pop("labels")),
}
print("det gode manifestet:", spør(GODT) or "slipper gjennom")
assert spør(GODT) == []
for navn, manifest in PRØVER.items():
    grunner = spør(manifest)
    print(f"{navn}: stoppet, {grunner[0]}")
    assert len(grunner) == 1

skrivefeil = REGLER.replace("input.spec.template.spec", "input.spec")
slapp = [navn for navn, manifest in PRØVER.items() if not spør(manifest, skrivefeil)]
print("skrivefeil i en sti, og reglene tier. Prøvene merker det:", ", ".join(slapp))
assert slapp == ["uten grenser", "flytende merkelapp"]
# --8<-- [end:prover]
