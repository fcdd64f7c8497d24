"""Validate what machines are configured with: Dockerfile, HCL, Rego, and by their own check mode nginx and HAProxy."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from snippets_runner.languages.data import MISSING
from snippets_runner.languages.level import InvalidError, UnavailableError, Validator
from snippets_runner.services.locate import on_path

REGO = "import sys, regopy; regopy.Interpreter().add_module('block.rego', sys.stdin.read())"
"""A program that ends with an error if its standard input is no Rego module."""

CONFINED = """
import os, sys
sys.path.insert(0, sys.argv[1])
import landlock, sandbox
sandbox.without_network()
sandbox.drop_capabilities()
landlock.restrict(landlock.rules([sys.argv[2]]))
os.execv(sys.argv[3], sys.argv[3:])
"""
"""A program that becomes another one without a network and with one folder to write to, where the kernel can: what a
block names as a log or a cache is opened even when it is only checked."""

NUMBERS = re.compile(r"^\d{4}/\d\d/\d\d [\d:]+ (?=\[)|(?<=\]) +(?:\d+#\d+:|\(\d+\) :)")
"""The time and the process that nginx and HAProxy tell with each message, and that no two runs have in common."""
NOT_HERE = re.compile(
    r"could not resolve address|unable to stat SSL certificate"
    r"|Failed to initialize server|Error\(s\) found in configuration|Fatal errors found in configuration"
)
"""What HAProxy says of a host or certificate that is known where it runs, and in sum."""
GUARDS = Path(__file__).parents[1]
"""The folder of ``landlock`` and ``sandbox``."""
ELSEWHERE = re.compile(r"syntax is ok|cannot load certificate|SSL_CTX_load_verify_locations\(")
"""What nginx says only after it has read everything: from there on it looks for what is on the server, and not here."""
UNKNOWN_HOST = re.compile(r'host not found in (?:\w+ )?"([^":/]+)[^"]*".* in \S+:(\d+)')
"""What it says of a host that is known where the server runs."""


def dockerfile_text(text: str) -> None:
    """Validate a Dockerfile by the parser of Docker's own builder."""
    try:
        import dockerfile
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    try:
        commands = dockerfile.parse_string(text)
    except dockerfile.GoParseError as error:
        match = re.search(r"line (\d+)", str(error))
        raise InvalidError(str(error), int(match[1]) if match else 1) from error
    known = {name.lower() for name in dockerfile.all_cmds()}
    for command in commands:
        if command.cmd.lower() not in known:
            raise InvalidError(f"unknown instruction: {command.cmd}", command.start_line)


def hcl_text(text: str) -> None:
    """Validate HashiCorp's configuration language, as Terraform and OpenTofu read it."""
    try:
        import hcl2
        from lark.exceptions import UnexpectedInput
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    try:
        hcl2.loads(text)
    except UnexpectedInput as error:
        raise InvalidError(str(error).splitlines()[0], getattr(error, "line", 1)) from error


def rego_text(text: str) -> None:
    """Validate a Rego policy by rego-cpp, in a process of its own since it prints what it finds."""
    if importlib.util.find_spec("regopy") is None:
        raise UnavailableError(MISSING)
    module = text if re.search(r"(?m)^package ", text) else f"package block;{text}"
    done = subprocess.run(
        [sys.executable, "-c", REGO], input=module, capture_output=True, text=True, timeout=30, check=False
    )
    if done.returncode:
        match = re.search(r"Errors:\n(.*)\n-- block\.rego:(\d+)", done.stdout)
        raise InvalidError(match[1] if match else "not a Rego module", int(match[2]) if match else 1)


def nginx_text(text: str) -> None:
    """Validate a configuration of nginx by ``nginx -t``; a part of one is put where it belongs.

    Certificates, logs and hosts are those of the server that it is for, and need not be here.
    """
    http = "http" if re.search(r"(?m)^\s*http\s*\{", text) else ""
    inner = (
        ""
        if http or re.search(r"(?m)^\s*(?:server|upstream|map|proxy_cache_path|limit_req_zone)\b", text)
        else "server { listen unix:s; "
    )
    events = "" if re.search(r"(?m)^\s*events\s*\{", text) else "events {} "
    opening = f"pid nginx.pid; {events}" + ("" if http else "http { " + inner)
    closing = "" if http else (" } }" if inner else " }")
    lines = (opening + text.rstrip("\n") + closing).split("\n")
    while True:
        status, said = _confined("nginx", ["-t", "-p", ".", "-e", "stderr", "-c", "{file}"], "\n".join(lines))
        if not status or ELSEWHERE.search(said):
            return
        unknown = UNKNOWN_HOST.search(said)
        if unknown is None or not _is_put_in_place(lines, int(unknown[2]) - 1, unknown[1]):
            raise _refusal(said, r"in \S+:(\d+)")


