"""Validate what machines are configured with: Dockerfile, HCL, Rego."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Mapping

from snippets_runner.languages.level import MISSING, InvalidError, UnavailableError, Validator
from snippets_runner.languages.outside import run

REGO = "import sys, regopy; regopy.Interpreter().add_module('block.rego', sys.stdin.read())"
"""A program that ends with an error if its standard input is no Rego module."""


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
    """Validate the syntax of HashiCorp's configuration language, which Terraform and OpenTofu read, by `python-hcl2`."""
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
    """Validate a Rego policy by rego-cpp.

    It prints what it finds, so it gets a process of its own.
    """
    if importlib.util.find_spec("regopy") is None:
        raise UnavailableError(MISSING)
    module = text if re.search(r"(?m)^package ", text) else f"package block;{text}"
    path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with tempfile.TemporaryDirectory() as folder:
        done = run([sys.executable, "-c", REGO], folder=folder, given=module, variables=path)
    if done.status:
        match = re.search(r"Errors:\n(.*)\n-- block\.rego:(\d+)", done.out)
        raise InvalidError(match[1] if match else "not a Rego module", int(match[2]) if match else 1)


PARSERS: Mapping[str, Validator] = {"dockerfile": dockerfile_text, "hcl": hcl_text}
VALIDATORS: Mapping[str, Validator] = {**PARSERS, "rego": rego_text}
