# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "pydantic>=2.10"]
# ///
"""The shop's controller: from HTTP to a use case and back."""

from functools import partial

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from shop_core import CannotCancel, Order, OutOfStock, Shop


# --8<-- [start:controller]
class NewOrder(BaseModel):
    """What a client may say: not its price, and not its state."""

    sku: str = Field(min_length=1, max_length=40)
    quantity: int = Field(ge=1, le=100)


class OrderView(BaseModel):
    """What a client gets to see, under names that the table doesn't dictate."""

    id: int
    state: str
    total: str

    @classmethod
    def of(cls, order: Order) -> "OrderView":
        return cls(id=order.id, state=order.state, total=f"{order.cents / 100:.2f}")


STATUS = {OutOfStock: 409, CannotCancel: 409, LookupError: 404}


def api(shop: Shop) -> FastAPI:
    app = FastAPI()

    @app.post("/orders", status_code=201)
    def place(body: NewOrder, response: Response) -> OrderView:
        order = shop.place_order(body.sku, body.quantity)
        response.headers["Location"] = f"/orders/{order.id}"
        return OrderView.of(order)

    @app.post("/orders/{order_id}/cancellation")
    def cancel(order_id: int) -> OrderView:
        return OrderView.of(shop.cancel_order(order_id))

    def refuse(status: int, request: Request, error: Exception) -> Response:
        return JSONResponse({"detail": str(error)}, status)

    for kind, status in STATUS.items():
        app.add_exception_handler(kind, partial(refuse, status))
    return app
# --8<-- [end:controller]
