# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["pgbouncer"]
# ///
"""A PgBouncer for as long as a block runs; `connection_pool.py` uses it."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg.conninfo import conninfo_to_dict
from snippet_support import free_port, running


# --8<-- [start:pgbouncer]
@contextmanager
def pgbouncer(url: str, size: int) -> Iterator[str]:
    """Put a PgBouncer in transaction mode before the server; yield its URL."""
    port, server = free_port(), conninfo_to_dict(url)
    names = ("host", "port", "dbname", "user")
    target = " ".join(f"{name}={server[name]}" for name in names)
    settings = f"""
        [databases]
        shop = {target}
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = {port}
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = {size}
        max_client_conn = 500
    """
    with TemporaryDirectory() as folder:
        ini = Path(folder, "pgbouncer.ini")
        ini.write_text(textwrap.dedent(settings))
        ini.chmod(0o644)
        Path(folder).chmod(0o755)
        with running(["pgbouncer", ini], port=port, timeout=15):
            yield f"postgresql://{server['user']}@127.0.0.1:{port}/shop"
# --8<-- [end:pgbouncer]