def _is_put_in_place(lines: list[str], last: int, host: str) -> bool:
    """Put an address in place of a host in the directive that ends in a line; tell whether it stands there."""
    for number in range(last, -1, -1):
        changed = re.sub(rf"(?<![\w.-]){re.escape(host)}(?![\w.-])", "127.0.0.1", lines[number])
        if changed != lines[number]:
            lines[number] = changed
            return True
    return False


def haproxy_text(text: str) -> None:
    """Validate a configuration of HAProxy by ``haproxy -c``; it may be one without a listener.

    It reads on after a mistake, so what is only on the server that it is for can be told from what is wrong.
    """
    status, said = _confined("haproxy", ["-c", "-f", "{file}"], text)
    wrong = [each for each in said.splitlines() if "[ALERT]" in each and not NOT_HERE.search(each)]
    if status not in (0, 2) and (wrong or not NOT_HERE.search(said)):
        raise _refusal("\n".join(wrong) or said, r":(\d+)\]")


def shell_text(text: str) -> None:
    """Validate a shell script's syntax by ``bash -n``; nothing of it is run."""
    _program("bash", ["-n", "{file}"], text, r"line (\d+):", suffix=".conf")


def javascript_text(text: str) -> None:
    """Validate JavaScript's syntax by ``node --check``; nothing of it is run."""
    _program("node", ["--check", "{file}"], text, r":(\d+)$", suffix=".mjs")


def go_text(text: str) -> None:
    """Validate Go's syntax by ``gofmt -e``; a part of a file is taken as declarations or statements."""
    _program("gofmt", ["-e", "{file}"], text, r":(\d+):\d+:", suffix=".go")


def _program(name: str, words: Sequence[str], text: str, line: str, *, suffix: str) -> None:
    """Have a program check the syntax of a file with the text, and read from what it says the line where it gave up."""
    status, said = _outcome(
        _found(name), words, text, suffix=suffix, environment={**os.environ, "LC_ALL": "C"}
    )
    if status:
        raise _refusal(said, line)


def _confined(name: str, words: Sequence[str], text: str) -> tuple[int, str]:
    """Return the exit status of a server that was given a configuration to check, and what it said.

    It sees none of this process's variables, and is kept in a folder of its own where the kernel can.
    """
    guarded = [sys.executable, "-I", "-S", "-c", CONFINED, str(GUARDS), "{folder}", *_found(name)]
    environment = {"PATH": os.defpath, "HOME": "/nonexistent", "LC_ALL": "C"}
    return _outcome(guarded, words, text, suffix=".conf", environment=environment)


def _found(name: str) -> list[str]:
    """Return the path of a program, as the first word of a command."""
    found = on_path(name)
    if found is None:
        raise UnavailableError(f"install {name} and put it on PATH")
    return [str(found)]


def _outcome(
    program: Sequence[str], words: Sequence[str], text: str, *, suffix: str, environment: Mapping[str, str]
) -> tuple[int, str]:
    """Return the exit status of a program that was given a file with the text, and what it said."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"block{suffix}")
        file.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [word.replace("{file}", str(file)).replace("{folder}", folder) for word in (*program, *words)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env=environment,
        )
    return done.returncode, (done.stderr + done.stdout).replace(f"{folder}/", "")


def _refusal(said: str, line: str) -> InvalidError:
    """Return the error that a program told, at the line that a regular expression finds in it."""
    match = re.search(line, said, re.MULTILINE)
    return InvalidError(_first_line(said), int(match[1]) if match else 1)


def _first_line(said: str) -> str:
    lines = [each for each in said.splitlines() if each.strip()]
    telling = [each for each in lines if re.search(r"error|emerg|alert|unexpected", each, re.IGNORECASE)]
    return NUMBERS.sub("", (telling or lines or ["it does not say why"])[0])[:200]


VALIDATORS: Mapping[str, Validator] = {
    "dockerfile": dockerfile_text,
    "docker": dockerfile_text,
    "hcl": hcl_text,
    "terraform": hcl_text,
    "rego": rego_text,
    "nginx": nginx_text,
    "haproxy": haproxy_text,
    "bash": shell_text,
    "sh": shell_text,
    "shell": shell_text,
    "javascript": javascript_text,
    "js": javascript_text,
    "go": go_text,
}
