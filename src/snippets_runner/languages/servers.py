"""Validate configurations of nginx and HAProxy by the check modes of the servers themselves.

What is only on the machine that a configuration is for need not be here: certificates, logs, hosts, users, and the files
that it includes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from snippets_runner.languages.level import InvalidError, UnavailableError, Validator
from snippets_runner.languages.outside import ask, found

NUMBERS = re.compile(r"^\d{4}/\d\d/\d\d [\d:]+ (?=\[)|(?<=\]) +(?:\d+#\d+:|\(\d+\) :)")
"""The time and the process that nginx and HAProxy tell with each message, and that no two runs have in common."""


class _Context(NamedTuple):
    """Where in a configuration of nginx a part of one belongs: what is put before it, and behind."""

    before: str
    behind: str


MAIN, HTTP = _Context("", ""), _Context("http { ", " }")
SERVER = _Context("http { server { listen unix:s; ", " } }")
LOCATION = _Context("http { server { listen unix:s; location / { ", " } } }")
_NOT_THERE = re.compile(r'"\w+" directive is not allowed here')
READ_ON = re.compile(r"syntax is ok|cannot load certificate|SSL_CTX_load_verify_locations\(")
"""What nginx says only after it has read everything: from there on it looks for what is on the server, and not here."""
UNKNOWN_HOST = re.compile(r'host not found in (?:\w+ )?"([^":/]+)[^"]*".* in \S+:(\d+)')
"""What it says of a host that is known where the server runs."""
ELSEWHERE = (
    (re.compile(r'open\(\) "[^"]*" failed \(2: .* in block\.conf:(\d+)'), "include|ssl_password_file"),
    (re.compile(r'get(?:pw|gr)nam\("[^"]*"\) failed in block\.conf:(\d+)'), "user"),
    (re.compile(r'dlopen\(\) "[^"]*" failed .* in block\.conf:(\d+)'), "load_module"),
)
"""What it says of a file, a user or a module that is where the server runs, and the directive that names it."""
MODULES = re.compile(r'unknown directive "(stream|mail)"')

NOT_HERE = re.compile(
    r"could not resolve address|unable to stat SSL certificate|(?:cannot|couldn't|failed to) (?:open|load)\b"
    r"|error opening file|unable to load\b|cannot find (?:user|group) id"
    r"|Failed to initialize server|Error\(s\) found in configuration|Fatal errors found in configuration",
    re.IGNORECASE,
)
"""What HAProxy says of a host, a file or a user that is known where it runs, and in sum."""


def nginx_text(text: str) -> None:
    """Validate a configuration of nginx by ``nginx -t``; a part of one is put where it belongs."""
    first: InvalidError | None = None
    for context in _contexts(text):
        try:
            return _nginx(text, context)
        except InvalidError as error:
            first = first or error
            if not _NOT_THERE.search(error.message):
                break
    assert first
    raise first


def _contexts(text: str) -> list[_Context]:
    """Return where a text may belong, the likeliest first."""
    if re.search(r"(?m)^\s*(?:http|events|stream|mail)\s*\{", text):
        return [MAIN]
    if re.search(r"(?m)^\s*(?:server|upstream|map|proxy_cache_path|limit_req_zone)\b", text):
        return [HTTP, MAIN, SERVER]
    return [SERVER, LOCATION, HTTP, MAIN]


def _nginx(text: str, context: _Context) -> None:
    events = "" if re.search(r"(?m)^\s*events\s*\{", text) else " events {}"
    pid = "" if re.search(r"(?m)^\s*pid\s", text) else " pid nginx.pid;"
    lines = (context.before + text.rstrip("\n") + context.behind + "\n").split("\n")
    lines[-1] = events + pid
    without: list[str] = []
    while True:
        answer = ask(
            [found("nginx"), "-t", "-p", ".", "-e", "stderr", "-c", "{file}"],
            "\n".join(lines),
            suffix=".conf",
        )
        if not answer.status or READ_ON.search(answer.said):
            return
        if not _is_put_aside(lines, answer.said, without):
            break
    if missing := MODULES.search(answer.said):
        raise UnavailableError(f"install nginx's module for `{missing[1]}`")
    if "load_module" in without and "unknown directive" in answer.said:
        raise UnavailableError("install the modules of nginx that it loads")
    raise _refusal(answer.said, r"in \S+:(\d+)")


def _is_put_aside(lines: list[str], said: str, without: list[str]) -> bool:
    """Put aside what nginx misses here and would have on its server; tell whether there was such a thing."""
    if (unknown := UNKNOWN_HOST.search(said)) and int(unknown[2]) <= len(lines):
        host = rf"(?<![\w.-]){re.escape(unknown[1])}(?![\w.-])"
        return _is_replaced(lines, int(unknown[2]) - 1, host, "127.0.0.1")
    for pattern, directives in ELSEWHERE:
        if missing := pattern.search(said):
            without += directives.split("|")
            return _is_replaced(lines, int(missing[1]) - 1, rf"(?<![\w-])(?:{directives})\s[^;]*;", "")
    return False


def _is_replaced(lines: list[str], last: int, pattern: str, new: str) -> bool:
    """Put something else in place of what stands in the directive that ends in a line; tell whether it stands there."""
    for number in range(last, -1, -1):
        changed = re.sub(pattern, new, lines[number], count=1)
        if changed != lines[number]:
            lines[number] = changed
            return True
    return False


def haproxy_text(text: str) -> None:
    """Validate a configuration of HAProxy by ``haproxy -c``; it may be one without a listener.

    It reads on after a mistake, so what is only on the server that it is for can be told from what is wrong.
    """
    answer = ask([found("haproxy"), "-c", "-f", "{file}"], text, suffix=".conf")
    wrong = [each for each in answer.said.splitlines() if "[ALERT]" in each and not NOT_HERE.search(each)]
    if answer.status not in (0, 2) and (wrong or not NOT_HERE.search(answer.said)):
        raise _refusal("\n".join(wrong) or answer.said, r":(\d+)\]")


def _refusal(said: str, line: str) -> InvalidError:
    """Return the error that a server told, at the line that a regular expression finds in it."""
    lines = [each for each in said.splitlines() if each.strip()]
    telling = [each for each in lines if re.search(r"emerg|alert", each, re.IGNORECASE)]
    match = re.search(line, said, re.MULTILINE)
    message = NUMBERS.sub("", (telling or lines or ["it does not say why"])[0])[:200]
    return InvalidError(message, int(match[1]) if match else 1)


VALIDATORS: Mapping[str, Validator] = {"nginx": nginx_text, "haproxy": haproxy_text}
