"""Generate vaults of notes as people write them: links, code, tables, callouts, lists; always the same for a number of notes."""

from __future__ import annotations

import random
from pathlib import Path

WORDS = [
    "saga",
    "event",
    "queue",
    "cache",
    "schema",
    "index",
    "token",
    "broker",
    "replica",
    "leader",
    "quorum",
    "deploy",
    "metric",
    "trace",
    "retry",
    "lock",
    "page",
    "shard",
    "stream",
    "batch",
    "cursor",
    "session",
    "header",
    "cookie",
    "proxy",
    "socket",
    "thread",
    "signal",
    "buffer",
    "commit",
    "branch",
    "release",
    "test",
]
CODE = '''```python
def handle(request, *, retries=3):
    """Answer one request."""
    for attempt in range(retries):
        try:
            return {"status": 200, "body": request.body.upper()}
        except TimeoutError as error:
            print(f"attempt {attempt} of {retries}: {error}")
    raise RuntimeError("gave up")
```
'''


def write_vault(folder: Path, count: int) -> list[Path]:
    """Write `count` notes in folders of about fifty; return their files, the one to edit first."""
    chance = random.Random(11)
    names = [f"{chance.choice(WORDS)}-{chance.choice(WORDS)}-{number}" for number in range(count)]
    files = []
    for number, name in enumerate(names):
        file = folder / f"area-{number % max(1, count // 50):03}" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(note(chance, names, number), encoding="utf-8")
        files.append(file)
    index = "\n".join(f"- [[{name}]]" for name in names[:40])
    (folder / "index.md").write_text(f"# Home\n\n{index}\n", encoding="utf-8")
    return files


def note(chance: random.Random, names: list[str], number: int) -> str:
    """Return the text of a note: about 400 words in four sections, six links."""

    def words(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))

    def link() -> str:
        other = chance.choice(names)
        return chance.choice((f"[[{other}]]", f"[[{other}|{words(1, 2)}]]", f"[[{other}#Why]]"))

    def paragraph() -> str:
        return (
            f"{words(15, 30).capitalize()} **{words(1, 3)}** {link()} {words(8, 20)}, `{words(1, 1)}()` too."
        )

    rows = "\n".join(f"| {words(1, 2)} | {words(2, 5)} | `{number}` |" for _ in range(5))
    callout = f'!!! note "{words(2, 4)}"\n\n    {words(12, 25)}.\n\n' if number % 5 == 0 else ""
    items = "\n".join(f"- {words(4, 10)}" for _ in range(5))
    title = names[number].replace("-", " ").capitalize()
    return (
        f"---\ntags: [{chance.choice(WORDS)}]\n---\n\n# {title}\n\n{paragraph()}\n\n{paragraph()}\n\n## Why\n\n"
        f"{paragraph()}\n\n{callout}{CODE}\n## How\n\n{paragraph()}\n\n| name | meaning | number |\n|---|---|---|\n{rows}\n\n"
        f"{paragraph()}\n\n## What follows\n\n{items}\n\n{paragraph()}\n"
    )
