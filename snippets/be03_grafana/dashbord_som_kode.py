# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "prometheus-client>=0.21"]
# ///
"""Bygg et dashbord som JSON, og nekt det å spørre etter metrikker som ikke finnes."""

import json
import re
from typing import Any

import httpx
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.parser import text_string_to_metric_families


# --8<-- [start:bygg]
def panel(nr: int, tittel: str, spørring: str, enhet: str) -> dict[str, Any]:
    return {
        "id": nr,
        "type": "timeseries",
        "title": tittel,
        "gridPos": {"x": 12 * (nr % 2), "y": 8 * (nr // 2), "w": 12, "h": 8},
        "datasource": {"type": "prometheus", "uid": "${datakilde}"},
        "fieldConfig": {"defaults": {"unit": enhet}},
        "targets": [{"refId": "A", "expr": spørring}],
    }


def dashbord(tjeneste: str, **endret: str) -> dict[str, Any]:
    """De tre tallene i RED; samme dashbord for hver tjeneste."""
    valg = f'{{job="{tjeneste}"}}'
    spørringer = {
        "rate": f"sum(rate(http_requests_total{valg}[5m]))",
        "feil": f'sum(rate(http_requests_total{{job="{tjeneste}", code=~"5.."}}[5m]))',
        "p95": "histogram_quantile(0.95, sum by (le)"
               f"(rate(http_request_duration_seconds_bucket{valg}[5m])))",
    } | endret
    enheter = {"rate": "reqps", "feil": "reqps", "p95": "s"}
    paneler = [panel(nr, navn, spørring, enheter[navn])
               for nr, (navn, spørring) in enumerate(spørringer.items())]
    return {"uid": f"red-{tjeneste}", "title": f"RED: {tjeneste}", "panels": paneler}
# --8<-- [end:bygg]


# --8<-- [start:kontroll]
FUNKSJONER = {"sum", "rate", "by", "histogram_quantile", "avg", "max", "increase", "on"}


def eksponert(adresse: str) -> dict[str, set[str]]:
    """Les /metrics slik Prometheus gjør, og gi navn og etiketter."""
    funnet: dict[str, set[str]] = {}
    for familie in text_string_to_metric_families(httpx.get(adresse).text):
        for prøve in familie.samples:
            funnet.setdefault(prøve.name, {"job"}).update(prøve.labels)
    return funnet


def kontroller(dashbord: dict[str, Any], finnes: dict[str, set[str]]) -> list[str]:
    """Et panel som spør etter noe ukjent, viser ikke feil, bare en tom graf."""
    feil = []
    for felt in dashbord["panels"]:
        for mål in felt["targets"]:
            uten_vindu = re.sub(r"\[[^]]*\]", "", mål["expr"])
            etiketter = set(re.findall(r"(\w+)\s*(?:=~|!=|!~|=)", uten_vindu))
            uten_valg = re.sub(r"\{[^}]*\}|\bby\s*\([^)]*\)", "", uten_vindu)
            navn = set(re.findall(r"[a-zA-Z_:][\w:]*", uten_valg)) - FUNKSJONER
            for ukjent in sorted(navn - finnes.keys()):
                feil.append(f"{felt['title']}: {ukjent} finnes ikke")
            for metrikk in navn & finnes.keys():
                for ukjent in sorted(etiketter - finnes[metrikk]):
                    feil.append(f"{felt['title']}: {metrikk} mangler etiketten {ukjent}")
    return feil
# --8<-- [end:kontroll]


# --8<-- [start:tjeneste]
register = CollectorRegistry()
kall = Counter("http_requests", "Kall", ["route", "code"], registry=register)
tid = Histogram("http_request_duration_seconds", "Tid", ["route"], registry=register)
kall.labels("/ordre", "200").inc()
tid.labels("/ordre").observe(0.03)
tjener, tråd = start_http_server(0, "127.0.0.1", register)
finnes = eksponert(f"http://127.0.0.1:{tjener.server_port}/metrics")
# --8<-- [end:tjeneste]

# --8<-- [start:bruk]
godt = dashbord("ordre")
print(f"{len(godt['panels'])} paneler:", kontroller(godt, finnes) or "godtatt")

# Noen retter på dashbordet for hånd, eller tjenesten gir metrikken nytt navn:
gammelt = dashbord("ordre", rate="sum(rate(http_requests_count[5m]))")
feilstavet = dashbord("ordre", feil='sum(rate(http_requests_total{status="500"}[5m]))')
for utgave in (gammelt, feilstavet):
    print("stoppet:", *kontroller(utgave, finnes))
# --8<-- [end:bruk]
assert kontroller(godt, finnes) == [] and json.loads(json.dumps(godt)) == godt
assert kontroller(gammelt, finnes) == ["rate: http_requests_count finnes ikke"]
assert len(kontroller(feilstavet, finnes)) == 1
tjener.shutdown()
tjener.server_close()
tråd.join()
