from typing import Any, Literal, NotRequired, TypedDict, cast
import httpx

def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}

class Money(TypedDict):
    amount: str
    currency: str

Status = Literal['pending', 'paid', 'shipped']
class NewOrder(TypedDict):
    total: Money
    note: NotRequired[str | None]

class Order(TypedDict):
    id: str
    status: Status
    total: Money
    note: NotRequired[str | None]

class OrderPage(TypedDict):
    items: list[Order]

class Client:
    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def list_orders(self, status: Status | None = None, limit: int | None = None) -> OrderPage:
        answer = self._http.request('GET', f'/orders', params=_given(status=status, limit=limit))
        return cast(OrderPage, answer.raise_for_status().json())

    def create_order(self, body: NewOrder) -> Order:
        answer = self._http.request('POST', f'/orders', json=body)
        return cast(Order, answer.raise_for_status().json())

    def get_order(self, id: str) -> Order:
        answer = self._http.request('GET', f'/orders/{id}')
        return cast(Order, answer.raise_for_status().json())

