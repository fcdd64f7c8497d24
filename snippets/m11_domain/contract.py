# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""What every implementation of the port `Orders` promises, as twelve checks on an empty one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from ordering import ConflictError, NotFoundError, Order, Orders

CHECKS: list[Callable[[Orders], None]] = []


def an_order(order_id: int = 1, customer: str = "ada") -> Order:
    placed = datetime(2026, 5, 11, 9, 14, 22, 123456, tzinfo=UTC)
    return Order(id=order_id, customer=customer, total=Decimal("9.90"), placed=placed)


@contextmanager
def raises(kind: type[Exception]) -> Iterator[None]:
    try:
        yield
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was not raised")


# --8<-- [start:checks]
def check(function: Callable[[Orders], None]) -> Callable[[Orders], None]:
    CHECKS.append(function)
    return function


@check
def what_is_added_can_be_got(orders: Orders) -> None:
    orders.add(an_order())
    assert orders.get(1) == an_order()


@check
def an_unknown_order_is_not_found(orders: Orders) -> None:
    with raises(NotFoundError):  # and not None, and not an empty order
        orders.get(1)


@check
def the_same_id_twice_is_a_conflict(orders: Orders) -> None:
    orders.add(an_order())
    with raises(ConflictError):
        orders.add(an_order())


@check
def an_unknown_order_cannot_be_saved(orders: Orders) -> None:
    with raises(NotFoundError):
        orders.save(an_order())


@check
def a_change_is_kept(orders: Orders) -> None:
    orders.add(an_order())
    orders.save(orders.get(1).shipped())
    assert not orders.get(1).open
# --8<-- [end:checks]


@check
def a_conflict_changes_nothing(orders: Orders) -> None:
    orders.add(an_order())
    with raises(ConflictError):
        orders.add(replace(an_order(), total=Decimal(1)))
    assert orders.get(1).total == Decimal("9.90")


@check
def a_customer_without_orders_has_none(orders: Orders) -> None:
    assert orders.of("ada") == []


@check
def customers_are_kept_apart(orders: Orders) -> None:
    orders.add(an_order(1, "ada"))
    orders.add(an_order(2, "bob"))
    assert [order.id for order in orders.of("bob")] == [2]


@check
def orders_come_by_id(orders: Orders) -> None:
    for number in (3, 1, 2):
        orders.add(an_order(number))
    assert [order.id for order in orders.of("ada")] == [1, 2, 3]


@check
def money_keeps_its_cents(orders: Orders) -> None:
    orders.add(replace(an_order(), total=Decimal("0.10")))
    assert str(orders.get(1).total) == "0.10"


@check
def times_keep_zone_and_microseconds(orders: Orders) -> None:
    orders.add(an_order())
    placed = orders.get(1).placed
    assert placed.tzinfo and placed == an_order().placed


@check
def names_keep_their_letters(orders: Orders) -> None:
    orders.add(an_order(1, "Åse 🙂"))
    assert orders.of("Åse 🙂") == [orders.get(1)]
