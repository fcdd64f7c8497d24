# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "fastapi>=0.115", "httpx>=0.28", "opentelemetry-proto>=1.30", "opentelemetry-sdk>=1.30",
#   "opentelemetry-exporter-otlp-proto-http>=1.30", "prometheus-client>=0.21", "snippet-support",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["prometheus"]
# timeout = 30
# ///
"""Fem tjenester, én treg: RED i Prometheus viser symptomet, sporene navngir årsaken."""

import json
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

import httpx
import prometheus_client as prom
from fastapi import FastAPI, Request, Response
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract, inject
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as otlp
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from snippet_support import free_port, running, serve, wait_until, work_in_temporary_folder

work_in_temporary_folder()
KALLER = {"kasse": ["kunde", "ordre"], "ordre": ["betaling", "lager"]}
TILFORT, MAAL, ANTALL = {"lager": 0.25}, 0.2, 6  # sekunder, sekunder, forespørsler
adresser: dict[str, str] = {}
klient = httpx.Client(timeout=10)
spenn: dict[bytes, tuple[str, bytes, float]] = {}  # id -> (tjeneste, forelder, sekunder)
mottaker = FastAPI()

@mottaker.post("/v1/traces")
async def ta_imot(request: Request) -> Response:
    melding = otlp.ExportTraceServiceRequest.FromString(await request.body())
    for ressurs in melding.resource_spans:
        felt = {a.key: a.value.string_value for a in ressurs.resource.attributes}
        for s in (s for omfang in ressurs.scope_spans for s in omfang.spans):
            varte = (s.end_time_unix_nano - s.start_time_unix_nano) / 1e9
            spenn[s.span_id] = felt["service.name"], s.parent_span_id, varte
    return Response(media_type="application/x-protobuf")


def tjeneste(navn: str, sporing: TracerProvider) -> FastAPI:
    app, sporer, register = FastAPI(), sporing.get_tracer(navn), prom.CollectorRegistry()
    app.mount("/metrics", prom.make_asgi_app(register))
    feil = prom.Counter("http_errors", "Feil", registry=register)
    varighet = prom.Histogram("http_seconds", "Svartid", registry=register,
                              buckets=(0.05, 0.1, MAAL, 0.4, 0.8, 1.6))

    @app.get("/")
    def svar(request: Request) -> str:
        spor = sporer.start_as_current_span(navn, context=extract(request.headers))
        with varighet.time(), feil.count_exceptions(), spor:
            time.sleep(TILFORT.get(navn, 0))
            for annen in KALLER.get(navn, []):
                hoder: dict[str, str] = {}
                inject(hoder)
                klient.get(adresser[annen], headers=hoder).raise_for_status()
        return "ok"
    return app


# --8<-- [start:synder]
def promql(uttrykk: str) -> dict[str, float]:
    svar = klient.get(f"{prometheus}/api/v1/query", params={"query": uttrykk})
    rader = svar.raise_for_status().json()["data"]["result"]
    return {rad["metric"]["tjeneste"]: float(rad["value"][1]) for rad in rader}


def egentid() -> dict[str, float]:
    """Sekunder hver tjeneste brukte selv. Kall går etter tur, så barna trekkes fra."""
    tid: defaultdict[str, float] = defaultdict(float)
    for navn, forelder, varte in spenn.values():
        tid[navn] += varte
        if forelder:
            tid[spenn[forelder][0]] -= varte
    return tid
# --8<-- [end:synder]

with ExitStack() as stabel, klient:
    otlp_url = stabel.enter_context(serve(mottaker)) + "/v1/traces"
    sporinger: list[TracerProvider] = []
    for navn in ("betaling", "kasse", "kunde", "lager", "ordre"):
        sporinger.append(TracerProvider(resource=Resource.create({"service.name": navn})))
        sporinger[-1].add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_url)))
        adresser[navn] = stabel.enter_context(serve(tjeneste(navn, sporinger[-1])))
    maal = [{"targets": [a[7:]], "labels": {"tjeneste": n}} for n, a in adresser.items()]
    Path("prometheus.yml").write_text(json.dumps({"scrape_configs": [{  # JSON er også YAML
        "job_name": "red", "scrape_interval": "200ms", "scrape_timeout": "200ms",
        "metrics_path": "/metrics/", "static_configs": maal}]}))
    prometheus = f"http://127.0.0.1:{(port := free_port())}"
    stabel.enter_context(running(["prometheus", "--config.file=prometheus.yml",
        "--storage.tsdb.path=tsdb", f"--web.listen-address=127.0.0.1:{port}"],
        port=port, timeout=15))
    wait_until(lambda: klient.get(f"{prometheus}/-/ready").is_success, timeout=15)
    wait_until(lambda: len(promql("http_seconds_count == 0")) == 5, timeout=15)
    for _ in range(ANTALL):
        klient.get(adresser["kasse"]).raise_for_status()
    wait_until(lambda: len(promql(f"http_seconds_count == {ANTALL}")) == 5, timeout=15)
    feil = promql("http_errors_total")
    p95 = promql("histogram_quantile(0.95, rate(http_seconds_bucket[1m]))")
    snitt = promql("rate(http_seconds_sum[1m]) / rate(http_seconds_count[1m])")
    assert all(sporing.force_flush() for sporing in sporinger)

trege, tid = [navn for navn in sorted(p95) if p95[navn] > MAAL], egentid()
verst, synder = max(snitt, key=snitt.__getitem__), max(tid, key=tid.__getitem__)
print(f"RED: {ANTALL} kall, {sum(feil.values()):.0f} feil, p95 over målet: {', '.join(trege)}")
print(f"spor: {synder} står selv for mer enn halve tida")
assert trege == ["kasse", "lager", "ordre"] and verst == "kasse"
assert synder == "lager" and tid[synder] > sum(tid.values()) / 2
print(f"Bevis: RED er verst hos {verst}, men sporene navngir {synder}")
