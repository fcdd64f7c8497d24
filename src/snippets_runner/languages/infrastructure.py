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
        status, said = _outcome("nginx", ["-t", "-p", ".", "-e", "stderr", "-c", "{file}"], "\n".join(lines))
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
    """Validate a configuration of HAProxy by ``haproxy -c``; it may be one without a listener."""
    _program("haproxy", ["-c", "-f", "{file}"], text, r":(\d+)\]", fine=(0, 2))


def shell_text(text: str) -> None:
    """Validate a shell script's syntax by ``bash -n``; nothing of it is run."""
    _program("bash", ["-n", "{file}"], text, r"line (\d+):")


def javascript_text(text: str) -> None:
    """Validate JavaScript's syntax by ``node --check``; nothing of it is run."""
    _program("node", ["--check", "{file}"], text, r":(\d+)$", suffix=".mjs")


def go_text(text: str) -> None:
    """Validate Go's syntax by ``gofmt -e``; a part of a file is taken as declarations or statements."""
    _program("gofmt", ["-e", "{file}"], text, r":(\d+):\d+:", suffix=".go")


def _program(
    name: str,
    words: Sequence[str],
    text: str,
    line: str,
    *,
    suffix: str = ".conf",
    fine: Sequence[int] = (0,),
) -> None:
    """Have a program check a file with the text, and read from what it says the line where it gave up."""
    status, said = _outcome(name, words, text, suffix=suffix)
    if status not in fine:
        raise _refusal(said, line)


def _outcome(name: str, words: Sequence[str], text: str, *, suffix: str = ".conf") -> tuple[int, str]:
    """Return the exit status of a program that was given a file with the text, and what it said.

    It has an environment and a folder of its own, where the kernel can keep it there.
    """
    found = on_path(name)
    if found is None:
        raise UnavailableError(f"install {name} and put it on PATH")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"block{suffix}")
        file.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [
                *(sys.executable, "-I", "-S", "-c", CONFINED, str(GUARDS), folder, str(found)),
                *(word.replace("{file}", str(file)) for word in words),
            ],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={"PATH": os.defpath, "HOME": folder, "TMPDIR": folder, "LC_ALL": "C"},
        )
    return done.returncode, (done.stderr + done.stdout).replace(f"{folder}/", "")


def _refusal(said: str, line: str) -> InvalidError:
    """Return the error that a program told, at the line that a regular expression finds in it."""
    match = re.search(line, said, re.MULTILINE)
    return InvalidError(_first_line(said), int(match[1]) if match else 1)


def _first_line(said: str) -> str:
    lines = [each for each in said.splitlines() if each.strip()]
    telling = [each for each in lines if re.search(r"error|emerg|alert|unexpected", each, re.IGNORECASE)]
    return (telling or lines or ["it does not say why"])[0][:200]


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
