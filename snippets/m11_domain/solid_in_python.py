# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Five principles, each as a check that one design fails and another passes."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from solid_functions import (
    login_by_branch,
    login_by_port,
    prints_nothing,
    report,
    report_and_print,
    takes_a_new_provider,
)
from verdict import pair, results


# --8<-- [start:liskov]
class Users:
    def get(self, name: str) -> str:
        raise LookupError(name)  # the contract: unknown users are a LookupError


class UsersOrNone(Users):
    def get(self, name: str) -> str:
        return ""  # and the caller finds out much later


def keeps_the_contract(users: type[Users]) -> bool:
    try:
        users().get("nobody")
    except LookupError:
        return True
    return False
# --8<-- [end:liskov]


# --8<-- [start:interface]
class Store:
    def read(self) -> str:
        return "ok"

    def delete_everything(self) -> None: ...


class ReadOnly:
    """What a report gets: it can't do what it doesn't have."""

    def __init__(self) -> None:
        self.read = Store().read


def cannot_delete(design: type[Any]) -> bool:
    return design().read() == "ok" and not hasattr(design(), "delete_everything")
# --8<-- [end:interface]


# --8<-- [start:dependency]
class Mailer(Protocol):
    def send(self, to: str) -> None: ...


@dataclass
class Recorded:
    sent: list[str] = field(default_factory=list)

    def send(self, to: str) -> None:
        self.sent.append(to)


class RegisterBySmtp:
    def __init__(self) -> None:  # makes its own mailer: nothing else can be given
        self.host = "smtp.example.com"


class Register:
    def __init__(self, mailer: Mailer) -> None:  # the port belongs to the domain
        self.mailer = mailer

    def __call__(self, name: str) -> None:
        self.mailer.send(name)


def works_without_a_network(design: type[Any]) -> bool:
    design(mailer := Recorded())("ada")
    return mailer.sent == ["ada"]
# --8<-- [end:dependency]


pair("S", prints_nothing, report_and_print, report)
pair("O", takes_a_new_provider, login_by_branch, login_by_port)
pair("L", keeps_the_contract, UsersOrNone, Users)
pair("I", cannot_delete, Store, ReadOnly)
pair("D", works_without_a_network, RegisterBySmtp, Register)
assert results == [(False, True)] * 5
