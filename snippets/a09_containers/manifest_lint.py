# /// script
# requires-python = ">=3.11"
# dependencies = ["jsonschema>=4.23", "pyyaml>=6"]
# ///
"""Hold Kubernetes manifests to a schema, for slips, and a policy, for risks."""

from collections.abc import Iterator
from typing import Any

import yaml
from jsonschema import Draft202012Validator

# --8<-- [start:manifests]
MANIFESTS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - name: web
          image: registry.example/shop:latest
          ports: [{name: http, containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop}
spec:
  minAvailable: 3
  selector: {matchLabels: {app: shop}}
"""
# --8<-- [end:manifests]


# --8<-- [start:schema]
def known(*required: str, **fields: Any) -> dict[str, Any]:
    """An object with these fields and no others, as strict validation has it."""
    return {"type": "object", "required": list(required),
            "properties": fields, "additionalProperties": False}


def every(item: Any) -> dict[str, Any]:
    return {"type": "array", "items": item}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
EITHER, ANY = {"type": ["integer", "string"]}, {"type": "object"}
MAP = {"type": "object", "additionalProperties": TEXT}
META = known(name=TEXT, labels=MAP)
SELECTOR = known(matchLabels=MAP)
PORT = known("containerPort", name=TEXT, containerPort=NUMBER)
CONTAINER = known(
    "name", name=TEXT, image=TEXT, ports=every(PORT), securityContext=ANY,
    readinessProbe=ANY, livenessProbe=ANY, resources=known(requests=MAP, limits=MAP))
POD = known(metadata=META, spec=known("containers", containers=every(CONTAINER)))
DOOR = known("port", name=TEXT, port=NUMBER, targetPort=EITHER)
SPECS = {
    "Deployment": known("selector", "template",
                        replicas=NUMBER, selector=SELECTOR, template=POD),
    "Service": known(selector=MAP, ports=every(DOOR)),
    "PodDisruptionBudget": known(minAvailable=EITHER, selector=SELECTOR),
}


def slips(document: dict[str, Any]) -> Iterator[str]:
    spec = SPECS[document["kind"]]
    schema = known(apiVersion=TEXT, kind=TEXT, metadata=META, spec=spec)
    for error in Draft202012Validator(schema).iter_errors(document):
        yield f"{document['kind']} {error.json_path}: {error.message}"
# --8<-- [end:schema]


# --8<-- [start:policy]
def risks(deployment: Any, _service: Any, budget: Any) -> Iterator[str]:
    for container in deployment["spec"]["template"]["spec"]["containers"]:
        name, of = container["name"], container.get
        if "readinessProbe" not in container:
            yield f"{name}: no readiness probe: gets requests before it can answer"
        if "memory" not in of("resources", {}).get("limits", {}):
            yield f"{name}: no memory limit: may take the whole node's"
        if not of("securityContext", {}).get("runAsNonRoot"):
            yield f"{name}: may run as root"
        if "@sha256:" not in container["image"]:
            yield f"{name}: image by tag: tomorrow the same name may be other bytes"
    if budget["spec"].get("minAvailable") in (deployment["spec"]["replicas"], "100%"):
        yield "budget: no pod may ever be evicted, so no node can be drained"
# --8<-- [end:policy]


# --8<-- [start:run]
CURE = f"""
image: registry.example/shop@sha256:{"5a" * 32}
readinessProbe: {{httpGet: {{path: /ready, port: http}}}}
resources: {{requests: {{cpu: 100m, memory: 128Mi}}, limits: {{memory: 128Mi}}}}
securityContext: {{runAsNonRoot: true, allowPrivilegeEscalation: false}}
"""
shop = list(yaml.safe_load_all(MANIFESTS))
found = list(risks(*shop))
print(f"{len(found)} risks:", *found, sep="\n  ")
assert len(found) == 5 and not any(list(slips(document)) for document in shop)
shop[0]["spec"]["template"]["spec"]["containers"][0] |= yaml.safe_load(CURE)
shop[2]["spec"]["minAvailable"] = 2
print("mended:", len(list(risks(*shop))), "risks")
assert not list(risks(*shop)) and not any(list(slips(document)) for document in shop)
typed = MANIFESTS.replace("s: 3", "s: '3'").replace("targetPort", "target")
found = [slip for document in yaml.safe_load_all(typed) for slip in slips(document)]
print(f"{len(found)} slips:", *found, sep="\n  ")
assert len(found) == 2
# --8<-- [end:run]
