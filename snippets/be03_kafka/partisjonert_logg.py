# /// script
# requires-python = ">=3.11"
# ///
"""En liten varig logg: partisjoner, nøkler, offset, gruppe og kompaktering."""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple


class Melding(NamedTuple):
    partisjon: int
    offset: int
    nøkkel: str
    verdi: str | None  # None er en gravstein: nøkkelen er slettet


# --8<-- [start:logg]
class Logg:
    """Et emne: én fil per partisjon, der det bare legges til bakerst."""

    def __init__(self, mappe: Path, partisjoner: int) -> None:
        self.filer = [mappe / f"{nr}.log" for nr in range(partisjoner)]
        self.neste = [0] * partisjoner
        for fil in self.filer:
            fil.touch()

    def les(self, partisjon: int, fra: int = 0) -> Iterator[Melding]:
        for linje in self.filer[partisjon].read_text().splitlines():
            offset, nøkkel, verdi = json.loads(linje)
            if offset >= fra:
                yield Melding(partisjon, offset, nøkkel, verdi)

    def send(self, nøkkel: str, verdi: str | None) -> Melding:
        """Samme nøkkel, samme partisjon: derfor er rekkefølgen gitt per nøkkel."""
        partisjon = zlib.crc32(nøkkel.encode()) % len(self.filer)
        melding = Melding(partisjon, self.neste[partisjon], nøkkel, verdi)
        self.neste[partisjon] += 1
        with self.filer[partisjon].open("a") as fil:
            fil.write(json.dumps(melding[1:]) + "\n")
        return melding

    def kompakter(self) -> None:
        """Behold siste melding per nøkkel; et offset brukes aldri om igjen."""
        for nr, fil in enumerate(self.filer):
            siste = {m.nøkkel: m for m in self.les(nr)}
            beholdt = sorted(m[1:] for m in siste.values() if m.verdi is not None)
            fil.write_text("".join(json.dumps(m) + "\n" for m in beholdt))
# --8<-- [end:logg]


# --8<-- [start:gruppe]
class Gruppe:
    """Lesere som deler partisjonene, og husker hvor langt gruppa er kommet."""

    def __init__(self, logg: Logg) -> None:
        self.logg, self.lesere = logg, list[str]()
        self.bokmerke = dict.fromkeys(range(len(logg.filer)), 0)

    def fordeling(self) -> dict[str, list[int]]:
        """En partisjon har én leser i gruppa; lesere ut over det er ledige."""
        antall = len(self.lesere)
        partisjoner = range(len(self.logg.filer))
        return {navn: [p for p in partisjoner if p % antall == i]
                for i, navn in enumerate(self.lesere)}

    def hent(self, leser: str) -> list[Melding]:
        egne = self.fordeling()[leser]
        return [m for p in egne for m in self.logg.les(p, self.bokmerke[p])]

    def lagre(self, meldinger: list[Melding]) -> None:
        """Si fra at alt til og med disse er behandlet."""
        for melding in meldinger:
            self.bokmerke[melding.partisjon] = melding.offset + 1
# --8<-- [end:gruppe]


with TemporaryDirectory() as mappe:
    # --8<-- [start:bruk]
    logg = Logg(Path(mappe), partisjoner=3)
    for steg in ("opprettet", "betalt", "sendt"):
        for ordre in range(6):
            logg.send(f"ordre-{ordre}", steg)

    gruppe = Gruppe(logg)
    gruppe.lesere = ["a", "b", "c", "d"]
    print("fordeling:", gruppe.fordeling())  # d får ingenting

    første = gruppe.hent("a")
    gruppe.lagre(første)
    behandlet = gruppe.hent("b")  # b gjør arbeidet, og dør før den lagrer
    gruppe.lesere.remove("b")
    igjen = [m for leser in gruppe.lesere for m in gruppe.hent(leser)]
    # --8<-- [end:bruk]
    assert gruppe.fordeling()["d"] == [2] and set(behandlet) <= set(igjen)
    print(f"b døde før den lagret: {len(behandlet)} meldinger kommer en gang til")
    alle = [m for p in range(3) for m in logg.les(p)]
    for nøkkel in {m.nøkkel for m in alle}:
        historie = [m.verdi for m in alle if m.nøkkel == nøkkel]
        assert historie == ["opprettet", "betalt", "sendt"]
    print(f"{len(alle)} meldinger i 3 partisjoner: rekkefølgen holder for hver nøkkel")

    ny = Gruppe(logg)
    ny.lesere = ["regnskap"]
    assert ny.hent("regnskap") == alle
    print(f"en ny gruppe spiller av alt fra begynnelsen: {len(alle)} meldinger")

    logg.send("ordre-0", None)
    logg.kompakter()
    tabell = {m.nøkkel: m for p in range(3) for m in logg.les(p)}
    print(f"kompaktert: {len(tabell)} meldinger, siste per nøkkel; ordre-0 er slettet")
    assert len(tabell) == 5 and {m.verdi for m in tabell.values()} == {"sendt"}
    assert all(m in alle for m in tabell.values())  # samme offset som før
    flyttet = [n for n, m in tabell.items() if zlib.crc32(n.encode()) % 4 != m.partisjon]
    print(f"en partisjon til: {len(flyttet)} av {len(tabell)} nøkler flytter seg")
    assert flyttet
