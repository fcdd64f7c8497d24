"""Make a corpus of ordinary snippets: pages whose Python fences use the standard library, a few with state of their own.

One in thirty does something that another snippet in the same process would notice: it sets up logging, changes the
locale of time, registers a codec, sets a default socket timeout. Each asserts that it found the process fresh, so a
tool that runs them in one process gets some of them wrong.
"""

from __future__ import annotations

from pathlib import Path

ORDINARY = (
    "import json\n\ndata = {{'id': {n}, 'tags': ['a', 'b']}}\ntext = json.dumps(data, sort_keys=True)\nassert json.loads(text) == data\nprint(text)\n",
    "from dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Point:\n    x: int\n    y: int = {n}\n\n\nprint(Point(1))\n",
    "import re\n\nfound = re.findall(r'[a-z]+', 'one {n} two')\nassert found == ['one', 'two']\nprint(found)\n",
    "from collections import Counter\n\nprint(Counter('mississippi{n}').most_common(2))\n",
    "import asyncio\n\n\nasync def main() -> int:\n    await asyncio.sleep(0)\n    return {n}\n\n\nprint(asyncio.run(main()))\n",
    "from datetime import date, timedelta\n\nprint(date(2026, 1, 1) + timedelta(days={n}))\n",
    "from pathlib import PurePosixPath\n\npath = PurePosixPath('/a') / 'b{n}.txt'\nprint(path.suffix, path.stem)\n",
    "import itertools\nimport functools\n\nprint(functools.reduce(lambda a, b: a + b, itertools.islice(itertools.count({n}), 3)))\n",
    "import typing\nfrom enum import Enum\n\n\nclass Colour(Enum):\n    RED = {n}\n\n\nprint(Colour(typing.cast(int, {n})).name)\n",
    "import hashlib\n\nprint(hashlib.sha256(b'{n}').hexdigest()[:12])\n",
)
STATEFUL = (
    "import logging\n\nassert not logging.getLogger().handlers, 'somebody set up logging before'\nlogging.basicConfig(level='INFO')\nprint(logging.getLogger().level, {n})\n",
    "import socket\n\nassert socket.getdefaulttimeout() is None, 'somebody set a timeout before'\nsocket.setdefaulttimeout({n} + 1)\nprint(socket.getdefaulttimeout())\n",
    "import warnings\n\nassert not any(each[0] == 'always' for each in warnings.filters), 'somebody changed the filters before'\nwarnings.simplefilter('always')\nprint({n})\n",
)
FRAMEWORK = (
    "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/items/{{number}}')\ndef read(number: int = {n}) -> int:\n    return number\n\n\nprint(sorted(route.path for route in app.routes)[-1])\n",
    "from fastapi import Depends, FastAPI\n\n\ndef limit() -> int:\n    return {n}\n\n\napp = FastAPI()\n\n\n@app.get('/')\nasync def read(most: int = Depends(limit)) -> dict[str, int]:\n    return {{'most': most}}\n\n\nprint(app.openapi()['paths']['/']['get']['operationId'], {n})\n",
    "from fastapi import APIRouter, FastAPI\nfrom pydantic import BaseModel, Field\n\n\nclass Item(BaseModel):\n    name: str\n    price: float = Field(gt={n})\n\n\nrouter = APIRouter(prefix='/v{n}')\n\n\n@router.post('/items')\nasync def make(item: Item) -> Item:\n    return item\n\n\napp = FastAPI()\napp.include_router(router)\nprint(Item(name='a', price={n} + 1).model_dump_json())\n",
)
"""Examples as a framework's documentation has them: its import takes far longer than what they do."""
PAGE = 20
"""Fences on one page."""


def snippets(count: int) -> list[str]:
    """Return ``count`` snippets, each different."""
    made = []
    for number in range(count):
        kinds = STATEFUL if number % 30 == 29 else ORDINARY
        made.append(
            kinds[number // 30 % len(kinds) if kinds is STATEFUL else number % len(kinds)].format(n=number)
        )
    return made


def examples(count: int) -> list[str]:
    """Return ``count`` examples of a framework, each different."""
    return [FRAMEWORK[number % len(FRAMEWORK)].format(n=number) for number in range(count)]


def write(folder: Path, made: list[str]) -> None:
    """Write the pages below ``folder/docs``."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    for start in range(0, len(made), PAGE):
        fences = "\n".join(f"```python\n{text}```\n" for text in made[start : start + PAGE])
        (docs / f"page{start // PAGE:04d}.md").write_text(f"# Page\n\n{fences}", encoding="utf-8")
