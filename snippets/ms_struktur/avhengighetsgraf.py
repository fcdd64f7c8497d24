# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "fastapi>=0.115", "httpx>=0.28", "opentelemetry-exporter-otlp-proto-http>=1.30",
#   "opentelemetry-proto>=1.30", "opentelemetry-sdk>=1.30", "snippet-support",
# ]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Bygg avhengighetsgrafen fra OTLP-spor, finn sykler og tegn den med Mermaid."""

from collections import Counter
from contextlib import ExitStack
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import httpx
from fastapi import FastAPI, Request, Response
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract, inject
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as otlp
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from snippet_support import serve

# Hver sti og hvem den kaller. Ingen forespørsel går i ring, så ingen test merker noe:
# pris spør ordre om noe annet enn det ordre spurte lageret om.
kaller = {
    "butikk/kjop": ["ordre/ny", "kunde/hent"],
    "ordre/ny": ["lager/reserver", "kunde/hent"],
    "lager/reserver": ["pris/finn"],
    "pris/finn": ["ordre/historikk"],
}
adresser: dict[str, str] = {}
klient = httpx.Client()


def tjeneste(navn: str, sporing: TracerProvider) -> FastAPI:
    app, sporer = FastAPI(), sporing.get_tracer(navn)

    @app.get("/{sti}")
    def svar(sti: str, request: Request) -> str:
        her, inn = f"{navn}/{sti}", extract(request.headers)
        with sporer.start_as_current_span(her, context=inn, kind=SpanKind.SERVER):
            for annen, vei in (mal.split("/") for mal in kaller.get(her, [])):
                with sporer.start_as_current_span(annen, kind=SpanKind.CLIENT):
                    hoder: dict[str, str] = {}
                    inject(hoder)
                    klient.get(f"{adresser[annen]}/{vei}", headers=hoder).raise_for_status()
        return "ok"
    return app


# --8<-- [start:graf]
Kall = Counter[tuple[str, str]]
spenn: dict[bytes, tuple[str, bytes]] = {}  # spenn-id -> (tjeneste, forelderens id)
mottaker = FastAPI()


@mottaker.post("/v1/traces")
async def ta_imot(request: Request) -> Response:
    melding = otlp.ExportTraceServiceRequest.FromString(await request.body())
    for ressurs in melding.resource_spans:
        felt = {a.key: a.value.string_value for a in ressurs.resource.attributes}
        for ett in (s for omfang in ressurs.scope_spans for s in omfang.spans):
            spenn[ett.span_id] = felt["service.name"], ett.parent_span_id
    return Response(media_type="application/x-protobuf")  # tom melding: alt mottatt


def graf() -> Kall:
    """Tell kallene: spenn der forelderen hører til en annen tjeneste."""
    par = ((spenn[mor][0], barn) for barn, mor in spenn.values() if mor)
    return Counter((fra, til) for fra, til in par if fra != til)


def finn_sykel(kall: Kall) -> list[str]:
    """En ring av tjenester der hver kaller den neste, eller en tom liste."""
    naboer = {fra: sorted(t for f, t in kall if f == fra) for fra, _ in sorted(kall)}
    try:
        TopologicalSorter(naboer).prepare()
    except CycleError as feil:
        return [str(navn) for navn in reversed(feil.args[1])]
    return []


def mermaid(kall: Kall, sykel: list[str]) -> str:
    pil = dict.fromkeys(pairwise(sykel), "==>")  # tykk pil der ringen går
    kanter = (f"  {k[0]} {pil.get(k, '-->')}|{kall[k]}| {k[1]}" for k in sorted(kall))
    return "\n".join(["flowchart LR", *kanter])
# --8<-- [end:graf]

with ExitStack() as stabel, klient:
    otlp_url = stabel.enter_context(serve(mottaker)) + "/v1/traces"
    sporinger = []
    for navn in ("butikk", "kunde", "lager", "ordre", "pris"):
        sporinger.append(TracerProvider(resource=Resource.create({"service.name": navn})))
        sporinger[-1].add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_url)))
        adresser[navn] = stabel.enter_context(serve(tjeneste(navn, sporinger[-1])))
    grafer = []
    for pris_kaller in (["ordre/historikk"], []):  # kuren: ordre sender med det pris trenger
        kaller["pris/finn"] = pris_kaller
        spenn.clear()
        for _ in range(10):
            klient.get(f"{adresser['butikk']}/kjop").raise_for_status()
        assert all(sporing.force_flush() for sporing in sporinger)
        grafer.append(graf())

foer, etter = grafer
sykel = finn_sykel(foer)
assert sykel == ["ordre", "lager", "pris", "ordre"] and finn_sykel(etter) == []
assert set(foer) - set(etter) == {("pris", "ordre")} and set(foer.values()) == {10}
print(mermaid(foer, sykel))
print(f"Bevis: plantet sykel funnet: {' -> '.join(sykel)}")
print(f"etter kuren: {len(foer)} -> {len(etter)} avhengigheter, 0 sykler")
