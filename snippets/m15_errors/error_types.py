# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""What annotations don't do, a cause, a note, a group, and a registry that refuses a code twice."""

import traceback
from types import new_class

from errors import AppError, NotFoundError, RateLimitedError


# --8<-- [start:annotations]
class OnlyAnnotated(Exception):
    code: str
    status: int


try:
    OnlyAnnotated(**{"code": "NOT_FOUND", "status": 404})
except TypeError as error:
    print("with keywords:", error)
bare = OnlyAnnotated("NOT_FOUND", 404)
print("by position: code is", getattr(bare, "code", "missing"), "- args:", bare.args)
assert not hasattr(bare, "code")
# --8<-- [end:annotations]

ROWS = {"o-1": "paid"}


# --8<-- [start:chain]
def order(key: str) -> str:
    try:
        return ROWS[key]
    except KeyError as error:
        missing = NotFoundError("order", key)
        missing.add_note("looked in: the primary, after a failover")
        raise missing from error


caught: list[NotFoundError] = []
try:
    order("o-7")
except NotFoundError as error:
    caught.append(error)
    told = "".join(traceback.format_exception(error))
    print(*(line for line in told.splitlines() if line and line[0] != " "), sep="\n")
assert isinstance(caught[0].__cause__, KeyError) and "direct cause" in told
assert (caught[0].code, caught[0].retryable) == ("NOT_FOUND", False)
# --8<-- [end:chain]


# --8<-- [start:group]
def check_all(*keys: str) -> None:
    """Look at every key; report all that is wrong, not only the first."""
    errors: list[Exception] = []
    for key in keys:
        try:
            order(key)
        except AppError as error:
            errors.append(error)
    errors.append(RateLimitedError(retry_after=30))
    raise ExceptionGroup("orders", errors)


try:
    check_all("o-1", "o-7", "o-8")
except* NotFoundError as group:
    print("not found:", *(str(error) for error in group.exceptions))
except* RateLimitedError as group:
    waits = [e.retry_after for e in group.exceptions if isinstance(e, RateLimitedError)]
    print("try again after:", *waits, "s")
# --8<-- [end:group]

# --8<-- [start:registry]
try:
    new_class("Twin", (AppError,), {"code": "NOT_FOUND"})
except TypeError as error:
    print("refused:", error)
for code, kind in sorted(AppError.registry.items()):
    print(f"{code:18} {'retry' if kind.retryable else 'final'}")
assert "Twin" not in {kind.__name__ for kind in AppError.registry.values()}
# --8<-- [end:registry]
