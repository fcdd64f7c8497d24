"""Every language that is held to account accepts what is right and names the line of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from snippets_runner import landlock
from snippets_runner.config import read_config
from snippets_runner.discover import discover
from snippets_runner.finding import Code
from snippets_runner.languages.level import InvalidError, Level, UnavailableError
from snippets_runner.languages.table import VALIDATORS
from snippets_runner.services.locate import on_path

OPENAPI = '{"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}}'
SCHEMA = '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}'

RIGHT = {
    "json": ['{"a": [1, null]}', OPENAPI, SCHEMA],
    "jsonl": ['{"a": 1}\n{"a": 2}'],
    "yaml": ["a: !custom {b: 1}\nc: !!python/name:os.getcwd", "a: 1\n---\nb: 2", "- &x 1\n- *x"],
    "toml": ["[a]\nb = 1979-05-27"],
    "xml": ["<a b='c'><d/></a>"],
    "ini": ["[a]\nb = 1\nc"],
    "csv": ['a,b\n"1,5",2'],
    "http": [
        "GET /orders/7?x=1 HTTP/1.1\nHost: shop.example",
        'HTTP/1.1 304 Not Modified\nETag: "x"',
        "HTTP/2 200\ncontent-type: application/json\n\n{}",
        'GET / HTTP/1.1\nHost: a.example\n\nHTTP/1.1 200 OK\nContent-Length: 47\n\n{"short": true}',
    ],
    "graphql": ["query Q($id: ID!) { order(id: $id) { total } }", "type Order { id: ID! total: Int }"],
    "proto": ['syntax = "proto3";\nmessage Order { string id = 1; }', "message Order { string id = 1; }"],
    "html": ["<p>one</p>", '<!doctype html>\n<html lang="en"><head><title>x</title></head><body></body></html>'],
    "css": ["a:hover { color: red; --x: 1 }", "color: red; margin: 0"],
    "dockerfile": ["FROM python:3.13\nRUN pip install x\nCMD [\"x\"]"],
    "hcl": ['resource "x" "y" {\n  count = 2\n}'],
    "rego": ["package shop\n\nallow if input.user == \"ada\""],
    "nginx": [
        "server { listen 8080; location / { proxy_pass http://127.0.0.1:9000; } }",
        "location /x { return 204; }",
        "events {}\nhttp { server { listen 127.0.0.1:8080; } }",
    ],
    "haproxy": ["defaults\n  mode http\n  timeout client 1s\n  timeout server 1s\n  timeout connect 1s\nbackend b\n  server s 127.0.0.1:80"],
    "bash": ["if true; then echo one; fi"],
    "js": ["export const a = async () => { await 1 }"],
    "go": ["package main\n\nfunc main() {}"],
}  # fmt: skip
WRONG = {
    "json": [('{\n"a":\n}', 3), ('{"openapi": "3.1.0", "info": {"title": "x"}, "paths": {}}', 1), (SCHEMA.replace("string", "strin"), 1)],
    "jsonl": [('{"a": 1}\n{"a": }', 2)],
    "yaml": [("a: 1\nb: c: d", 2), ("- *nowhere", 1)],
    "toml": [("a = 1\na = 2", 2)],
    "xml": [("<a>\n<b></a>", 2)],
    "ini": [("b = 1", 1)],
    "csv": [("a,b\n1", 2)],
    "http": [("HTTP/1.1 200 OK\nno colon", 1), ("GET /x", 1), ("GET / HTTP/1.1\nHost: a\n\nHTTP/1.1 999999 Odd", 4)],
    "graphql": [("query {\n  a(\n}", 3)],
    "proto": [('syntax = "proto3";\nmessage A { string b = ; }', 2)],
    "html": [("<p>one</div>", 1)],
    "css": [("a { color red }", 1)],
    "dockerfile": [("FROM x\nRNU y", 2)],
    "hcl": [('resource "x" "y" {\n  count = \n}', 2)],
    "rego": [("package shop\n\nallow if {", 3)],
    "nginx": [("server {\n  lisen 80;\n}", 2)],
    "haproxy": [("frontend a\n  bnd :80", 2)],
    "bash": [("if true\nthen echo", 3)],
    "js": [("const = 1", 1)],
    "go": [("package main\n\nfunc {", 3)],
}  # fmt: skip
PROGRAMS = {"nginx": "nginx", "haproxy": "haproxy", "bash": "bash", "js": "node", "go": "gofmt"}


def test_the_table_has_an_example_for_each_validator() -> None:
    aliases = {"ndjson", "yml", "svg", "protobuf", "docker", "terraform", "sh", "shell", "javascript"}
    assert RIGHT.keys() == WRONG.keys() == VALIDATORS.keys() - aliases


@pytest.mark.parametrize(
    ("language", "text"), [(name, text) for name, texts in RIGHT.items() for text in texts]
)
def test_what_is_right_is_accepted(language: str, text: str) -> None:
    need(language)
    VALIDATORS[language](text + "\n")


@pytest.mark.parametrize(
    ("language", "text", "line"), [(name, *each) for name, all_ in WRONG.items() for each in all_]
)
def test_what_is_wrong_is_refused_with_its_line(language: str, text: str, line: int) -> None:
    need(language)
    with pytest.raises(InvalidError) as refused:
        VALIDATORS[language](text + "\n")
    assert abs(refused.value.line - line) <= 1, refused.value.message
    assert refused.value.message
    assert "\n" not in refused.value.message


TLS = """
server {
  listen 443 ssl;
  server_name shop.example;
  ssl_certificate /etc/letsencrypt/live/shop.example/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/shop.example/privkey.pem;
  location / { proxy_pass http://orders.internal:8000; }
}
"""


def test_nginx_needs_neither_the_certificates_nor_the_hosts_of_the_server() -> None:
    need("nginx")
    VALIDATORS["nginx"](TLS)
    VALIDATORS["nginx"]("upstream app {\n  server app-1:80;\n  server app-2:80;\n}\n")


def test_a_mistake_after_a_host_that_is_not_here_is_found() -> None:
    need("nginx")
    with pytest.raises(InvalidError) as refused:
        VALIDATORS["nginx"](TLS.strip().replace("; }", ";\n  prxy_buffering off; }"))
    assert refused.value.line == 7


HAPROXY = """
defaults
  mode http
  timeout client 1s
  timeout server 1s
  timeout connect 1s
frontend f
  bind :443 ssl crt /etc/haproxy/shop.pem
  default_backend b
backend b
  server s orders.internal:8000
"""


def test_haproxy_needs_neither_the_certificates_nor_the_hosts_of_the_server() -> None:
    need("haproxy")
    VALIDATORS["haproxy"](HAPROXY)
    with pytest.raises(InvalidError, match="unknown keyword 'srver'") as refused:
        VALIDATORS["haproxy"](HAPROXY.strip() + "\n  srver t orders.internal:8000\n")
    assert refused.value.line == 11


@pytest.mark.parametrize("language", ["nginx", "haproxy"])
def test_a_refusal_is_worded_the_same_each_time(language: str) -> None:
    need(language)
    said = set()
    for _ in range(2):
        with pytest.raises(InvalidError) as refused:
            VALIDATORS[language](WRONG[language][0][0] + "\n")
        said.add(refused.value.message)
    assert len(said) == 1


def test_what_is_checked_opens_no_file_of_this_machine(tmp_path: Path) -> None:
    need("nginx")
    if landlock.version() < 1:
        pytest.skip("this kernel has no Landlock")
    VALIDATORS["nginx"](
        f"proxy_cache_path {tmp_path}/cache keys_zone=a:1m;\n"
        f"server {{\n  listen 8080;\n  access_log {tmp_path}/access.log;\n  error_log {tmp_path}/error.log;\n}}\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_what_is_checked_sees_no_variable_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    need("haproxy")
    monkeypatch.setenv("SECRET_MODE", "no mode")
    checked = RIGHT["haproxy"][0].replace("mode http", 'mode "${SECRET_MODE-http}"')
    VALIDATORS["haproxy"](checked + "\n")


def need(language: str) -> None:
    if language in PROGRAMS and on_path(PROGRAMS[language]) is None:
        pytest.skip(f"{PROGRAMS[language]} is not on this machine")


@pytest.mark.skipif(on_path("gofmt") is not None, reason="gofmt is on this machine")
def test_a_missing_program_is_said() -> None:
    with pytest.raises(UnavailableError, match="install gofmt"):
        VALIDATORS["go"]("package main\n")


def project(
    root: Path, page: str, settings: dict[str, object] | None = None
) -> tuple[list[str], dict[Level, int]]:
    """Discover a project of one page; return its findings and the blocks by level."""
    (root / "docs").mkdir()
    (root / "docs" / "page.md").write_text(page, encoding="utf-8")
    found = discover(read_config(root, settings or {}, where="test"))
    return [f"{each.where}: {each.code.value}: {each.message}" for each in found.findings], dict(found.levels)


@pytest.mark.skipif(on_path("node") is None, reason="node is not on this machine")
def test_mermaid_is_validated_by_mermaid_itself(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "docs/assets/vendor/mermaid/mermaid.min.js"
    good = 'flowchart TD\n  accTitle: x\n  accDescr: y\n  A["a<br/>b"] --> B{c}\n'
    bad = "sequenceDiagram\n  A->>B: hello\n  A->B\n"
    page = f"# Page\n\n```mermaid\n{good}```\n\n```mermaid\n{bad}```\n"
    findings, levels = project(tmp_path, page, {"mermaid": str(script)})
    assert [each.split(": ")[:2] for each in findings] == [["docs/page.md:13:1", "invalid-block"]]
    assert levels[Level.VALIDATED] == 2


def test_mermaid_without_its_script_is_only_shown_and_said(tmp_path: Path) -> None:
    findings, levels = project(tmp_path, "```mermaid\nflowchart TD\n  A --> B\n```\n")
    assert [each.split(": ")[1] for each in findings] == [Code.MISSING_DEPENDENCY.value]
    assert levels[Level.SHOWN] == 1


def test_an_unknown_language_is_a_finding_unless_a_reason_is_given(tmp_path: Path) -> None:
    findings, _ = project(tmp_path, "```jsno\n{}\n```\n")
    assert findings == ["docs/page.md:1:1: unknown-language: nothing here checks blocks in `jsno`"]
    findings, levels = project(
        tmp_path / "b" if (tmp_path / "b").mkdir() is None else tmp_path,
        "```cobol\nx\n```\n",
        {"shown": {"cobol": "no parser"}},
    )
    assert findings == []
    assert levels[Level.SHOWN] == 1


def test_an_included_file_of_another_language_is_validated_too(tmp_path: Path) -> None:
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets" / "app.toml").write_text("a = \n", encoding="utf-8")
    findings, _ = project(tmp_path, '```toml\n--8<-- "app.toml"\n```\n')
    assert [each.split(": ")[1] for each in findings] == ["invalid-block"]
