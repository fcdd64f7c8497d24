"""The program behind the service ``smtp``: ``python -m snippets_runner.services.smtp_server FOLDER``."""

from __future__ import annotations

import asyncio
import hmac
import mailbox
import re
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from snippets_runner.services.room_server import serve

USER, PASSWORD = "snippet", "snippet-password"
REPLY_CODE = re.compile(r"(?:4|5)[0-5]\d(?=\D)")
"""At the beginning of an address: the reply that it gets (RFC 5321, 4.2.1)."""


class Delivery:
    """Puts every message into a Maildir, in the form that a mail server delivers it."""

    def __init__(self, folder: Path) -> None:
        """Make the Maildir."""
        self._box = mailbox.Maildir(folder)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks it up by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address, or give the reply that it asks for."""
        if code := REPLY_CODE.match(address):
            return f"{code[0]} {address} asked for this reply"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Deliver a message, with the envelope in ``Return-Path`` and ``Delivered-To`` (RFC 5321, 4.4)."""
        assert isinstance(envelope.original_content, bytes)
        lines = [f"Return-Path: <{envelope.mail_from or ''}>"]
        lines += [f"Delivered-To: {address}" for address in envelope.rcpt_tos]
        head = "".join(f"{line}\r\n" for line in lines).encode()
        self._box.add(head + envelope.original_content)
        return "250 Delivered"


def authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    """Accept the one user there is."""
    right = (
        isinstance(data, LoginPassword)
        and hmac.compare_digest(data.login, USER.encode())
        and hmac.compare_digest(data.password, PASSWORD.encode())
    )
    return AuthResult(success=right, handled=False)


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make an authority and a certificate of this machine; return the server's context and the authority's file."""
    authority, file = trustme.CA(), folder / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context, file


async def main(folder: Path) -> None:
    """Give every room a server on a port of its own."""
    context, ca_file = certificate(folder)
    loop = asyncio.get_running_loop()

    @asynccontextmanager
    async def open_room(home: Path) -> AsyncIterator[Mapping[str, str]]:
        delivery = Delivery(home / "Maildir")

        def protocol() -> SMTP:
            return SMTP(
                delivery,
                hostname="localhost",
                enable_SMTPUTF8=True,
                tls_context=context,
                authenticator=authenticate,
                loop=loop,
            )

        async with await loop.create_server(protocol, "127.0.0.1", 0) as server:
            yield {
                "SMTP_URL": f"smtp://{USER}:{PASSWORD}@localhost:{server.sockets[0].getsockname()[1]}",
                "SMTP_CA_FILE": str(ca_file),
                "SMTP_MAILDIR": str(home / "Maildir"),
            }

    await serve(folder, open_room)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
