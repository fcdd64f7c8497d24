"""Validate what travels between programs, and what browsers read: HTTP, GraphQL, Protobuf, HTML, CSS."""

from __future__ import annotations

import importlib.resources
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from snippets_runner.languages.level import MISSING, InvalidError, UnavailableError, Validator
from snippets_runner.languages.outside import run

_SEPARATOR = re.compile(r"\n(?:\n|#{3}[^\n]*\n)+(?=(?:[A-Z]+ \S+ HTTP/|HTTP/)\d)")
"""Between two messages of one block: an empty line, or a ``###`` line, before a start line."""

_ELSEWHERE = re.compile(r"File not found|was not found or had errors|is not defined")
"""What `protoc` says of a file that a block imports and that is not here, and of what it would define."""


def http_text(text: str) -> None:
    """Validate requests and responses as HTTP/1.1 messages (RFC 9112), one after another, by ``h11``.

    A status line of a later version, as tools print it, is read as one of 1.1. The content is as it is: its length
    need not be that of ``Content-Length``, since a page may shorten it.
    """
    try:
        import h11
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    line = 1
    for message in _SEPARATOR.split(text.strip("\n")):
        head = re.sub(
            r"(?m)^(HTTP/)[23](?:\.0)?(?= )", r"\g<1>1.1", message.split("\n\n", 1)[0].rstrip("\n"), count=1
        )
        head = re.sub(r"(?m)( HTTP/)[23](?:\.0)?$", r"\g<1>1.1", head, count=1)
        is_response = head.startswith("HTTP/")
        connection = h11.Connection(h11.CLIENT if is_response else h11.SERVER)
        if is_response:
            connection.send(h11.Request(method="GET", target="/", headers=[("host", "localhost")]))
            connection.send(h11.EndOfMessage())
        if not is_response and not re.search(r"(?im)^host:", head):
            head += "\nHost: localhost"
        try:
            connection.receive_data(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
            if connection.next_event() is h11.NEED_DATA:
                raise InvalidError("the header section does not end", line)
        except h11.RemoteProtocolError as error:
            raise InvalidError(str(error), line) from error
        line += message.count("\n") + 2


def graphql_text(text: str) -> None:
    """Validate the syntax of a GraphQL document: operations, or a schema in its definition language."""
    try:
        from graphql import GraphQLSyntaxError, parse
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    try:
        parse(text)
    except GraphQLSyntaxError as error:
        raise InvalidError(error.message, error.locations[0].line if error.locations else 1) from error


def protobuf_text(text: str) -> None:
    """Validate a ``.proto`` file by ``protoc`` itself."""
    try:
        from grpc_tools import protoc
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "block.proto")
        file.write_text(
            text if "syntax" in text or "edition" in text else f'syntax = "proto3";{text}', encoding="utf-8"
        )
        known = importlib.resources.files("grpc_tools").joinpath("_proto")
        words = [f"-I{folder}", f"-I{known}", f"--descriptor_set_out={folder}/out", str(file)]
        path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        done = run([sys.executable, "-m", protoc.__name__, *words], folder=folder, variables=path)
    if done.status:
        missing = "File not found" in done.err
        rows = [row for row in done.err.splitlines() if not (missing and _ELSEWHERE.search(row))]
        if not rows:
            raise UnavailableError("its imports are not here, so what they define is not known")
        match = re.search(r"block\.proto:(\d+):\d+: (.*)", "\n".join(rows))
        raise InvalidError(match[2] if match else rows[0][-200:], int(match[1]) if match else 1)


def html_text(text: str) -> None:
    """Validate HTML by the parsing rules of the WHATWG standard: a document, or a part of one."""
    try:
        import html5lib
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    parser = html5lib.HTMLParser()
    whole = re.match(r"\s*<!doctype|\s*<html", text, re.IGNORECASE)
    parser.parse(text) if whole else parser.parseFragment(text)
    for (line, _), code, values in parser.errors:
        if code != "expected-doctype-but-got-start-tag":
            raise InvalidError(html5lib.constants.E[code] % values, line)


def css_text(text: str) -> None:
    """Validate a style sheet, or a list of declarations, by CSS's own syntax."""
    try:
        import tinycss2
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    if "{" not in text:
        rules = tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True)
    for rule in rules:
        if rule.type == "error":
            raise InvalidError(rule.message, rule.source_line)
        if rule.type == "qualified-rule":
            for part in tinycss2.parse_blocks_contents(rule.content):
                if part.type == "error":
                    raise InvalidError(part.message, part.source_line)
    values = tinycss2.parse_component_value_list(text)
    for part in _broken(values):
        raise InvalidError(part.message, part.source_line)
    for bracket in "})]":  # what is never closed, CSS closes at the end without a word
        if tinycss2.serialize(values).count(bracket) > text.count(bracket):
            raise InvalidError(f"a bracket is never closed by `{bracket}`", text.rstrip().count("\n") + 1)


def _broken(values: Iterable[Any]) -> Iterator[Any]:
    """Yield what is no value of CSS, at any depth: a text or an address that ends with the line, a bracket too many."""
    for value in values:
        if value.type == "error":
            yield value
        for inside in ("content", "arguments"):
            yield from _broken(getattr(value, inside, None) or ())


PARSERS: Mapping[str, Validator] = {
    "http": http_text,
    "graphql": graphql_text,
    "html": html_text,
    "css": css_text,
}
VALIDATORS: Mapping[str, Validator] = {**PARSERS, "protobuf": protobuf_text}
