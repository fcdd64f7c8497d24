"""How strongly a block can be held to account, and what checking one gave."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

MISSING = "pip install 'snippets-runner[languages]'"
"""The hint for every parser that is an optional dependency."""


class Level(Enum):
    """How strongly a block is held to account."""

    RUN = "run"
    VALIDATED = "validated"
    SHOWN = "shown"


class InvalidError(Exception):
    """The text is not of its language; with the line (from 1) of the text where the parser gave up."""

    def __init__(self, message: str, line: int = 1) -> None:
        """Keep the parser's message, on one line, and the line."""
        self.message, self.line = " ".join(message.split()), max(line, 1)
        super().__init__(self.message)


class UnavailableError(Exception):
    """What would check the text is not on this machine; says what to install."""


class StuckError(Exception):
    """What checks the text did not end in time, and was ended; says what it was, and what it had said until then."""

    def __init__(self, message: str, said: str = "") -> None:
        """Keep the message, and the standard output of the program up to its end."""
        self.said = said
        super().__init__(message)


Validator: TypeAlias = Callable[[str], None]
"""Returns if the text is of its language; raises ``InvalidError``, ``UnavailableError`` or ``StuckError``."""
