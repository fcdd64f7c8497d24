"""The implementation: four deviations from the contract, each behind a switch."""

import uuid
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException as StarletteError


# --8<-- [start:models]
class Money(BaseModel):
    model_config = ConfigDict(extra="forbid")
    amount: str = Field(pattern=r"^[0-9]{1,12}[.][0-9]{2}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class NewOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")
    total: Money
    note: str | None = Field(default=None, max_length=200)
# --8<-- [end:models]


# --8<-- [start:app]
def shop(*, drifted: bool) -> FastAPI:
    """Return the service; `drifted`: as a year of small changes has left it."""
    app = FastAPI(openapi_url=None)
    orders: dict[str, dict[str, Any]] = {}

    @app.middleware("http")
    async def authenticate(request: Request, call_next: Any) -> Any:
        if request.headers.get("authorization") != "Bearer good":
            return problem(401, "Who are you?")
        return await call_next(request)

    @app.get("/v1/orders")
    def list_orders(
        request: Request, status: str | None = None, limit: int = 20
    ) -> Any:
        sent = [name for name, _ in request.query_params.multi_items()]
        strange = len(set(sent)) < len(sent) or not {*sent} <= {"status", "limit"}
        known = status in (None, "pending", "paid", "shipped")
        if not drifted and (strange or not known or not 1 <= limit <= 50):
            raise HTTPException(400, "A parameter is unknown, repeated or out of range")
        found = [
            order for order in orders.values() if status in (None, order["status"])
        ]
        return {"items": found[: max(limit, 0)]}

    @app.post("/v1/orders", status_code=201)
    def create_order(new: NewOrder) -> Any:
        order = {
            "id": str(uuid.uuid4()),
            "status": "new" if drifted else "pending",
        } | new.model_dump()
        orders[order["id"]] = order
        return order

    @app.get("/v1/orders/{id}")
    def get_order(id: uuid.UUID) -> Any:
        if (order := orders.get(str(id))) is None:
            raise HTTPException(404, "There is no such order")
        return order

    # --8<-- [end:app]

    # --8<-- [start:problems]
    def problem(status: int, title: str) -> JSONResponse:
        body = {"title": title, "status": status}
        kind = (
            "application/json"
            if drifted and status == 404
            else "application/problem+json"
        )
        return JSONResponse(body, status_code=status, media_type=kind)

    @app.exception_handler(StarletteError)
    def told(_: Request, error: StarletteError) -> JSONResponse:
        return problem(error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    def refused(request: Request, _: RequestValidationError) -> JSONResponse:
        in_path = "id" in request.path_params
        status = 422 if drifted else 404 if in_path else 400
        return problem(status, "The request does not fit the contract")

    return app
    # --8<-- [end:problems]
