# /// script
# requires-python = ">=3.11"
# [tool.snippets-runner]
# timeout = 10
# ///
"""Mål hvor ofte en endring krysser eiergrenser i et git-depot, før og etter at filene flyttes."""

import os
import subprocess
import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path, PurePath

os.chdir((mappe := tempfile.TemporaryDirectory()).name)  # slettes når programmet slutter
LAG = {"web": "web-team", "logikk": "logikk-team", "data": "data-team"}
DOMENE = {"ordre": "ordre-team", "lager": "lager-team", "kunde": "kunde-team"}
# Ti ekte slags endringer: hvilke (lag, domene) hver av dem rører.
ENDRINGER = [
    [("web", "ordre"), ("logikk", "ordre"), ("data", "ordre")],
    [("web", "kunde"), ("logikk", "kunde")],
    [("logikk", "lager")],
    [("logikk", "lager"), ("data", "lager")],
    [("web", "kunde")],
    [("logikk", "ordre"), ("data", "lager")],
    [("web", "lager"), ("logikk", "lager"), ("data", "lager")],
    [("data", "kunde")],
    [("logikk", "ordre"), ("data", "ordre")],
    [("web", "ordre")],
]


def git(*args: str) -> str:
    hvem = ("-c", "user.name=Team", "-c", "user.email=team@example.no")
    kommando = ["git", *hvem, *args]
    return subprocess.run(kommando, check=True, capture_output=True, text=True).stdout


def legg_inn(melding: str) -> str:
    git("add", "-A")
    git("commit", "-q", "-m", melding)
    return git("rev-parse", "HEAD").strip()


def skriv_eiere(eiere: dict[str, str]) -> None:
    Path("CODEOWNERS").write_text("".join(f"/{k}/ @{v}\n" for k, v in eiere.items()))


def arbeid(runde: str, sti: str) -> str:
    """Legg inn de ti endringene, med filene der ``sti`` sier at de ligger nå."""
    for nummer, filer in enumerate(ENDRINGER, 1):
        for lag, domene in filer:
            with Path(sti.format(lag=lag, domene=domene)).open("a") as fil:
                fil.write(f"# {runde}: endring {nummer}\n")
        siste = legg_inn(f"{runde}: endring {nummer}")
    return siste


# --8<-- [start:kobling]
def endringer(fra: str, til: str) -> list[set[str]]:
    """Filene i hver innlegging mellom to punkter i historikken."""
    logg = git("log", "--no-merges", "--format=%x00", "--name-only", f"{fra}..{til}")
    return [set(post.split()) for post in logg.split("\0")[1:]]


def eiere_i(revisjon: str) -> dict[str, str]:
    """Mappe -> eier, slik CODEOWNERS lød *den gangen*, ikke slik den lyder i dag."""
    linjer = git("show", f"{revisjon}:CODEOWNERS").splitlines()
    return {mappe.strip("/"): eier for mappe, eier in map(str.split, linjer)}


def koblingsgrad(filsett: list[set[str]], eiere: dict[str, str]) -> float:
    """Andelen endringer som måtte innom mer enn én eier."""
    krysser = sum(
        len({eiere[PurePath(fil).parts[0]] for fil in filer}) > 1 for filer in filsett
    )
    return krysser / len(filsett)


def ny_plass(fil: str) -> str:
    """Der flytteforslaget legger filen: web/ordre.py -> ordre/web.py."""
    lag, domene = PurePath(fil).with_suffix("").parts
    return f"{domene}/{lag}.py"
# --8<-- [end:kobling]


git("init", "-q", "-b", "main")
for lag in LAG:
    Path(lag).mkdir()
    for domene in DOMENE:
        Path(lag, f"{domene}.py").write_text(f"# {domene}\n")
skriv_eiere(LAG)
start = legg_inn("Team etter lag")
foer_flytting = arbeid("før", "{lag}/{domene}.py")

gamle = endringer(start, foer_flytting)
foer = koblingsgrad(gamle, eiere_i(foer_flytting))
par = Counter(p for filer in gamle for p in combinations(sorted(filer), 2))
(oftest, antall), *_ = sorted(par.items(), key=lambda post: (-post[1], post[0]))
spaadd = koblingsgrad([{ny_plass(fil) for fil in filer} for filer in gamle], DOMENE)

for domene in DOMENE:
    Path(domene).mkdir()
    for lag in LAG:
        git("mv", f"{lag}/{domene}.py", f"{domene}/{lag}.py")
skriv_eiere(DOMENE)
flyttet = legg_inn("Team etter domene: filene flyttes")
slutt = arbeid("etter", "{domene}/{lag}.py")
etter = koblingsgrad(endringer(flyttet, slutt), eiere_i(slutt))

assert (foer, spaadd, etter) == (0.6, 0.1, 0.1)
print(f"endres oftest sammen: {' og '.join(oftest)}, {antall} av {len(gamle)} endringer")
print(f"spådd ut fra gammel historikk, før noe er flyttet: {spaadd}".replace(".", ","))
print("Bevis: koblingsgrad " + f"{foer} -> {etter}".replace(".", ","))
