# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Single responsibility and open for extension, as functions; `solid_in_python.py` checks them."""

import contextlib
import io
from collections.abc import Callable


# --8<-- [start:single]
def report_and_print(totals: list[int]) -> int:
    print(f"Sum: {sum(totals)}")  # two reasons to change: the sum, and the form
    return sum(totals)


def report(totals: list[int]) -> int:
    return sum(totals)


def prints_nothing(design: Callable[[list[int]], int]) -> bool:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        return design([1, 2]) == 3 and not out.getvalue()
# --8<-- [end:single]


# --8<-- [start:open]
def login_by_branch(provider: str, token: str) -> str:
    if provider == "password":
        return token
    raise LookupError(provider)  # each new provider is a change here


PROVIDERS: dict[str, Callable[[str], str]] = {"password": lambda token: token}


def login_by_port(provider: str, token: str) -> str:
    return PROVIDERS[provider](token)


PROVIDERS["oidc"] = lambda token: token.removeprefix("oidc:")  # an addition, elsewhere


def takes_a_new_provider(login: Callable[[str, str], str]) -> bool:
    return login("oidc", "oidc:ada") == "ada"
# --8<-- [end:open]
