# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Read the imports of a package, and hold them to the direction in which they may go."""

import ast
import tempfile
from collections.abc import Iterator
from pathlib import Path

# --8<-- [start:package]
PACKAGE = {
    "domain/order.py": "from dataclasses import dataclass\nfrom shop.web import request_user\n",
    "domain/price.py": "from decimal import Decimal\n",
    "application/place.py": "from shop.domain.order import Order\nimport psycopg\n",
    "adapters/store.py": "import psycopg\nfrom shop.domain.order import Order\n",
    "web/api.py": "from starlette.routing import Route\nfrom shop.application.place import Place\n",
}
MENDED = PACKAGE | {
    "domain/order.py": "from dataclasses import dataclass\n",
    "application/place.py": "from shop.domain.order import Order\n",
}
# --8<-- [end:package]

# --8<-- [start:contract]
LAYERS = ["web", "adapters", "application", "domain"]  # from the outside in
FRAMEWORKS = {"starlette", "fastapi", "psycopg", "sqlalchemy", "redis", "httpx"}
FREE = {"application", "domain"}  # of frameworks


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of every import; nothing is executed."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def violations(root: Path) -> list[str]:
    """Return each import that goes outwards, and each framework where none may be."""
    found = []
    for file in sorted(root.rglob("*.py")):
        layer = file.relative_to(root).parts[0]
        for line, name in imports(file):
            top, _, rest = name.partition(".")
            place = f"{file.relative_to(root)}:{line}"
            target = rest.split(".")[0] if top == "shop" else None
            if target and LAYERS.index(target) < LAYERS.index(layer):
                found.append(f"{place}: {layer} imports {target}, which is further out")
            if layer in FREE and top in FRAMEWORKS:
                found.append(f"{place}: {layer} imports the framework {top}")
    return found
# --8<-- [end:contract]


# --8<-- [start:check]
def check(package: dict[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in package.items():
            file = Path(folder, name)
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        return violations(Path(folder))


for title, package in (("before", PACKAGE), ("after", MENDED)):
    found = check(package)
    print(f"{title}: {len(found)} violations", *found, sep="\n  ")
assert (len(check(PACKAGE)), len(check(MENDED))) == (2, 0)
# --8<-- [end:check]
