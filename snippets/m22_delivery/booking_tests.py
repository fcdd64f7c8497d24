# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28", "psycopg[binary]>=3.2", "pytest>=8.3", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""Tests of the booking at four levels; pytest is started by test_pyramid.py."""

import os
import sys
from collections.abc import Iterator

import booking
import httpx
import psycopg
import pytest
from snippet_support import free_port, running


@pytest.fixture
def shows() -> Iterator[booking.Shows]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as db:
        yield booking.Shows(db)


# --8<-- [start:tests]
PRICES = [(1, 200), (9, 1800), (10, 1800), (11, 2000)]


@pytest.mark.parametrize(("seats", "cost"), PRICES)
def test_unit_price(seats: int, cost: int) -> None:
    assert booking.price(seats) == cost


def test_integration_no_seat_is_sold_twice(shows: booking.Shows) -> None:
    show = shows.open(5)  # its own show: tests may run in any order, and side by side
    assert shows.book(show, 3)
    assert not shows.book(show, 3)
    assert shows.left(show) == 2


def test_contract_what_the_app_reads(shows: booking.Shows) -> None:
    path = f"/shows/{shows.open(5)}"
    status, body = booking.answer(shows, path, None)
    assert (status, type(body.get("left"))) == (200, int)
    status, body = booking.answer(shows, path, 2)
    assert (status, type(body.get("price"))) == (201, int)


def test_e2e_a_visitor_books(shows: booking.Shows) -> None:
    port, path = free_port(), f"/shows/{shows.open(5)}"
    with (
        running([sys.executable, booking.__file__, str(port)], port=port, timeout=50),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=50) as visitor,
    ):
        assert visitor.post(path, content="2").status_code == 201
        assert visitor.get(path).json()["left"] == 3
# --8<-- [end:tests]
