# /// script
# requires-python = ">=3.11"
# ///
"""The port of the shop on two dictionaries, for tests of the use cases."""

from shop_core import Order


# --8<-- [start:double]
class OrdersInMemory:
    """The port again, on two dictionaries, for tests of the use cases."""

    def __init__(self) -> None:
        self.free, self.orders = {"lamp": 5}, dict[int, Order]()

    def take_stock(self, sku: str, quantity: int) -> int | None:
        if self.free.get(sku, 0) < quantity:
            return None
        self.free[sku] -= quantity
        return 4900

    def give_back(self, sku: str, quantity: int) -> None:
        self.free[sku] += quantity

    def add(self, sku: str, quantity: int, cents: int) -> Order:
        self.save(Order(len(self.orders) + 1, sku, quantity, cents))
        return self.orders[len(self.orders)]

    def get(self, order_id: int) -> Order:
        return self.orders[order_id]

    def save(self, order: Order) -> None:
        self.orders[order.id] = order
# --8<-- [end:double]
