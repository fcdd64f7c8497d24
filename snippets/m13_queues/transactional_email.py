# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "dkimpy>=1.1.8", "dnspython>=2.7", "markupsafe>=3", "psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["dns", "postgres", "smtp"]
# timeout = 30
# ///
"""A receipt: signed, submitted over STARTTLS, sent once for three tries; and its bounces."""

import os
import re
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
from bounces import arrived, read_report, report
from letter import DOMAIN, build, publish_key, sign, verdict

SCHEMA = """CREATE TABLE mail (key text PRIMARY KEY, sent timestamptz);
            CREATE TABLE suppressed (address text PRIMARY KEY, status text)"""
Db = psycopg.Connection


def suppress(db: Db, address: str, status: str) -> None:
    insert = "INSERT INTO suppressed VALUES (%s, %s) ON CONFLICT DO NOTHING"
    db.execute(insert, [address, status])


# --8<-- [start:submit]
def submit(raw: bytes, sender: str, to: str) -> str:
    """Hand it to the mail server: encrypted or not at all, and with our name."""
    url = urlsplit(os.environ["SMTP_URL"])
    trust = ssl.create_default_context(cafile=os.environ["SMTP_CA_FILE"])
    with smtplib.SMTP(url.hostname or "", url.port or 0, timeout=10) as server:
        server.starttls(context=trust)  # raises if it isn't offered
        server.login(url.username or "", url.password or "")
        server.sendmail(sender, [to], raw)
        return str(server.sock.version())  # type: ignore[union-attr]
# --8<-- [end:submit]


# --8<-- [start:once]
CLAIM = """INSERT INTO mail (key) SELECT %(key)s
           WHERE NOT EXISTS (SELECT FROM suppressed WHERE address = %(to)s)
           ON CONFLICT DO NOTHING"""


def send_once(db: Db, order: int, name: str, to: str) -> str:
    """Send the receipt of an order unless it is sent already or the address is dead."""
    key = f"receipt-{order}"
    return_path = f"bounce+{key}@{DOMAIN}"  # tells which letter came back
    with db.transaction():  # a second sender of the same letter waits here
        if not db.execute(CLAIM, {"key": key, "to": to}).rowcount:
            return "nothing sent"
        try:
            submit(sign(build(order, name, to, key)), return_path, to)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, _ = refusal.recipients[to]
            if 500 <= code < 600:
                suppress(db, to, str(code))
                return f"refused for good ({code}), suppressed"
            raise psycopg.Rollback from refusal  # 4xx: leave no claim, try later
        db.execute("UPDATE mail SET sent = now() WHERE key = %s", [key])
        return "sent"
    return "put off, to be tried again"
# --8<-- [end:once]


def attempt(order: int, name: str, to: str) -> str:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as db:
        return send_once(db, order, name, to)


# --8<-- [start:run]
def main(db: Db) -> None:
    publish_key()
    name, to = "Ada <script>alert(1)</script>", "ada@example.org"
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda _: attempt(4582, name, to), range(3)))
    [receipt] = arrived()
    ignored = answers.count("nothing sent")
    print(f"{receipt['Subject']}: 3 sends, 1 mail, {ignored} ignored")
    text, html = receipt.iter_parts()
    print(receipt.get_content_type(), [p.get_content_type() for p in (text, html)])
    [greeting] = re.findall(r"Hello .*?,", html.get_content())
    print("name in HTML:", greeting)
    print("Return-Path:", receipt["Return-Path"])

    signed = sign(build(4583, "Bo", to, "offer-1", offer=True))
    print("connection:", submit(signed, f"offers@{DOMAIN}", to), "with AUTH")
    [offer] = arrived()
    intact = verdict(offer.as_bytes())
    print(f"One-click: {offer['List-Unsubscribe-Post']}, dkim={intact}")
    forged = offer.as_bytes().replace(b"/u/offer-1", b"/u/offer-2")
    print(f"the link in its header changed on the way: dkim={verdict(forged)}")

    print("451:", send_once(db, 4584, "Cy", "451-cy@example.org"))
    print("550:", send_once(db, 4585, "Di", "550-di@example.org"))
    print("eve:", send_once(db, 4586, "Eve", "eve@example.org"))
    [mail] = arrived()
    returned = report(mail["Return-Path"].strip("<>"), "eve@example.org", "5.1.1")
    submit(returned, "", "bounces@shop.example")
    [bounce] = arrived()
    if (found := read_report(bounce.as_bytes())) is not None:
        suppress(db, *found[1:])
        print("bounce:", *found)
    print("eve:", send_once(db, 4587, "Eve", "eve@example.org"))
    # --8<-- [end:run]
    assert verdict(receipt.as_bytes()) == verdict(offer.as_bytes()) == "pass" != verdict(forged)
    assert sorted(answers) == ["nothing sent", "nothing sent", "sent"]
    assert "<script>" not in greeting and found == ("receipt-4586", "eve@example.org", "5.1.1")


if __name__ == "__main__":
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(SCHEMA)
        main(connection)
