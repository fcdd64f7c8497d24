# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""The application's errors: a registry of codes, facts as attributes; other files here use them."""

from typing import ClassVar


# --8<-- [start:base]
class AppError(Exception):
    """An error we expect. `public` is for the client, `str(error)` for the log."""

    code: ClassVar[str] = "APP_ERROR"
    retryable: ClassVar[bool] = False
    registry: ClassVar[dict[str, type["AppError"]]] = {}

    def __init__(self, log: str, *, public: str, retry_after: int | None = None) -> None:
        super().__init__(log)
        self.public, self.retry_after = public, retry_after

    def __init_subclass__(cls, *, code: str, retryable: bool = False) -> None:
        super().__init_subclass__()
        if other := AppError.registry.get(code):
            raise TypeError(f"{cls.__name__}: code {code} is taken by {other.__name__}")
        cls.code, cls.retryable = code, retryable
        AppError.registry[code] = cls


class NotFoundError(AppError, code="NOT_FOUND"):
    def __init__(self, what: str, key: object) -> None:
        super().__init__(f"no {what} {key!r}", public=f"There is no such {what}.")


class RateLimitedError(AppError, code="RATE_LIMITED", retryable=True):
    def __init__(self, *, retry_after: int) -> None:
        super().__init__("limit reached", public="Too fast.", retry_after=retry_after)


class InsufficientFundsError(AppError, code="INSUFFICIENT_FUNDS"):
    def __init__(self, *, balance: int, needed: int) -> None:
        self.balance, self.needed = balance, needed  # cents: facts, not only prose
        super().__init__(
            f"balance {balance} < {needed}",
            public=f"Balance {balance / 100:.2f}, needed {needed / 100:.2f}.",
        )
# --8<-- [end:base]
