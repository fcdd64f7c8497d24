# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Rotate by size, compress, and ship every line; and two ways of losing some."""

import gzip
import logging
import os
import random
import shutil
from logging.handlers import RotatingFileHandler
from pathlib import Path

from snippet_support import work_in_temporary_folder

work_in_temporary_folder()
LOG = Path("app.log")


# --8<-- [start:writer]
def compress(source: str, target: str) -> None:
    with open(source, "rb") as plain, gzip.open(target, "wb") as packed:
        shutil.copyfileobj(plain, packed)
    os.remove(source)


def rotating(backups: int) -> RotatingFileHandler:
    """At most 4 kB in use, and so many older files beside it, each compressed."""
    handler = RotatingFileHandler(LOG, maxBytes=4000, backupCount=backups)
    handler.namer = lambda name: f"{name}.gz"
    handler.rotator = compress
    return handler
# --8<-- [end:writer]


# --8<-- [start:agent]
class Agent:
    """Ship whole lines. Know a file by how it begins, since its name will change."""

    def __init__(self) -> None:
        self.begins, self.offset, self.shipped = "", 0, list[str]()

    def poll(self) -> bool:
        archives = sorted(Path().glob("app.log.*.gz"),
                          key=lambda file: -int(file.suffixes[1][1:]))  # oldest first
        texts = [gzip.decompress(file.read_bytes()).decode() for file in archives]
        texts.append(LOG.read_text())
        known = [n for n, text in enumerate(texts) if text.startswith(self.begins)]
        if not known:  # deleted before it was read to its end
            self.begins, self.offset, known = "", 0, [0]
        for text in texts[known[0]:]:
            offset = self.offset if text.startswith(self.begins) else 0
            whole = text.rfind("\n") + 1  # the last line may be half written
            self.shipped += text[offset:whole].splitlines()
            if whole:
                self.begins, self.offset = text[:text.find("\n") + 1], whole
        return bool(known)


class ByNameOnly(Agent):
    """Remembers name and offset; a file that is shorter now must be new."""

    def poll(self) -> bool:
        text = LOG.read_text()
        if len(text) < self.offset:
            self.offset = 0
        self.shipped += text[self.offset:].splitlines()
        self.offset = len(text)
        return True
# --8<-- [end:agent]


# --8<-- [start:run]
def ship(agent: Agent, *, backups: int, longest_pause: int) -> int:
    """Write 5000 lines, let the agent look now and then; return how many it shipped."""
    for old in Path().glob("app.log*"):
        old.unlink()
    log, handler = logging.getLogger("shop"), rotating(backups)
    log.setLevel(logging.INFO)
    log.propagate, log.handlers = False, [handler]
    chance, wait = random.Random(17), 0
    for number in range(5000):
        log.info("event %04d, and some text to fill the line", number)
        wait -= 1
        if wait < 0:
            agent.poll()
            wait = chance.randrange(longest_pause)
    agent.poll()
    handler.close()
    assert len(set(agent.shipped)) == len(agent.shipped)  # nothing twice
    return len(agent.shipped)


for agent, backups in ((Agent(), 5), (ByNameOnly(), 5), (Agent(), 1)):
    shipped = ship(agent, backups=backups, longest_pause=300)
    name = type(agent).__name__
    print(f"{name:10} {backups} old files: 5000 lines in, {shipped} out")
    assert (shipped == 5000) == (type(agent) is Agent and backups == 5)
# --8<-- [end:run]
# --8<-- [start:copytruncate]
with LOG.open("w", buffering=1) as writer:  # it never learns of the rotation
    writer.writelines(f"line {n}\n" for n in range(1, 6))
    shutil.copy(LOG, "app.log.1")
    writer.writelines(f"line {n}\n" for n in range(6, 9))  # just then
    os.truncate(LOG, 0)
    copied = len(Path("app.log.1").read_text().splitlines())
    print(f"copytruncate: 8 lines in, {copied + len(LOG.read_text().splitlines())} out")
# --8<-- [end:copytruncate]
