"""A real snippet, behind all its guards, reaches what it asked for and may write where it has to."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample import Sample

SNIPPET = """
    # /// script
    # dependencies = ["psycopg"]
    # [tool.snippets-runner]
    # services = ["postgres", "smtp", "dns", "otlp"]
    # isolation = { postgres = "schema" }
    # ///
    import mailbox, os, smtplib, socket
    from pathlib import Path
    from urllib.parse import urlsplit
    from urllib.request import Request, urlopen

    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE orders (id int)")
        print(connection.execute("SELECT count(*) FROM orders").fetchone())

    url = urlsplit(os.environ["SMTP_URL"])
    with smtplib.SMTP(url.hostname, url.port) as client:
        client.sendmail("a@example.org", ["b@example.org"], "Subject: hello\\n\\nworld")
    print([message["Subject"] for message in mailbox.Maildir(os.environ["SMTP_MAILDIR"])])

    soa = "example.org. 60 IN SOA a.example.org. b.example.org. 1 2 3 4 5"
    Path(os.environ["DNS_ZONE_FILE"]).write_text(f"{soa}\\nexample.org. 60 IN A 192.0.2.7\\n")
    host, _, port = os.environ["DNS_SERVER"].partition(":")
    question = bytes.fromhex("00010000000100000000000007") + b"example" + b"\\x03org" + bytes.fromhex("0000010001")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(5)
        asker.sendto(question, (host, int(port)))
        print(socket.inet_ntoa(asker.recv(512)[-4:]))

    endpoint = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/logs"
    urlopen(Request(endpoint, b'{"resourceLogs": []}', {"Content-Type": "application/json"})).close()
    print(Path(os.environ["OTLP_RECEIVED_FILE"]).read_text(), end="")
"""


@pytest.fixture
def project(tmp_path: Path) -> Sample:
    return Sample(tmp_path / "project", temporary=tmp_path / "temporary")


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_it_reaches_its_services(project: Sample, isolation: str) -> None:
    recorded = "(0,)\n['hello']\n192.0.2.7\n{\"resourceLogs\": []}\n"
    project.settings(isolation=isolation, timeout=30)
    project.snippet("shop", SNIPPET, out=recorded)

    done = project.run("check", OTEL_EXPORTER_OTLP_ENDPOINT="", SMTP_URL="", DNS_SERVER="")

    assert done.status == 0, done.out + done.err
    versions = project.ledger()["snippets"]["snippets/shop.py"]["versions"]
    assert {"PostgreSQL", "aiosmtpd", "dnslib", "OTLP"} <= set(versions)
    assert project.left_behind(within=5) == []
