# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""A router that walks a tree of path segments; `radix_router.py` tries it."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

Params = dict[str, str]
# --8<-- [start:tree]
KINDS = {"int": "[0-9]+", "": ".+", "path": ".+"}  # by rank, after static


class Node:
    """A position in the tree: what may follow, and the routes that end here."""

    visits = 0

    def __init__(self) -> None:
        self.static: dict[str, Node] = {}
        self.wild: dict[tuple[int, str, str], Node] = {}  # by rank, kind, name
        self.methods: dict[str, str] = {}  # method -> route template

    def add(self, route: str) -> None:
        node, (method, template) = self, route.split(" ")
        for segment in template[1:].split("/"):
            if segment.startswith("{"):
                name, _, kind = segment.strip("{}").partition(":")
                key = (list(KINDS).index(kind), kind, name)
                child = node.wild.setdefault(key, Node())
                node.wild = dict(sorted(node.wild.items(), key=lambda item: item[0]))
                node = child
            else:
                node = node.static.setdefault(segment, Node())
        node.methods[method] = template

    def find(self, path: list[str], known: Params) -> Iterator[tuple["Node", Params]]:
        """Yield what matches, the most specific first; to ask for more is to backtrack."""
        Node.visits += 1
        if not path:
            if self.methods:
                yield self, known
            return
        if path[0] in self.static:
            yield from self.static[path[0]].find(path[1:], known)
        for (_, kind, name), node in self.wild.items():
            all_of_it = kind == "path"
            value, left = ("/".join(path), []) if all_of_it else (path[0], path[1:])
            if re.fullmatch(KINDS[kind], value):
                yield from node.find(left, known | {name: value})
# --8<-- [end:tree]


# --8<-- [start:dispatch]
def match(root: Node, method: str, raw_path: str) -> tuple[int, str, Params]:
    """Return the status, the route template (or the methods allowed), the parameters."""
    segments = [unquote(part) for part in raw_path[1:].split("/")]  # split, then decode
    allowed: set[str] = set()
    for node, params in root.find(segments, {}):
        methods = node.methods.copy()
        if "GET" in methods:
            methods["HEAD"] = methods["GET"]
        if method in methods:
            return 200, methods[method], params
        allowed |= {*methods, "OPTIONS"}
    status = 404 if not allowed else 204 if method == "OPTIONS" else 405
    return status, ", ".join(sorted(allowed)), {}
# --8<-- [end:dispatch]
