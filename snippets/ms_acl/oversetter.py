# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "httpx>=0.28", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Et gammelt API oversettes ved grensa; koden selv viser at kjernen ikke kjenner det."""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol

import httpx
from fastapi import FastAPI
from snippet_support import serve

# Det gamle systemet: tall for status, dato uten århundre, øre med ledende nuller.
FELTER = ("KNDNR", "NVN", "STAT", "OPPRDT", "KRED")
RADER = [
    ("0042", "LI, KARI", 4, "010318", "001250050"),
    ("0043", "ÅS, OLA", 1, "151125", "000000000"),
    ("0044", "BO, PER", 9, "010120", "000000100"),
]
gammelt = FastAPI()
gammelt.get("/KND/{nr}")(lambda nr: dict(zip(FELTER, RADER[int(nr) - 42], strict=True)))


# --8<-- [start:uten]
def rabatt_uten_lag(svar: dict[str, Any], i_dag: date) -> int:
    """Prosent rabatt, skrevet rett mot det gamle systemet."""
    if svar["STAT"] != 4:  # 4? er aktiv, tror vi
        return 0
    opprettet = datetime.strptime(svar["OPPRDT"], "%d%m%y").date()
    return 10 if (i_dag - opprettet).days > 365 and int(svar["KRED"]) > 0 else 5
# --8<-- [end:uten]


# --8<-- [start:kjerne]
class Status(Enum):  # våre ord
    NY = "ny"
    AKTIV = "aktiv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kunde:
    navn: str
    status: Status
    kunde_siden: date
    kreditt_ore: int


class Kunder(Protocol):
    """Det kjernen trenger utenfra; hvem som svarer, vet den ikke."""

    def finn(self, kundenummer: int) -> Kunde: ...


def rabatt(kunder: Kunder, kundenummer: int, i_dag: date) -> int:
    """Prosent rabatt, med navn fra domenet."""
    kunde = kunder.finn(kundenummer)
    if kunde.status is not Status.AKTIV:
        return 0
    trofast = (i_dag - kunde.kunde_siden).days > 365
    return 10 if trofast and kunde.kreditt_ore > 0 else 5
# --8<-- [end:kjerne]


# --8<-- [start:lag]
class GamleKunder:
    """Antikorrupsjonslaget: det eneste stedet som kjenner det gamle systemet."""

    def __init__(self, adresse: str) -> None:
        self.adresse, self.statuser = adresse, {1: Status.NY, 4: Status.AKTIV}

    def finn(self, kundenummer: int) -> Kunde:
        """Oversett; det som ikke betyr noe hos oss, stopper her."""
        rad = httpx.get(f"{self.adresse}/KND/{kundenummer:04}").json()
        if rad["STAT"] not in self.statuser:
            raise ValueError(f"kunde {kundenummer}: ukjent status {rad['STAT']}")
        etternavn, fornavn = rad["NVN"].title().split(", ")
        return Kunde(
            navn=f"{fornavn} {etternavn}",
            status=self.statuser[rad["STAT"]],
            kunde_siden=datetime.strptime(rad["OPPRDT"], "%d%m%y").date(),
            kreditt_ore=int(rad["KRED"]),
        )
# --8<-- [end:lag]


# --8<-- [start:kontroll]
def fremmede_navn(*kode: Callable[..., object]) -> set[str]:
    """Finn det gamle systemets feltnavn i koden, som variabler, felter eller tekst."""
    funnet: set[str] = set()
    for del_ in kode:
        for node in ast.walk(ast.parse(inspect.getsource(del_))):
            ord_ = {getattr(node, f, None) for f in ("id", "attr", "arg", "value")}
            funnet |= {o for o in ord_ if isinstance(o, str)} & {*FELTER}
    return funnet
# --8<-- [end:kontroll]


I_DAG = date(2026, 11, 21)
with serve(gammelt) as adresse:
    kunder = GamleKunder(adresse)
    for nummer in (42, 43, 44):
        uten = rabatt_uten_lag(httpx.get(f"{adresse}/KND/{nummer:04}").json(), I_DAG)
        try:
            med = f"{rabatt(kunder, nummer, I_DAG)} %"
            assert med == f"{uten} %"
        except ValueError as feil:
            med = f"avvist, {feil}"
        print(f"kunde {nummer}: uten lag {uten} %, med lag {med}")
uten_lag, med_lag = fremmede_navn(rabatt_uten_lag), fremmede_navn(rabatt, Kunde, Kunder, Status)
assert (uten_lag, med_lag) == ({"STAT", "OPPRDT", "KRED"}, set())
print(f"fremmede navn i kjernen: {len(uten_lag)} uten lag, {len(med_lag)} med")
