"""The process in which parsers look at blocks: it may hang, grow or crash, and the runner does not.

A program of its own (``judge`` starts it): a line of JSON with a language and a text comes in, one with the verdict goes
out. Its own limits end it when it grows; whoever asks ends it when it is late.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping

from snippets_runner import landlock, sandbox
from snippets_runner.languages import data, infrastructure, protocols
from snippets_runner.languages.level import InvalidError, UnavailableError, Validator

PARSERS: Mapping[str, Validator] = {**data.VALIDATORS, **infrastructure.PARSERS, **protocols.PARSERS}
"""What looks at a text in the process that it is called in, without an end to its time."""


def main(memory: int) -> None:
    """Answer as long as somebody asks; ``memory`` is how many MiB of address space there are for it."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # what a parser prints is no answer
    sandbox.die_with_parent()
    sandbox.limit(sandbox.limits({"memory": memory, "timeout": 1 << 20, "output": 0, "most": 0}))
    sandbox.without_network()
    sandbox.drop_capabilities()
    landlock.restrict(landlock.rules([]))
    for line in sys.stdin.buffer:
        print(json.dumps(verdict(*json.loads(line))), file=answers, flush=True)


def verdict(language: str, text: str) -> list[str | int]:
    """Return a word for what looking at a text gave, and what there is to say of it."""
    try:
        PARSERS[language](text)
    except InvalidError as error:
        return ["invalid", error.message, error.line]
    except RecursionError:
        return ["invalid", "nested too deeply", 1]
    except UnavailableError as error:
        return ["unavailable", str(error)]
    except MemoryError:
        return ["stuck", "its parser needed more memory than the limit"]
    except Exception as error:  # of a parser that has a bug: the block's author can do nothing else
        return ["stuck", f"its parser failed with {type(error).__name__}: {error}"]
    return ["valid"]
