# /// script
# requires-python = ">=3.11"
# ///
"""Et logglager som bare indekserer etiketter, og hva en etikett for mye koster."""

import json
import random
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator

Etiketter = tuple[tuple[str, str], ...]


# --8<-- [start:lager]
class Logglager:
    """Linjer med like etiketter er én strøm; bare etikettene står i indeksen."""

    def __init__(self) -> None:
        self.åpne: dict[Etiketter, list[str]] = defaultdict(list)
        self.klumper: dict[Etiketter, bytes] = {}
        self.indeks: dict[tuple[str, str], set[Etiketter]] = defaultdict(set)
        self.lest = 0

    def skriv(self, linje: str, **etiketter: str) -> None:
        strøm = tuple(sorted(etiketter.items()))
        self.åpne[strøm].append(linje)
        for par in strøm:
            self.indeks[par].add(strøm)

    def lukk(self) -> None:
        """Pakk hver strøm i en klump. Loki gjør det når den er stor nok."""
        for strøm, linjer in self.åpne.items():
            self.klumper[strøm] = zlib.compress("\n".join(linjer).encode())

    def søk(self, logql: str) -> Iterator[str]:
        """Finn strømmer i indeksen, og les så gjennom hver linje i dem."""
        valg, _, resten = logql.partition("}")
        par = re.findall(r'(\w+)="([^"]*)"', valg)
        filtre = re.findall(r'(\|=|!=) "([^"]*)"', resten)
        felter = re.findall(r'\| (\w+)="([^"]*)"', resten.partition("| json")[2])
        for strøm in sorted(set.intersection(*(self.indeks[p] for p in par))):
            innhold = zlib.decompress(self.klumper[strøm]).decode()
            for linje in innhold.split("\n"):
                self.lest += 1
                if all((tekst in linje) == (op == "|=") for op, tekst in filtre):
                    data = json.loads(linje) if felter else {}
                    if all(str(data.get(k)) == v for k, v in felter):
                        yield linje
# --8<-- [end:lager]


def fyll(lager: Logglager, *, bruker_som_etikett: bool) -> None:
    """Skriv de samme 20 000 linjene hver gang; bare plassen til brukeren skiller."""
    tilfeldig = random.Random(3)
    for nr in range(20_000):
        bruker = f"u{tilfeldig.randrange(5_000)}"
        nivå = "feil" if tilfeldig.random() < 0.05 else "info"
        tjeneste = tilfeldig.choice(["butikk", "ordre", "betaling", "lager"])
        melding = "tidsfrist mot banken" if nivå == "feil" else "ferdig"
        linje = {"nr": nr, "bruker": bruker, "melding": melding, "ms": nr % 97}
        ekstra = {"bruker": bruker} if bruker_som_etikett else {}
        tekst = json.dumps(linje, ensure_ascii=False)
        lager.skriv(tekst, tjeneste=tjeneste, nivå=nivå, **ekstra)
    lager.lukk()


# --8<-- [start:bruk]
få, mange = Logglager(), Logglager()
fyll(få, bruker_som_etikett=False)
fyll(mange, bruker_som_etikett=True)

spørring = '{tjeneste="betaling", nivå="feil"} |= "tidsfrist" != "ferdig"'
treff = list(få.søk(spørring))
print(f"{spørring}\n  {len(treff)} treff, leste {få.lest} av 20 000 linjer")
assert sorted(treff) == sorted(mange.søk(spørring))

for navn, lager in (("tjeneste, nivå", få), ("tjeneste, nivå, bruker", mange)):
    poster = sum(len(strømmer) for strømmer in lager.indeks.values())
    print(f"{navn}: {len(lager.klumper)} strømmer, {poster} poster i indeksen")
# --8<-- [end:bruk]
assert len(få.klumper) == 8 and len(mange.klumper) > 1000 * len(få.klumper)
plass = [sum(map(len, lager.klumper.values())) for lager in (få, mange)]
print("samme linjer, men små klumper pakkes dårlig: minst 4 ganger plassen")
assert plass[1] > 4 * plass[0]

få.lest = mange.lest = 0
i_linja = list(få.søk('{tjeneste="ordre"} | json | bruker="u42"'))
som_etikett = list(mange.søk('{tjeneste="ordre", bruker="u42"}'))
assert sorted(i_linja) == sorted(som_etikett)
print(f"fristelsen: {len(i_linja)} linjer om én bruker i ordre.")
print(f"  leste {få.lest} linjer uten etiketten, {mange.lest} med")
assert få.lest > 1000 * mange.lest > 0
