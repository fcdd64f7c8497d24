"""SMTP: real mail through the standard library's client, read from the Maildir."""

from __future__ import annotations

import mailbox
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from pools import NewCorner


def letter(to: str = "reader@example.org") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.org", to, "Order 1"
    message.set_content("Thank you.\n")
    return message


def connect(environment: Mapping[str, str]) -> smtplib.SMTP:
    parts = urlsplit(environment["SMTP_URL"])
    return smtplib.SMTP(parts.hostname or "", parts.port or 0, timeout=10)


def secure(client: smtplib.SMTP, environment: Mapping[str, str]) -> None:
    client.starttls(context=ssl.create_default_context(cafile=environment["SMTP_CA_FILE"]))


def received(environment: Mapping[str, str]) -> list[str]:
    box = mailbox.Maildir(environment["SMTP_MAILDIR"], create=False)
    return [f"{each['Return-Path']} {each['Delivered-To']} {each['Subject']}" for each in box]


def test_mail_over_tls_arrives_in_the_snippets_own_mailbox(corner: NewCorner) -> None:
    mine, other = corner("smtp"), corner("smtp")
    parts = urlsplit(mine["SMTP_URL"])
    with connect(mine) as client:
        secure(client, mine)
        client.login(parts.username or "", parts.password or "")
        client.send_message(letter())

    assert received(mine) == ["<shop@example.org> reader@example.org Order 1"]
    assert received(other) == []


def test_a_wrong_password_is_refused_and_none_is_asked_for_in_clear(corner: NewCorner) -> None:
    environment = corner("smtp")
    with connect(environment) as client:
        client.ehlo()
        assert not client.has_extn("auth")
        secure(client, environment)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("snippet", "guess")


def test_a_certificate_of_an_unknown_authority_is_refused(corner: NewCorner) -> None:
    with connect(corner("smtp")) as client, pytest.raises(ssl.SSLCertVerificationError):
        client.starttls(context=ssl.create_default_context())


@pytest.mark.parametrize("code", [451, 550])
def test_an_address_gets_the_reply_that_it_asks_for(corner: NewCorner, code: int) -> None:
    environment = corner("smtp")
    with connect(environment) as client, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.send_message(letter(f"{code}-somebody@example.org"))

    assert [reply for reply, _ in refused.value.recipients.values()] == [code]
    assert received(environment) == []
