# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# isolation = { postgres = "cluster" }
# ///
"""Two database users of one application, who need passwords; `secret_rotation.py` uses them."""

import os
import secrets

import psycopg
from psycopg import sql

URL = os.environ["DATABASE_URL"]
admin = psycopg.connect(URL, autocommit=True)


def create_users() -> None:
    """Create the two, and make the throw-away server, which trusts everybody, ask them."""
    admin.execute("CREATE ROLE app_a; CREATE ROLE app_b")
    (file,) = admin.execute("SHOW hba_file").fetchone() or ("",)
    who = {"app_a,app_b": "scram-sha-256", "all": "trust"}
    rules = [f"local all {user} {method}" for user, method in who.items()]
    rules += [f"host all {user} 127.0.0.1/32 {method}" for user, method in who.items()]
    copy = sql.SQL("COPY (SELECT unnest({}::text[])) TO {}")
    admin.execute(copy.format(rules, file))
    admin.execute("SELECT pg_reload_conf()")


def set_password(role: str) -> str:
    password = secrets.token_urlsafe(32)
    alter = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
    admin.execute(alter.format(sql.Identifier(role), password))
    return password


def sessions(role: str) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
    (number,) = admin.execute(query, [role]).fetchone() or (0,)
    return int(number)
