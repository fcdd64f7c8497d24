# /// script
# requires-python = ">=3.11"
# dependencies = ["graphql-core>=3.2"]
#
# [tool.snippets-runner]
# timeout = 15
# ///
"""Price a query before it runs, hide the schema, and refuse one field to most people."""

from typing import Any

import graphql as gql
from graphql import GraphQLError
from graphql.execution.values import get_argument_values as arguments

SCHEMA = gql.build_schema("""
type Query { books(first: Int! = 10): [Book!]! }
type Book { title: String! author: Author! }
type Author { name: String! salary: Int books(first: Int! = 10): [Book!]! }
""")
MAX_DEPTH, MAX_COST, MAX_TOKENS = 6, 500, 1000
RULES = [*gql.specified_rules, gql.NoSchemaIntrospectionCustomRule]
Fragments = dict[str, gql.FragmentDefinitionNode]
Prices = dict[str, tuple[int, int]]
made = list[int]()


# --8<-- [start:price]
def price(kind: Any, chosen: Any, named: Fragments, known: Prices) -> tuple[int, int]:
    """How deep a selection goes, and how many fields it resolves at most."""
    depth = cost = 0
    for node in chosen.selections if chosen else ():
        below, each, times = 0, 0, 1
        if isinstance(node, gql.FieldNode):
            if definition := kind.fields.get(node.name.value):
                times = max(0, arguments(definition, node).get("first", 1))
                inner = gql.get_named_type(definition.type)
                below, each = price(inner, node.selection_set, named, known)
            below, each = below + 1, 1 + times * each
        elif isinstance(node, gql.FragmentSpreadNode):
            name = node.name.value
            if name not in known:  # priced once, else nested fragments take for ever
                known[name] = price(kind, named[name].selection_set, named, known)
            below, each = known[name]
        else:
            below, each = price(kind, node.selection_set, named, known)
        depth, cost = max(depth, below), cost + each
    return depth, cost
# --8<-- [end:price]


# --8<-- [start:guard]
def ask(query: str, role: str = "reader", guarded: bool = True) -> gql.ExecutionResult:
    try:
        document = gql.parse(query, max_tokens=MAX_TOKENS)
    except GraphQLError as error:
        return gql.ExecutionResult(None, [error])
    if guarded:
        if errors := gql.validate(SCHEMA, document, RULES):  # refuses endless fragments
            return gql.ExecutionResult(None, errors)
        parts = document.definitions
        fragments = [part for part in parts if isinstance(part, gql.FragmentDefinitionNode)]
        named, known = {part.name.value: part for part in fragments}, Prices()
        for part in parts:
            if isinstance(part, gql.OperationDefinitionNode):
                depth, cost = price(SCHEMA.query_type, part.selection_set, named, known)
                if depth > MAX_DEPTH or cost > MAX_COST:
                    why = f"depth {depth} of {MAX_DEPTH}, cost {cost} of {MAX_COST}"
                    return gql.ExecutionResult(None, [GraphQLError(why)])
    return gql.execute_sync(SCHEMA, document, {"books": books}, role)


def salary(info: Any) -> int:
    if info.context != "payroll":
        raise GraphQLError("not allowed", extensions={"code": "FORBIDDEN"})
    return 100
# --8<-- [end:guard]


def books(info: Any, first: int) -> list[dict[str, Any]]:
    made.append(first)
    author = {"name": "A", "salary": salary, "books": books}
    return [{"title": "T", "author": author}] * first


def refusal(query: str) -> str:
    result = ask(query)
    assert result.data is None and result.errors and not made
    return result.errors[0].message


def main() -> None:
    # --8<-- [start:run]
    hostile = "{" + "books(first: 20) { author {" * 3 + "name" + "}}" * 3 + "}"
    wide = "{" + " ".join(f"a{n}: books(first: 90) {{ title }}" for n in range(9)) + "}"
    pairs = (f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(20))
    laughs = " ".join(pairs) + "{ ...F0 } fragment F20 on Query { books { title } }"
    long = "{" + "a " * 1001 + "}"
    asks = {"deep": hostile, "wide": wide, "fragments": laughs, "long": long}
    ask(hostile, guarded=False)
    print(f"unguarded: {len(hostile)} bytes of query made {sum(made)} books")
    made.clear()
    for name, query in asks.items():
        print(f"{name} ({len(query)} bytes): {refusal(query)}")
    hidden = refusal("{ __schema { types { name } } }")
    print(f"introspection: {hidden}")
    query = "{ books(first: 1) { title author { name salary } } }"
    reader: Any = ask(query).formatted
    payroll: Any = ask(query, "payroll").formatted
    print(f"payroll: {payroll['data']}")
    print(f"reader:  {reader['data']}")
    [error] = reader["errors"]
    print(f"         error at {error['path']}: {error['extensions']}")
    # --8<-- [end:run]
    assert "introspection" in hidden and error["extensions"] == {"code": "FORBIDDEN"}
    assert "100" in str(payroll["data"]) and "100" not in str(reader["data"])


if __name__ == "__main__":
    main()
