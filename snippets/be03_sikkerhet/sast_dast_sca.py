# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "packaging>=24", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Let etter feil i koden, i den kjørende tjenesten og i avhengighetene."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
from packaging.specifiers import SpecifierSet
from snippet_support import serve

# --8<-- [start:tjeneste]
KODE = '''
import hashlib, sqlite3, subprocess, traceback
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

API_NOKKEL = "nokkel_live_4f9a1c77d2"
db = sqlite3.connect(":memory:", check_same_thread=False)
db.execute("CREATE TABLE vare (navn)")
def cachenokkel(tekst):
    return hashlib.md5(tekst).hexdigest()  # trygt til 2027-06-01: ikke passord
def passord(tekst):
    return hashlib.md5(tekst).hexdigest()
def sikkerhetskopi(mappe):
    subprocess.run("tar cf kopi.tar " + mappe, shell=True)
async def finn(request):
    sok = request.query_params["q"]
    try:
        db.execute(f"SELECT navn FROM vare WHERE navn = '{sok}'").fetchall()
    except sqlite3.Error:
        return PlainTextResponse(traceback.format_exc(), 500)
    return HTMLResponse("<h1>Treff for " + sok + "</h1>")
app = Starlette(routes=[Route("/finn", finn)])
'''
# --8<-- [end:tjeneste]

# --8<-- [start:sast]
MØNSTER = re.compile(r"nokkel_(live|test)_\w{8,}")


def sast(kode: str, i_dag: date) -> Iterator[str]:
    """Gå gjennom syntakstreet; koden kjøres aldri."""
    for node in ast.walk(ast.parse(kode)):
        match node:
            case ast.Call(func=ast.Attribute(attr="execute"), args=[ast.JoinedStr()]):
                funn = "SQL satt sammen av tekst"
            case ast.Call(func=ast.Attribute(attr="md5" | "sha1")):
                funn = "svak hash"
            case ast.Call(keywords=nøkler) if any(n.arg == "shell" for n in nøkler):
                funn = "kommando gjennom skall"
            case ast.Assign(value=ast.Constant(str(tekst))) if MØNSTER.match(tekst):
                funn = "hemmelighet i koden"
            case _:
                continue
        linje = kode.splitlines()[node.lineno - 1]
        trygt = re.search(r"# trygt til (\S+): \S", linje)  # grunn og utløpsdato
        if not trygt or date.fromisoformat(trygt[1]) < i_dag:
            yield f"linje {node.lineno}: {funn}"
# --8<-- [end:sast]


# --8<-- [start:dast]
def dast(adresse: str) -> Iterator[str]:
    """Prøv tjenesten utenfra, uten å ha sett koden."""
    with httpx.Client(base_url=adresse) as nett:
        svar = nett.get("/finn", params={"q": "<script>prøve</script>"})
        if "<script>prøve</script>" in svar.text:
            yield "det jeg skrev, kom tilbake som HTML"
        if "content-security-policy" not in svar.headers:
            yield "hodet Content-Security-Policy mangler"
        feilside = nett.get("/finn", params={"q": "'"})
        if "Traceback" in feilside.text:
            yield "feilsiden viser koden, og at et anførselstegn når SQL"
# --8<-- [end:dast]


# --8<-- [start:sca]
SBOM: dict[str, Any] = {"bomFormat": "CycloneDX", "components": [
    {"name": "skjemabygger", "version": "2.3.1"},
    {"name": "pdfleser", "version": "0.9.4"}, {"name": "bildekutt", "version": "5.0.0"},
]}
KJENTE = [  # det en sårbarhetsbase gir: pakke, berørte versjoner, utnyttes den nå?
    ("TEST-1", "skjemabygger", "<2.4", False),
    ("TEST-2", "pdfleser", ">=0.8,<1.0", True),
    ("TEST-3", "bildekutt", "<4.9", False),  # rettet før vår versjon
    ("TEST-4", "ukjentpakke", "<9", True),  # ikke hos oss
]


def sca(sbom: dict[str, Any]) -> list[str]:
    """Slå opp varelista; det som utnyttes nå, kommer først."""
    har = {del_["name"]: del_["version"] for del_ in sbom["components"]}
    rammet = [(not utnyttes, f"{id_} {navn} {har[navn]}")
              for id_, navn, versjoner, utnyttes in KJENTE
              if navn in har and har[navn] in SpecifierSet(versjoner)]
    return [tekst for _, tekst in sorted(rammet)]
# --8<-- [end:sca]


# --8<-- [start:bruk]
navnerom: dict[str, Any] = {}
exec(KODE, navnerom)
with serve(navnerom["app"]) as adresse:
    funn = {"SAST": list(sast(KODE, date(2026, 11, 21))), "DAST": list(dast(adresse))}
funn["SCA"] = sca(SBOM)
for teknikk, liste in funn.items():
    print(f"{teknikk} fant {len(liste)}:", *liste, sep="\n  ")
# --8<-- [end:bruk]
assert [len(liste) for liste in funn.values()] == [4, 3, 2]
assert funn["SCA"][0].startswith("TEST-2") and len([*sast(KODE, date(2027, 6, 2))]) == 5
print("når unntaket er utløpt, finner SAST 5")
