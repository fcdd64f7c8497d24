"""OIDC: an OpenID Connect and OAuth 2 provider (``Canaille``), with a client and a user for each snippet.

Chosen because it refuses what has to be refused: a wrong PKCE verifier, a code used twice, an unknown redirect. The
mocks that were tried accept the first. A snippet logs its user in by posting the forms that a browser would, and
may register further clients (RFC 7591). It starts in 2 to 5 s, nearly all of it imports; a room in it costs 2 ms, and
a process each would cost every snippet those seconds. Keys and endpoints are the run's, so snippets share the issuer.
"""

from __future__ import annotations

from snippets_runner.services.probe import http_answer
from snippets_runner.services.rooms import room_service

SERVICE = room_service(
    "oidc",
    title="Canaille",
    distribution="canaille",
    imports=("canaille", "authlib", "joserfc"),
    variables=(
        "OIDC_ISSUER",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
        "OIDC_REDIRECT_URI",
        "OIDC_USER",
        "OIDC_PASSWORD",
    ),
    answers=lambda issuer: http_answer(f"{issuer.rstrip('/')}/.well-known/openid-configuration")[0] == 200,
)
