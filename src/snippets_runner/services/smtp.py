"""SMTP: a mail server (``aiosmtpd``) with STARTTLS and AUTH, and a mailbox for each snippet.

The snippet connects to ``SMTP_URL``, trusts the authority in ``SMTP_CA_FILE``, and reads what arrived with
``mailbox.Maildir(os.environ["SMTP_MAILDIR"])``. Nothing leaves the machine: every address is delivered there.
An address whose name begins with a reply code gets that reply (``550-nobody@example.org`` is refused for good,
``451-later@example.org`` for now), as with the simulators of the large providers, so bounces can be shown.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from snippets_runner.services.probe import says
from snippets_runner.services.rooms import room_service


def _answers(url: str) -> bool:
    """Return whether the server greets with 220 (RFC 5321, 4.2)."""
    parts = urlsplit(url)
    return says(parts.hostname or "127.0.0.1", parts.port or 25, b"", begins=b"220")


SERVICE = room_service(
    "smtp",
    title="aiosmtpd",
    distribution="aiosmtpd",
    imports=("aiosmtpd", "trustme"),
    variables=("SMTP_URL", "SMTP_CA_FILE", "SMTP_MAILDIR"),
    answers=_answers,
)
