"""The program behind the service ``oidc``: ``python -m snippets_runner.services.oidc_server FOLDER``."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from canaille.backends.memory.backend import MemoryBackend
from joserfc.jwk import JWKRegistry

from snippets_runner.services.room_server import serve

REDIRECT = "http://localhost/callback"
"""Nobody has to listen there: the snippet reads the code from where it is redirected to."""


class Provider(ThreadingMixIn, WSGIServer):
    """A server for the provider's application, with a thread a request."""

    daemon_threads = True


class Everything(MemoryBackend):  # type: ignore[misc]
    """Canaille's storage in memory, which finds what meets *any* condition of a query, made to want them all.

    Its other storages do. Without this a code is taken from a client that it was not given to (RFC 6749, 4.1.3).
    """

    __module__ = MemoryBackend.__module__  # beside which Canaille looks for the models

    def do_query(self, model: type[Any], *args: Any, **conditions: Any) -> list[Any]:
        """Return the objects that meet every condition."""
        if not conditions:
            return list(super().do_query(model, *args))
        answers = [
            super(Everything, self).do_query(model, **{key: value}) for key, value in conditions.items()
        ]
        return [each for each in answers[0] if all(each in other for other in answers[1:])]


def settings(port: int) -> dict[str, Any]:
    """Return Canaille's settings: everything in memory, a new signing key, registration of clients open."""
    key = JWKRegistry.generate_key("RSA", 2048)
    key.ensure_kid()
    return {
        "SECRET_KEY": secrets.token_hex(),
        "ENV_FILE": None,
        "WTF_CSRF_ENABLED": False,  # so that a snippet can post a form without having parsed one
        "PREFERRED_URL_SCHEME": "http",
        "SERVER_NAME": f"localhost:{port}",
        "CANAILLE": {
            "DATABASE": "memory",
            "JAVASCRIPT": False,
            "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
        },
        "CANAILLE_OIDC": {
            "DYNAMIC_CLIENT_REGISTRATION_OPEN": True,
            "ACTIVE_JWKS": [key.as_dict(private=True)],
        },
    }


def client(name: str, secret: str) -> Any:
    """Return a confidential client that may ask for codes and refresh tokens."""
    return models.Client(
        client_id=name,
        client_secret=secret,
        client_name=name,
        contacts=[],
        redirect_uris=[REDIRECT],
        grant_types=["authorization_code", "refresh_token", "client_credentials"],
        response_types=["code"],
        scope=["openid", "profile", "email"],
        token_endpoint_auth_method="client_secret_basic",
        audience=[],
    )


def user(name: str, password: str) -> Any:
    """Return a person who can log in."""
    return models.User(
        user_name=name,
        emails=[f"{name}@example.org"],
        given_name="Ada",
        family_name="Lovelace",
        formatted_name="Ada Lovelace",
        password=password,
    )


async def main(folder: Path) -> None:
    """Start the provider, and give every room a client and a user in it."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # http, on this machine alone
    server = Provider(("127.0.0.1", 0), WSGIRequestHandler)
    app = create_app(config=settings(server.server_port), backend=Everything({}))
    server.set_app(app)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    @asynccontextmanager
    async def open_room(home: Path) -> AsyncIterator[Mapping[str, str]]:
        name, secret, password = f"ada-{home.name}", secrets.token_hex(16), secrets.token_hex(8)
        with app.app_context():
            made = [client(home.name, secret), user(name, password)]
            for each in made:
                Backend.instance.save(each)
            made[0].audience = [made[0]]  # its id tokens are for itself (OpenID Connect Core, 2)
            Backend.instance.save(made[0])
        yield {
            "OIDC_ISSUER": f"http://localhost:{server.server_port}",
            "OIDC_CLIENT_ID": home.name,
            "OIDC_CLIENT_SECRET": secret,
            "OIDC_REDIRECT_URI": REDIRECT,
            "OIDC_USER": name,
            "OIDC_PASSWORD": password,
        }
        with app.app_context():
            for each in made:
                Backend.instance.delete(each)

    await serve(folder, open_room)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
