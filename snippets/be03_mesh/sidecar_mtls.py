# /// script
# requires-python = ">=3.11"
# dependencies = ["trustme>=1.2"]
# ///
"""To sidecar-proxyer gir gjensidig TLS til apper som bare kan HTTP."""

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import trustme


class Betaling(BaseHTTPRequestHandler):  # en app uten et ord om TLS
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"betalt")


# --8<-- [start:tls]
def tls(utsteder: trustme.CA, hvem: str | None, *, tjener: bool) -> ssl.SSLContext:
    """Vis vårt sertifikat, og krev et av motparten."""
    formål = ssl.Purpose.CLIENT_AUTH if tjener else ssl.Purpose.SERVER_AUTH
    kontekst = ssl.create_default_context(formål)
    CA.configure_trust(kontekst)
    kontekst.verify_mode = ssl.CERT_REQUIRED
    if hvem:
        utsteder.issue_cert(hvem).configure_cert(kontekst)
    return kontekst
# --8<-- [end:tls]


async def flytt(fra: StreamReader, til: StreamWriter) -> None:
    try:
        while data := await fra.read(65_536):
            til.write(data)
            await til.drain()
    finally:
        til.close()


async def knytt(
    a: StreamReader, til_a: StreamWriter, b: StreamReader, til_b: StreamWriter
) -> None:
    await asyncio.gather(flytt(a, til_b), flytt(b, til_a), return_exceptions=True)


# --8<-- [start:sidecar]
async def innover(app: int, navn: str, slipper_inn: set[str]) -> asyncio.Server:
    """Sidecaren foran en app: TLS utenfor, vanlig HTTP innenfor."""
    async def ta_imot(les: StreamReader, skriv: StreamWriter) -> None:
        sertifikat = skriv.get_extra_info("peercert")  # TLS har godkjent det
        hvem = dict(sertifikat["subjectAltName"])["DNS"]
        MÅLT.add(f"{hvem} -> {navn}")  # telemetri uten en linje i appen
        if hvem in slipper_inn:
            await knytt(les, skriv, *await asyncio.open_connection("127.0.0.1", app))
        else:
            await les.readuntil(b"\r\n\r\n")
            skriv.write(b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n")
            skriv.close()

    kontekst = tls(CA, navn, tjener=True)
    return await asyncio.start_server(ta_imot, "127.0.0.1", 0, ssl=kontekst)


async def utover(mål: int, navn: str, kontekst: ssl.SSLContext) -> asyncio.Server:
    """Sidecaren hos den som kaller vet hvem motparten skal være."""
    async def ta_imot(les: StreamReader, skriv: StreamWriter) -> None:
        try:
            nett = await asyncio.open_connection(
                "127.0.0.1", mål, ssl=kontekst, server_hostname=navn)
            await knytt(les, skriv, *nett)
        except OSError:  # motparten er ikke den hun skulle være
            skriv.close()

    return await asyncio.start_server(ta_imot, "127.0.0.1", 0)
# --8<-- [end:sidecar]


CA, FREMMED, MÅLT = trustme.CA(), trustme.CA(), set[str]()


async def prøv() -> None:
    app = ThreadingHTTPServer(("127.0.0.1", 0), Betaling)
    Thread(target=app.serve_forever, daemon=True).start()
    inn = await innover(app.server_port, "betaling.nett", {"ordre.nett"})
    port = inn.sockets[0].getsockname()[1]

    async def kall(ut: asyncio.Server) -> str:
        adresse = "http://{}:{}".format(*ut.sockets[0].getsockname())
        try:
            svar = await asyncio.to_thread(lambda: urlopen(adresse).read())
            return str(svar.decode())
        except HTTPError as feil:
            return f"nei, {feil.code}"
        except OSError:
            return "nei, ingen TLS"

    # --8<-- [start:bruk]
    for hvem, utsteder, mot, ventet in (
        ("ordre.nett", CA, "betaling.nett", "betalt"),
        ("reklame.nett", CA, "betaling.nett", "nei, 403"),  # ekte, men ikke på lista
        (None, CA, "betaling.nett", "nei, ingen TLS"),
        ("ordre.nett", FREMMED, "betaling.nett", "nei, ingen TLS"),
        ("ordre.nett", CA, "lager.nett", "nei, ingen TLS"),  # feil motpart svarer
    ):
        svar = await kall(await utover(port, mot, tls(utsteder, hvem, tjener=False)))
        fra = " fra en fremmed utsteder" if utsteder is FREMMED else ""
        print(f"{hvem or 'uten sertifikat'}{fra} -> {mot}: {svar}")
        assert svar == ventet
    # --8<-- [end:bruk]
    print("målt uten kode i appene:", *sorted(MÅLT), sep="\n  ")


asyncio.run(prøv())
