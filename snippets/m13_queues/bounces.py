# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""The report that comes back when a letter can't be delivered, and how to read it."""

import mailbox
import os
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText


def parse(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def arrived() -> list[EmailMessage]:
    """Empty the mailbox."""
    box = mailbox.Maildir(os.environ["SMTP_MAILDIR"])
    raw = [box.get_bytes(key) for key in box.iterkeys()]
    box.clear()
    return [parse(data) for data in raw]


def report(to: str, recipient: str, status: str) -> bytes:
    """Write what the recipient's server writes: multipart/report, RFC 3464."""
    message = MIMEMultipart("report", report_type="delivery-status")
    message["From"], message["To"] = "Mail Delivery <mailer-daemon@mx.example.org>", to
    message["Subject"], message["Auto-Submitted"] = "Undelivered", "auto-replied"
    fields = MIMEBase("message", "delivery-status")
    server, failed = Message(), Message()
    server["Reporting-MTA"] = "dns; mx.example.org"
    failed["Final-Recipient"] = f"rfc822; {recipient}"
    failed["Action"], failed["Status"] = "failed", status
    fields.set_payload([server, failed])
    message.attach(MIMEText("Nobody of that name lives here."))
    message.attach(fields)
    return message.as_bytes()


# --8<-- [start:parse]
def read_report(raw: bytes) -> tuple[str, str, str] | None:
    """Return the letter's key, the address and the status of a permanent failure."""
    message = parse(raw)
    if message.get_content_type() != "multipart/report":
        return None
    key = str(message["To"]).partition("+")[2].partition("@")[0]  # from our Return-Path
    for part in message.walk():
        status, recipient = part["Status"], part["Final-Recipient"]
        if part["Action"] == "failed" and status and str(status).startswith("5."):
            return key, str(recipient).partition(";")[2].strip(), str(status)
    return None  # delayed, relayed, or a failure that may pass
# --8<-- [end:parse]
