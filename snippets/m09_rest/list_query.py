# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
# ///
"""From a query string to one SELECT: names come from a list of ours, values go in as parameters."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl

from psycopg.sql import SQL, Composable, Identifier, Placeholder

# --8<-- [start:lists]
FIELDS: dict[str, type[str | int | Decimal]] = {
    "category": str,
    "price": Decimal,
    "stock": int,
}
OPERATORS = {"eq": "=", "gte": ">=", "lte": "<=", "in": "= ANY"}
SORTABLE = ("price", "name", "id")
ALIASES = {"minPrice": "price[gte]", "maxPrice": "price[lte]"}
MAX_LIMIT, MAX_PAGE = 100, 500


class BadQuery(ValueError):
    """Answer 400 with this text."""
# --8<-- [end:lists]


# --8<-- [start:parse]
@dataclass(frozen=True)
class ListQuery:
    text: str
    filters: tuple[tuple[str, str, object], ...]
    sort: tuple[tuple[str, bool], ...]
    page: int
    limit: int


def parse(query: str) -> ListQuery:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise BadQuery("too many fields") from error
    given = dict(pairs)
    if len(given) < len(pairs) or "\0" in query + "".join(given.values()):
        raise BadQuery("a field is there twice, or has a zero byte")
    text, order = given.pop("q", ""), given.pop("sort", "")
    page, limit = given.pop("page", "1"), given.pop("limit", "20")
    return ListQuery(
        text=text[:100],
        filters=tuple(read_filter(ALIASES.get(key, key), given[key]) for key in given),
        sort=read_sort(order),
        page=whole("page", page, MAX_PAGE),
        limit=whole("limit", limit, MAX_LIMIT),
    )


def whole(name: str, value: str, most: int) -> int:
    digits = value.isascii() and value.isdigit() and len(value) < 10
    if not digits or not 1 <= int(value) <= most:
        raise BadQuery(f"{name} is a number from 1 to {most}")
    return int(value)
# --8<-- [end:parse]


# --8<-- [start:fields]
def read_filter(key: str, value: str) -> tuple[str, str, object]:
    """Read ``price[gte]=100`` or ``category=lamps``."""
    name, _, operator = key.removesuffix("]").partition("[")
    if name not in FIELDS or (operator := operator or "eq") not in OPERATORS:
        raise BadQuery(f"no filter {key!r}; there are {', '.join(FIELDS)}")
    try:
        values = [FIELDS[name](each) for each in value.split(",", 20)]
    except (ValueError, InvalidOperation) as error:
        raise BadQuery(f"{name} can't be {value!r}") from error
    numbers = [each for each in values if isinstance(each, Decimal)]
    if not all(each.is_finite() and abs(each) < 10**9 for each in numbers):
        raise BadQuery(f"{name} can't be {value!r}")
    return name, operator, values if operator == "in" else values[0]


def read_sort(value: str) -> tuple[tuple[str, bool], ...]:
    """Read ``-price,name``: the minus means descending. The id is always last."""
    keys = [(each.removeprefix("-"), each.startswith("-")) for each in value.split(",")]
    keys = keys if value else []
    for name, _ in keys:
        if name not in SORTABLE:
            raise BadQuery(f"no sort by {name!r}; there are {', '.join(SORTABLE)}")
    return (*keys, ("id", False))
# --8<-- [end:fields]


# --8<-- [start:select]
def select(query: ListQuery) -> tuple[Composable, dict[str, object]]:
    values: dict[str, object] = {"text": query.text, "limit": query.limit}
    where: list[Composable] = []
    if query.text:
        where.append(SQL("strpos(lower(name), lower(%(text)s)) > 0"))
    for number, (name, operator, value) in enumerate(query.filters):
        values[f"v{number}"] = value
        parts = Identifier(name), SQL(OPERATORS[operator]), Placeholder(f"v{number}")
        where.append(SQL("{} {} ({})").format(*parts))
    order = [SQL("{} {}").format(Identifier(name), SQL("DESC" if down else "ASC"))
             for name, down in query.sort]
    values["skip"] = (query.page - 1) * query.limit
    return SQL("SELECT id, name, price FROM product WHERE {} ORDER BY {} "
               "LIMIT %(limit)s OFFSET %(skip)s").format(
        SQL(" AND ").join(where or [SQL("true")]), SQL(", ").join(order)), values
# --8<-- [end:select]
