# /// script
# requires-python = ">=3.11"
# ///
"""Finn årsaken i fire tjenesters logger, ett spor og en endringslogg."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

Linje = dict[str, Any]
Feil = tuple[str, str]  # tjeneste og melding
START = 36_000_000  # 10.00, i millisekunder etter midnatt
RULLET_UT = START + 30_000
ENDRINGER: list[Linje] = [
    {"tid": START - 7_200_000, "tjeneste": "butikk", "hva": "ny forside"},
    {"tid": START + 12_000, "tjeneste": "ordre", "hva": "flere kopier"},
    {"tid": RULLET_UT, "tjeneste": "lager", "hva": "frist mot basen 2 s -> 20 ms"},
    {"tid": START + 41_000, "tjeneste": "betaling", "hva": "nytt sertifikat"},
]


def klokke(tid: int) -> str:
    sekunder = tid // 1000
    return f"{sekunder // 3600:02}.{sekunder // 60 % 60:02}.{sekunder % 60:02}"


def skriv(tid: int, tjeneste: str, id_: str, forelder: str | None, feil: str) -> Linje:
    nivå, melding = ("feil", feil) if feil else ("info", "ferdig")
    return {"tid": tid, "tjeneste": tjeneste, "id": id_, "forelder": forelder,
            "nivå": nivå, "melding": melding}


def produser() -> Iterator[Linje]:
    """Skriv som fire tjenester: butikk kaller ordre, som kaller betaling og lager."""
    tilfeldig = random.Random(11)
    for nr in range(600):
        tid, id_ = START + nr * 100, f"k-{nr:03}"
        treg_base = tilfeldig.randrange(5, 60)
        lager_feiler = tid > RULLET_UT and treg_base > 20
        kjeden = [("lager", "ordre", lager_feiler, "tidsfrist mot basen"),
                  ("betaling", "ordre", False, ""),
                  ("ordre", "butikk", lager_feiler, "502 fra lager"),
                  ("butikk", None, lager_feiler, "noe gikk galt")]
        for steg, (tjeneste, forelder, feilet, melding) in enumerate(kjeden):
            yield skriv(tid + steg, tjeneste, id_, forelder, melding if feilet else "")
        if nr % 50 == 0:  # støy, som ingen kunde merker
            yield skriv(tid + 9, "betaling", id_, "ordre", "fikk ikke sendt kvittering")


LOGG = list(produser())
random.Random(1).shuffle(LOGG)  # fire filer, ingen felles rekkefølge


# --8<-- [start:spor]
def innerst(linjer: list[Linje]) -> set[Feil]:
    """Finn leddene som feilet uten at noe de selv kalte, feilet."""
    feil = {linje["tjeneste"]: linje for linje in linjer if linje["nivå"] == "feil"}
    fikk_feil_under_seg = {linje["forelder"] for linje in feil.values()}
    return {(navn, str(linje["melding"])) for navn, linje in feil.items()
            if navn not in fikk_feil_under_seg}
# --8<-- [end:spor]


# --8<-- [start:bruk]
flest = Counter(linje["tjeneste"] for linje in LOGG if linje["nivå"] == "feil")
print("feillinjer:", ", ".join(f"{navn} {n}" for navn, n in flest.most_common()))

kall: dict[str, list[Linje]] = defaultdict(list)
for linje in LOGG:
    kall[linje["id"]].append(linje)  # korrelasjons-id-en gjør fire filer til ett spor
feilet = {linje["id"] for linje in LOGG
          if (linje["tjeneste"], linje["nivå"]) == ("butikk", "feil")}

# En feil som også står i kall der kunden fikk varen sin, forklarer ingenting.
støy = {feil for id_, linjer in kall.items() if id_ not in feilet
        for feil in innerst(linjer)}
årsak = Counter(feil for id_ in feilet for feil in innerst(kall[id_]) - støy)
print(f"støy: {støy}\n{len(feilet)} kunder merket det, og innerst sto: {dict(årsak)}")

(skyldig, melding), antall = årsak.most_common(1)[0]
første = min(linje["tid"] for linje in LOGG if linje["melding"] == melding)
endring = max((e for e in ENDRINGER if e["tid"] <= første and e["tjeneste"] == skyldig),
              key=lambda e: e["tid"])
print(f"{klokke(endring['tid'])} siste endring i {skyldig}: {endring['hva']}")
print(f"{klokke(første)} første feil, {første - endring['tid']} ms etter")
# --8<-- [end:bruk]
assert antall == len(feilet) == flest["ordre"] and len(årsak) == 1
assert støy == {("betaling", "fikk ikke sendt kvittering")}
assert endring["hva"].startswith("frist mot basen") and første - endring["tid"] < 1000
nyeste = max(ENDRINGER, key=lambda e: e["tid"])
print(f"nyeste endring ({nyeste['tjeneste']}) kom etter første feil: uten skyld")
assert nyeste["tid"] > første
