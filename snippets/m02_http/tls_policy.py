# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "httpx>=0.28", "snippet-support", "trustme>=1.2"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# [tool.snippets-runner]
# services = ["nginx"]
# ///
"""Check a server's TLS policy from outside: versions, HSTS, and the days left."""

import os
import signal
import socket
import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import trustme
from cryptography import x509
from snippet_support import free_port, running, wait_until, work_in_temporary_folder

warnings.filterwarnings("ignore", "ssl.TLSVersion.TLSv1_1")  # we know that it is old
work_in_temporary_folder()
NAME = "shop.example"
# --8<-- [start:nginx]
NGINX = """
daemon off; pid nginx.pid; events {}
http {
    access_log off; client_body_temp_path tmp; proxy_temp_path tmp;
    fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    ssl_certificate leaf.pem; ssl_certificate_key leaf.pem;
    server { listen 127.0.0.1:HTTP; return 308 https://$host$request_uri; }
    server {
        listen 127.0.0.1:HTTPS ssl;
        ssl_protocols TLSv1.2 TLSv1.3;
        add_header Strict-Transport-Security
            "max-age=63072000; includeSubDomains" always;
        location / { return 200 "hello"; }
    }
    server {  # a forgotten one
        listen 127.0.0.1:OLD ssl;
        ssl_protocols TLSv1.1 TLSv1.2; ssl_ciphers ALL:@SECLEVEL=0;
    }
}
"""
# --8<-- [end:nginx]
authority = trustme.CA()
ports = {name: free_port() for name in ("HTTPS", "HTTP", "OLD")}  # the longest first


# --8<-- [start:probe]
def trusting() -> ssl.SSLContext:
    authority.configure_trust(context := ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    return context


def hello(port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    raw = socket.create_connection(("127.0.0.1", port), timeout=5)
    return context.wrap_socket(raw, server_hostname=NAME)


def offer(what: str, port: int, version: ssl.TLSVersion) -> str:
    """Offer exactly one version, and say what became of it."""
    context = trusting()
    context.set_ciphers("ALL:@SECLEVEL=0")  # so that *we* would take an old one
    context.minimum_version = context.maximum_version = version
    try:
        with hello(port, context) as tls:
            verdict = f"accepted, {(tls.cipher() or ['?'])[0]}"
    except ssl.SSLError as error:
        verdict = f"refused, {error.reason}"
    print(f"{what}, {version.name}: {verdict}")
    return verdict.split(",")[0]


def days_left(port: int) -> int:
    """Read the certificate that is served, not the file that should be."""
    with hello(port, trusting()) as tls:
        leaf = x509.load_der_x509_certificate(tls.getpeercert(True) or b"")
    return (leaf.not_valid_after_utc - datetime.now(UTC)).days


def issue(days: int) -> None:
    until = datetime.now(UTC) + timedelta(days=days, hours=1)
    leaf = authority.issue_cert(NAME, not_after=until).private_key_and_cert_chain_pem
    leaf.write_to_path("leaf.pem")
# --8<-- [end:probe]


# --8<-- [start:verdicts]
def check(nginx: int) -> None:
    (https, http, old), tls = ports.values(), ssl.TLSVersion
    words = [offer("server", https, v) for v in (tls.TLSv1_1, tls.TLSv1_2, tls.TLSv1_3)]
    words += [offer("old server", old, tls.TLSv1_1)]
    assert words == ["refused", "accepted", "accepted", "accepted"]
    with httpx.Client(verify=trusting(), headers={"Host": NAME}) as client:
        plain, sni = client.get(f"http://127.0.0.1:{http}/"), {"sni_hostname": NAME}
        secure = client.get(f"https://127.0.0.1:{https}/", extensions=sni)
    hsts = [a.headers.get("strict-transport-security") for a in (plain, secure)]
    print(f"http: {plain.status_code}, HSTS: {hsts[0]}; https: HSTS: {hsts[1]}")
    assert hsts[0] is None and hsts[1] and plain.status_code == 308
    left = days_left(https)
    print(f"certificate: {left} days left -> {'renew' if left < 15 else 'fine'}")
    issue(days=47)
    os.kill(nginx, signal.SIGHUP)  # new workers read the new file; nobody is cut off
    fresh = wait_until(lambda: (n := days_left(https)) > 9 and n)
    print(f"reloaded, same process: {fresh} days left")
    assert (left, fresh) == (9, 47)
# --8<-- [end:verdicts]


issue(days=9)
for name, port in ports.items():
    NGINX = NGINX.replace(f":{name}", f":{port}")
Path("nginx.conf").write_text(NGINX)
command = ["nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"]
with running(command, port=ports["OLD"]) as nginx:
    check(nginx.pid)
