# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["git"]
# timeout = 20
# ///
"""La et Git-depot bestemme hva som kjører, og rett det noen endrer for hånd."""

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from snippet_support import wait_until, work_in_temporary_folder

MEG = ["-c", "user.name=kari", "-c", "user.email=kari@example.no"]
ROT = work_in_temporary_folder()
SENTRALT, KLONE, ARBEID = ROT / "felles.git", ROT / "klynge", ROT / "min"


def git(depot: Path, *ord: str) -> str:
    return subprocess.check_output(["git", *MEG, *ord], cwd=depot, text=True)


def start(navn: str) -> None:
    pid = subprocess.Popen([navn, "300"], executable="/bin/sleep").pid
    wait_until(lambda: (pid, navn) in barn())


def stopp(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)


def barn() -> Iterator[tuple[int, str]]:
    """Spør kjernen hva som kjører nå, uansett hvem som startet det."""
    for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        navn = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[0]
        if "@" in navn:
            yield int(pid), navn


# --8<-- [start:apper]
def ønsket(fil: Path) -> Counter[str]:
    """Les en fil; en «app of apps» er en fil som peker på andre filer."""
    app = json.loads(fil.read_text())
    if "apper" in app:
        return sum((ønsket(fil.parent / navn) for navn in app["apper"]), Counter())
    return Counter({f"{app['navn']}@{app['versjon']}": app["kopier"]})
# --8<-- [end:apper]


# --8<-- [start:slofe]
def rekonsilier(depot: Path) -> str:
    """Én runde: hent målet fra Git, mål det som kjører, og rett forskjellen."""
    git(depot, "pull", "--quiet", "--ff-only")
    mål = ønsket(depot / "rot.json")
    målt = Counter(navn for _, navn in barn())
    mangler, for_mye = mål - målt, målt - mål
    for navn in mangler.elements():
        start(navn)  # først det nye, så bort med det gamle
    for pid, navn in barn():
        if for_mye[navn] > 0:
            stopp(pid)
            for_mye[navn] -= 1
    rettet = [f"+{navn}" for navn in sorted(mangler.elements())]
    rettet += [f"-{navn}" for navn in sorted((målt - mål).elements())]
    return " ".join(rettet) or "ingen forskjell"
# --8<-- [end:slofe]


def skriv(melding: str, **filer: object) -> None:
    for navn, innhold in filer.items():
        (ARBEID / f"{navn}.json").write_text(json.dumps(innhold))
    git(ARBEID, "add", ".")
    git(ARBEID, "commit", "--quiet", "--message", melding)
    git(ARBEID, "push", "--quiet", "origin", "main")


def vis(hva: str) -> Counter[str]:
    print(f"{hva}:\n  rettet: {rekonsilier(KLONE)}")
    kjører = Counter(navn for _, navn in barn())
    print("  kjører:", ", ".join(f"{n} x{kjører[n]}" for n in sorted(kjører)))
    assert rekonsilier(KLONE) == "ingen forskjell"
    return kjører


git(ROT, "init", "--quiet", "--bare", "--initial-branch=main", str(SENTRALT))
git(ROT, "clone", "--quiet", str(SENTRALT), str(ARBEID))
butikk = {"navn": "butikk", "versjon": "v1", "kopier": 2}
rot = {"apper": ["butikk.json"]}
skriv("Ta i bruk butikk v1", rot=rot, butikk=butikk)
git(ROT, "clone", "--quiet", str(SENTRALT), str(KLONE))
try:
    første = vis("commit: butikk v1")
    stopp(next(pid for pid, _ in barn()))  # noen «rydder» for hånd ...
    start("butikk@v9")  # ... og prøver noe som ikke står i Git
    assert vis("manuell drift: én drept, en ukjent startet") == første
    skriv("Ta i bruk butikk v2", butikk={**butikk, "versjon": "v2"})
    assert vis("commit: butikk v2") == Counter({"butikk@v2": 2})
    git(ARBEID, "revert", "--no-edit", "HEAD")
    git(ARBEID, "push", "--quiet", "origin", "main")
    assert vis("git revert") == første  # tilbakerulling
    rot["apper"].append("betaling.json")
    skriv("Ta inn betaling", rot=rot, betaling={**butikk, "navn": "betaling"})
    assert vis("app of apps: én linje til i rota")["betaling@v1"] == 2
    historikk = git(KLONE, "log", "--format=  %an: %s")
    print("historikken, nyeste først:", historikk, sep="\n", end="")
finally:
    for pid, _ in barn():
        stopp(pid)
