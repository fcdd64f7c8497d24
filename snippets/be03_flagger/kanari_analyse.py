# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx", "prometheus-client>=0.21", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# services = ["haproxy", "prometheus"]
# timeout = 30
# ///
"""Flytt trafikk til ny versjon i trinn, og la en spørring i Prometheus avgjøre."""

import os
import socket
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from prometheus_client import CollectorRegistry, Counter, start_http_server
from snippet_support import free_port, running, serve, wait_until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

register = CollectorRegistry()
KALL = Counter("kall", "Kall", ["versjon", "kode"], registry=register)
HAPROXY = """
global
    nbthread 1
    stats socket unix@admin level admin
listen app
    bind 127.0.0.1:{port}
    mode http
    balance roundrobin
    timeout connect 1s
    timeout client 5s
    timeout server 5s
    {tjenere}
"""


def versjon(navn: str, feiler_hver: int = 0) -> Starlette:
    teller = count(1)

    async def svar(request: Request) -> PlainTextResponse:
        kode = 500 if feiler_hver and next(teller) % feiler_hver == 0 else 200
        KALL.labels(navn, str(kode)).inc()
        return PlainTextResponse(navn, kode)

    return Starlette(routes=[Route("/", svar)])


# --8<-- [start:analyse]
def vekt(ny: int) -> None:
    """Flytt trafikken: HAProxy tar imot ny vekt mens den kjører."""
    for tjener, andel in (("ny", ny), ("gammel", 100 - ny)):
        with socket.socket(socket.AF_UNIX) as admin:
            admin.connect("admin")
            admin.sendall(f"set server app/{tjener} weight {andel}\n".encode())
            assert admin.recv(1000).strip() == b""


def spør(promql: str) -> float:
    svar = httpx.get(f"{PROMETHEUS}/api/v1/query", params={"query": promql})
    rader = svar.json()["data"]["result"]
    return float(rader[0]["value"][1]) if rader else 0.0


def rull_ut(kandidat: str) -> str:
    """Gå til neste trinn bare når målingen sier ja; ellers tilbake til null."""
    for trinn in (5, 50, 100):
        vekt(trinn)
        målt = 0.0
        while målt < 20:  # færre kall enn dette sier ingenting
            send(100)
            målt = spør(f'sum(kall_total{{versjon="{kandidat}"}})')
        feil = spør(f'sum(kall_total{{versjon="{kandidat}",kode="500"}})') / målt
        print(f"  {trinn} %: {målt:.0f} kall målt, {feil:.0%} feil")
        if feil > 0.01:
            vekt(0)
            return f"stoppet ved {trinn} %, trafikken er tilbake på gammel versjon"
    return "ferdig, all trafikk på ny versjon"
# --8<-- [end:analyse]


def send(antall: int) -> None:
    """Send kall, og vent til Prometheus har hentet tellingen av dem."""
    with httpx.Client(base_url=INN) as nett:
        FIKK.extend(nett.get("/").status_code for _ in range(antall))
    wait_until(lambda: spør("sum(kall_total)") >= len(FIKK), timeout=10, what="måling")


FIKK: list[int] = []
with ExitStack() as alt:
    os.chdir(alt.enter_context(TemporaryDirectory()))
    måler, _ = start_http_server(0, "127.0.0.1", register)  # til programmet er slutt
    Path("p.yml").write_text(f"""global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}
scrape_configs:
  - {{job_name: app, static_configs: [targets: ["127.0.0.1:{måler.server_port}"]]}}""")
    PROMETHEUS = f"http://127.0.0.1:{(port := free_port())}"
    lytt = f"--web.listen-address=127.0.0.1:{port}"
    kommando = ["prometheus", "--config.file=p.yml", "--storage.tsdb.path=data", lytt]
    alt.enter_context(running(kommando, port=port, timeout=15))
    for kandidat, feiler_hver in (("v2", 3), ("v3", 0)):
        with serve(versjon("v1")) as gammel, serve(versjon(kandidat, feiler_hver)) as ny:
            tjenere = f"server gammel {gammel[7:]}\n    server ny {ny[7:]}"
            INN = f"http://127.0.0.1:{(port := free_port())}"
            Path("h.cfg").write_text(HAPROXY.format(port=port, tjenere=tjenere))
            Path("admin").unlink(missing_ok=True)  # av forrige HAProxy
            with running(["haproxy", "-db", "-f", "h.cfg"], port=port):
                wait_until(lambda: Path("admin").is_socket(), what="HAProxys administrasjon")
                før = len(FIKK)
                print(f"{kandidat}, der {'1 av 3' if feiler_hver else 'ingen'} feiler:")
                resultat = rull_ut(kandidat)
        feil = FIKK[før:].count(500)
        print(f"  {resultat}\n  kundene så {feil} feil i {len(FIKK) - før} kall")
        assert resultat.startswith("stoppet ved 5 %" if feiler_hver else "ferdig")
        assert bool(feil) == bool(feiler_hver)
