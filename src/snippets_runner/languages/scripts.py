"""Validate the syntax of programs by what would run or format them; nothing of them is run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from snippets_runner.languages.level import InvalidError, UnavailableError, Validator
from snippets_runner.languages.outside import Answer, ask, found


def shell_text(text: str) -> None:
    """Validate a shell script's syntax by ``bash -n``."""
    answer = ask([found("bash"), "-n", "{file}"], text, suffix=".sh")
    if answer.status:
        raise _refusal(answer, r"line (?P<line>\d+): (?P<message>.*)")


def zsh_text(text: str) -> None:
    """Validate a script of zsh by ``bash -n``, and what Bash refuses by ``zsh -n``, which knows more."""
    try:
        shell_text(text)
    except InvalidError:
        answer = ask([found("zsh"), "-f", "-n", "{file}"], text, suffix=".zsh")
        if answer.status:
            raise _refusal(answer, r":(?P<line>\d+): (?P<message>.*)") from None


def javascript_text(text: str) -> None:
    """Validate JavaScript's syntax by ``node --check``, as a module or else as CommonJS."""
    node, refused = found("node"), list[Answer]()
    for suffix in (".mjs", ".cjs"):
        answer = ask([node, "--check", "{file}"], text, suffix=suffix)
        if not answer.status:
            return
        refused.append(answer)
    told = r"^\S+\.[mc]js:(?P<line>\d+)$(?:.*\n)*?^(?P<message>(?:\w+Error|Error)\b.*)$"
    raise _refusal(refused[0], told)


def go_text(text: str) -> None:
    """Validate Go's syntax by ``gofmt -e``; a part of a file is taken as declarations or statements."""
    answer = ask([found("gofmt"), "-e"], text, suffix=".go")  # it takes parts from its standard input only
    if answer.status:
        raise _refusal(answer, r"<standard input>:(?P<line>\d+):\d+: (?P<message>.*)")


def _refusal(answer: Answer, told: str) -> InvalidError:
    """Return the error of a program, as a regular expression finds it in what it said."""
    match = re.search(told, answer.said, re.MULTILINE)
    if match is None:
        lines = [
            each for each in answer.said.splitlines() if each.strip() and not each.startswith("Node.js v")
        ]
        last = lines[-1] if lines else ""
        raise UnavailableError(f"it could not be checked: {last[:200] or f'exit status {answer.status}'}")
    return InvalidError(match["message"][:200] or "it does not say why", int(match["line"]))


VALIDATORS: Mapping[str, Validator] = {
    "bash": shell_text,
    "zsh": zsh_text,
    "javascript": javascript_text,
    "go": go_text,
}
