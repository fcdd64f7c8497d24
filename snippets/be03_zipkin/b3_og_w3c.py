# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "jsonschema>=4.23",
#     "opentelemetry-exporter-otlp-proto-http>=1.30",
#     "opentelemetry-proto>=1.30",
#     "opentelemetry-sdk>=1.30",
# ]
# ///
"""Oversett sporingshoder mellom B3 og W3C, og et spor fra OTLP til Zipkins JSON."""

import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span, Status
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

# --8<-- [start:hoder]
B3 = re.compile(r"((?:[\da-f]{16}){1,2})-([\da-f]{16})(?:-([01d]))?(?:-[\da-f]{16})?")
W3C = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


def til_w3c(hoder: Mapping[str, str], *, utvalg: bool) -> str | None:
    """Gi ``traceparent`` for begge former av B3, eller ``None`` om de er ugyldige."""
    deler = (hoder.get(f"X-B3-{navn}") for navn in ("TraceId", "SpanId", "Sampled"))
    ett = hoder.get("b3") or "-".join(del_ for del_ in deler if del_)
    if not (treff := B3.fullmatch(ett)):
        return None
    spor, spenn, valg = treff.groups()
    if hoder.get("X-B3-Flags") == "1":
        valg = "d"  # feilsøking: ta med, uansett
    if not (int(spor, 16) and int(spenn, 16)):
        return None  # bare nuller er forbudt
    # Et «vet ikke» må avgjøres nå, for W3C har det ikke. 64 bit fylles opp til 128.
    med = utvalg if valg is None else valg in ("1", "d")
    return f"00-{spor:0>32}-{spenn}-{med:02x}"


def til_b3(traceparent: str) -> str | None:
    if not (treff := W3C.fullmatch(traceparent)):
        return None
    spor, spenn, flagg = treff.groups()
    return f"{spor}-{spenn}-{int(flagg, 16) & 1}"
# --8<-- [end:hoder]


# --8<-- [start:zipkin]
def til_zipkin(ressurs: ResourceSpans) -> list[dict[str, Any]]:
    """Gjør OTLP-spenn om til Zipkin v2: id-er som tekst, tid i mikrosekunder."""
    slag = {Span.SPAN_KIND_SERVER: "SERVER", Span.SPAN_KIND_CLIENT: "CLIENT"}
    navn = {a.key: a.value.string_value for a in ressurs.resource.attributes}
    ut = []
    for s in (spenn for omfang in ressurs.scope_spans for spenn in omfang.spans):
        merker = {a.key: a.value.string_value for a in s.attributes}
        if s.status.code == Status.STATUS_CODE_ERROR:
            merker["error"] = s.status.message
        varighet = (s.end_time_unix_nano - s.start_time_unix_nano) // 1000
        zipkin = {
            "traceId": s.trace_id.hex(),
            "id": s.span_id.hex(),
            "name": s.name,
            "timestamp": s.start_time_unix_nano // 1000,
            "duration": max(varighet, 1),  # Zipkin leser 0 som «ukjent»
            "localEndpoint": {"serviceName": navn["service.name"]},
            "tags": merker,
        }
        if s.parent_span_id:
            zipkin["parentId"] = s.parent_span_id.hex()
        if s.kind in slag:  # INTERNAL finnes ikke i Zipkin
            zipkin["kind"] = slag[s.kind]
        ut.append(zipkin)
    return ut
# --8<-- [end:zipkin]


ID = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
TID = {"type": "integer", "minimum": 1}
FELTER = {
    "traceId": {"type": "string", "pattern": "^([0-9a-f]{16}){1,2}$"},
    **{"id": ID, "parentId": ID, "timestamp": TID, "duration": TID},
    "kind": {"enum": ["CLIENT", "SERVER", "PRODUCER", "CONSUMER"]},
    "tags": {"type": "object", "additionalProperties": {"type": "string"}},
}
SPENN = {"type": "object", "required": ["traceId", "id"], "properties": FELTER}
skjema = Draft202012Validator({"type": "array", "items": SPENN})

SPOR, SPENN_ID = "5e1ab0c3d2f94b6788d0ffee00c0ffee", "a11ce0b0b5eed001"
for b3 in (f"{SPOR}-{SPENN_ID}-1", f"{SPOR[16:]}-{SPENN_ID}-0", f"{SPOR}-{SPENN_ID}"):
    w3c = til_w3c({"b3": b3}, utvalg=True)
    assert w3c
    print(f"b3 {b3}\n   traceparent {w3c}\n   tilbake     {til_b3(w3c)}")
    assert til_w3c({"b3": til_b3(w3c) or ""}, utvalg=False) == w3c  # taper ikke mer
flere = {"X-B3-TraceId": SPOR, "X-B3-SpanId": SPENN_ID, "X-B3-Sampled": "1"}
assert til_w3c(flere, utvalg=False) == f"00-{SPOR}-{SPENN_ID}-01"
assert til_w3c({"b3": f"{'0' * 32}-{SPENN_ID}"}, utvalg=True) is None
minne = InMemorySpanExporter()
leverandør = TracerProvider(resource=Resource({"service.name": "ordre"}))
leverandør.add_span_processor(SimpleSpanProcessor(minne))
sporer = leverandør.get_tracer("demo")
with (
    sporer.start_as_current_span("POST /ordre", kind=trace.SpanKind.SERVER),
    sporer.start_as_current_span("POST", kind=trace.SpanKind.CLIENT) as spenn,
):
    spenn.set_attribute("server.address", "betaling")
    spenn.set_status(trace.StatusCode.ERROR, "tidsfrist")
otlp = encode_spans(minne.get_finished_spans())
zipkin = til_zipkin(otlp.resource_spans[0])
assert not list(skjema.iter_errors(zipkin)) and zipkin[0]["parentId"] == zipkin[1]["id"]
print(f"OTLP -> Zipkin: {len(zipkin)} spenn, gyldige mot skjemaet")
print(*(f"   {z['kind']} {z['name']} {z['tags']}" for z in zipkin), sep="\n")
som_tekst = [{**zipkin[0], "timestamp": str(zipkin[0]["timestamp"])}]
feil = next(skjema.iter_errors(som_tekst))
print("skjemaet stopper OTLP/JSON sin form: tid som", type(feil.instance).__name__)
