"""Every language that is held to account accepts what is right and names the line of what is wrong."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from snippets_runner import landlock
from snippets_runner.config import read_config
from snippets_runner.discover import discover
from snippets_runner.finding import Code
from snippets_runner.languages import mermaid, outside
from snippets_runner.languages.aliases import NAMES
from snippets_runner.languages.level import InvalidError, Level, UnavailableError
from snippets_runner.languages.programs import BY_LANGUAGE
from snippets_runner.languages.table import SHOWN, VALIDATORS
from snippets_runner.services.locate import on_path

OPENAPI = '{"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}}'
SCHEMA = '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}'

PATHS = "openapi: 3.0.3\ninfo: {title: x, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n        200: {description: x}"

RIGHT = {
    "json": ['{"a": [{"a": 1}, {"a": null}], "b:": "a:"}', OPENAPI, SCHEMA, '{"openapi": "https://shop.example/openapi.json"}'],
    "jsonc": ['{\n  // why\n  "a": "//x", /* b */ "b": [1, 2,],\n}'],
    "jsonl": ['{"a": 1}\n{"a": 2}'],
    "jsonschema": ['{"type": "string"}', "true", "type: string"],
    "openapi": [OPENAPI, PATHS, "openapi: 3.1.0\ninfo: {title: x, version: 2024-01-01}\nwebhooks: {}", "swagger: '2.0'\ninfo: {title: x, version: '1'}\npaths: {}"],
    "yaml": ["- &b {<<: &a {x: 1}, x: 2}\n- {<<: *b, x: 3}", "? [a]\n: 1", "day: 2024-13-45","a: !custom {b: 1}\nc: !!python/name:os.getcwd", "a: 1\n---\nb: 2", "- &x 1\n- *x"],
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
    "protobuf": ['syntax = "proto3";\nmessage Order { string id = 1; }', "message Order { string id = 1; }"],
    "html": ["<p>one</p>", '<!doctype html>\n<html lang="en"><head><title>x</title></head><body></body></html>'],
    "css": ["a:hover { color: red; --x: 1 }", "color: red; margin: 0"],
    "dockerfile": ["FROM python:3.13\nRUN pip install x\nCMD [\"x\"]"],
    "hcl": ['resource "x" "y" {\n  count = 2\n}'],
    "rego": ["package shop\n\nallow if input.user == \"ada\""],
    "nginx": [
        "server { listen 8080; location / { proxy_pass http://127.0.0.1:9000; } }",
        "location /x { return 204; }",
        "events {}\nhttp { server { listen 127.0.0.1:8080; } }",
        "user nobody-here;\npid /run/nginx.pid;\nevents { worker_connections 9; }\nhttp {\n  include not-here.types;\n}",
        "proxy_pass http://127.0.0.1:9000;\nproxy_cache off;",
        "worker_processes auto;",
        "location / {\n  include\tfastcgi_params; include /not/here.conf;\n  fastcgi_pass unix:/run/x.sock;\n}",
    ],
    "haproxy": ["defaults\n  mode http\n  timeout client 1s\n  timeout server 1s\n  timeout connect 1s\nbackend b\n  server s 127.0.0.1:80",
        "global\n  user nobody-here\ndefaults\n  mode http\n  errorfile 503 /not/here.http\nbackend b\n  acl a src -f /not/here.lst\n  server s 127.0.0.1:80"],
    "bash": ["if true; then echo one; fi"],
    "javascript": ["export const a = async () => { await 1 }", "with (a) { b }", "const a = require('a')\nreturn a"],
    "go": ["package main\n\nfunc main() {}", "x := 1\nfmt.Println(x)"],
    "zsh": ["autoload -Uz compinit && compinit"],
}  # fmt: skip
WRONG = {
    "json": [('{\n"a":\n}', 3), ('{"openapi": "3.1.0", "info": {"title": "x"}, "paths": {}}', 1), (SCHEMA.replace("string", "strin"), 1), ('{"a": 1,\n "b": {"a": 1,\n "\\u0061": 2}}', 3), ('{"a": NaN}', 1), ('{"openapi": "3.1.0", "info": {"title": "x", "version": "1"}}', 1), (SCHEMA.replace("2020-12", "9999-99"), 1)],
    "jsonc": [('{"a": 1} /* never closed', 1), ('"' + '\\"' * 50_000, 1), ('{"a": 1 // why\n "b": 2}', 2)],
    "jsonschema": [('{"$schema": 1}', 1), ('{"type": "strin"}', 1), ("[1]", 1), ("type: [", 1)],
    "openapi": [("openapi: 3.1.0\ninfo: &i {title: x, version: '1', contact: *i}\npaths: {}", 1), ("a: 1", 1), ("- a", 1), ("openapi: 3.1.0\ninfo: {title: x, version: '1'}", 1), ("openapi: 3.1\npaths: {}", 1), ("openapi: 9.0.0\npaths: {}", 1), (PATHS.replace("{description: x}", "{$ref: '#/components/not/here'}"), 1)],
    "jsonl": [('{"a": 1}\n{"a": }', 2), ('{"a": 1}\n{"a": 1, "a": 2}', 2)],
    "yaml": [("a: 1\nb: 2\na: 3", 3), ("a:\n  <<: {b: 1}\n  <<: {c: 1}", 3), ("openapi: 3.1.0\ninfo: {title: x, version: '1'}", 1),("a: 1\nb: c: d", 2), ("- *nowhere", 1)],
    "toml": [("a = 1\na = 2", 2)],
    "xml": [("<a>\n<b></a>", 2)],
    "ini": [("b = 1", 1)],
    "csv": [("a,b\n1", 2)],
    "http": [("HTTP/1.1 200 OK\nno colon", 1), ("GET /x", 1), ("GET / HTTP/1.1\nHost: a\n\nHTTP/1.1 999999 Odd", 4)],
    "graphql": [("query {\n  a(\n}", 3)],
    "protobuf": [('syntax = "proto3";\nmessage A { string b = ; }', 2), ('import "not/here.proto";\nmessage A { string b = ; }', 2), ("message A { b.C d = 1; }", 1)],
    "html": [("<p>one</div>", 1)],
    "css": [("a { color red }", 1), ("a {\n  color: red;\n", 2), ("a { b: c(1 }", 1), ("a {\n  b: 'c\n}", 2), ("((((", 1), ("a { b: url(x y) }", 1)],
    "dockerfile": [("FROM x\nRNU y", 2)],
    "hcl": [('resource "x" "y" {\n  count = \n}', 2)],
    "rego": [("package shop\n\nallow if {", 3)],
    "nginx": [("server {\n  lisen 80;\n}", 2)],
    "haproxy": [("frontend a\n  bnd :80", 2)],
    "bash": [("if true\nthen echo", 3)],
    "zsh": [],
    "javascript": [("const = 1", 1), ("\nconst error = ;", 2), ("`abc", 1)],
    "go": [("package main\n\nfunc {", 3)],
}  # fmt: skip
PROGRAMS = {
    "nginx": "nginx",
    "haproxy": "haproxy",
    "bash": "bash",
    "zsh": "bash",
    "javascript": "node",
    "go": "gofmt",
}


def test_the_table_has_an_example_for_each_validator() -> None:
    assert RIGHT.keys() == WRONG.keys() == VALIDATORS.keys()


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
    assert refused.value.message.strip()
    assert "\n" not in refused.value.message


def test_a_refusal_of_a_program_says_why_and_does_not_quote() -> None:
    need("javascript")
    with pytest.raises(InvalidError, match=r"^SyntaxError: Unexpected token ';'$"):
        VALIDATORS["javascript"]("const error = ;\n")


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


STUCK = {"bash": "bash", "node": "javascript", "gofmt": "go", "nginx": "nginx", "haproxy": "haproxy"}


def stand_in(folder: Path, name: str, script: str) -> None:
    """Put a program of that name into a folder."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("name", STUCK)
def test_a_program_that_comes_to_no_end_is_ended_and_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", name, "sleep 600 & sleep 600")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(outside, "SECONDS", 0.5)
    findings, levels = project(tmp_path, f"# A\n\n```{STUCK[name]}\nx\n```\n\n```json\n{{\n```\n")
    language = STUCK[name]
    assert findings[0] == (
        f"docs/page.md:3:1: timeout: `{language}` could not be checked: {name} had come to no end after 0.5 s"
    )
    assert [each.split(": ")[1] for each in findings] == ["timeout", "invalid-block"]
    assert levels[Level.SHOWN] == 1


@pytest.mark.parametrize("name", STUCK)
def test_a_program_that_checks_sees_no_variable_of_this_process(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "block.conf:1 block.mjs:1\\n[emerg] line 1: %s in x:1\\n<standard input>:1:1: %s\\nError: %s\\n"
    seen = '"${SECRET-nothing}"'
    stand_in(tmp_path / "bin", name, f"printf '{said}' {seen} {seen} {seen}; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("SECRET", "told")
    with pytest.raises((InvalidError, UnavailableError), match="nothing") as refused:
        VALIDATORS[STUCK[name]]("x\n")
    assert "told" not in str(refused.value)


def test_what_a_block_imports_from_elsewhere_keeps_it_from_being_checked() -> None:
    with pytest.raises(UnavailableError, match="its imports are not here"):
        VALIDATORS["protobuf"]('import "not/here.proto";\nmessage A { not_here.B b = 1; }\n')


def test_openapi_has_no_other_document_fetched(tmp_path: Path) -> None:
    """A page must not have whoever checks it read a file, or call a server."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"description": "x"}')

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "x.json").write_text(
        "{}", encoding="utf-8"
    )  # no response, so it would be refused if it was read
    for address in (
        f"http://127.0.0.1:{server.server_port}/x.json",
        f"file://{tmp_path}/x.json",
        "x.json#/a",
    ):
        VALIDATORS["openapi"](PATHS.replace("{description: x}", f"{{$ref: '{address}'}}"))
    server.shutdown()
    server.server_close()
    assert asked == []


@pytest.mark.parametrize(("language", "names"), NAMES.items())
def test_a_language_is_held_to_account_by_any_of_its_names(
    language: str, names: tuple[str, ...], tmp_path: Path
) -> None:
    assert language in {*VALIDATORS, *SHOWN, *BY_LANGUAGE, "python", "pycon", "mermaid"}
    assert not {*names} & {*VALIDATORS, *SHOWN, *BY_LANGUAGE}
    page = "".join(f"```{name}\n```\n\n" for name in names)
    findings, _ = project(tmp_path, page, {"inline": "ignore"})
    assert not [each for each in findings if "unknown-language" in each]


def test_two_languages_share_no_name() -> None:
    every = [name for names in NAMES.values() for name in names]
    assert len(every) == len(set(every))
    assert not {*every} & NAMES.keys()


def test_a_reason_for_showing_a_language_holds_for_all_its_names(tmp_path: Path) -> None:
    page = "```tf\n=\n```\n\n```pycon\n>>> 1\n2\n```\n\n```mermaid\nx\n```\n"
    shown = {"hcl": "a", "pycon": "b", "mermaid": "c"}
    findings, levels = project(tmp_path, page, {"shown": shown})
    assert findings == []
    assert levels == {Level.RUN: 0, Level.VALIDATED: 0, Level.SHOWN: 3}


def need(language: str) -> None:
    if language in PROGRAMS and on_path(PROGRAMS[language]) is None:
        pytest.skip(f"{PROGRAMS[language]} is not on this machine")


def test_what_only_zsh_knows_is_not_refused_where_it_is_not() -> None:
    need("bash")
    if on_path("zsh") is not None:
        VALIDATORS["zsh"]("print -l *(.)\n")
        return
    with pytest.raises(UnavailableError, match="install zsh"):
        VALIDATORS["zsh"]("print -l *(.)\n")


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


@pytest.mark.skipif(on_path("node") is None, reason="node is not on this machine")
@pytest.mark.parametrize(
    ("before", "line"),
    [("", 4), ("---\ntitle: x\n---\n", 7), ("%% why\n\n%% and how\n", 7), ("\n", 5), ('%%{init: {"theme": "base"}}%%\n', 5)],
)  # fmt: skip
def test_a_diagram_s_mistake_is_told_at_the_page_s_own_line(before: str, line: int, tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "docs/assets/vendor/mermaid/mermaid.min.js"
    page = f"```mermaid\n{before}flowchart TD\n  A --> B\n  B -->>\n  C --> D\n```\n"
    findings, _ = project(tmp_path, page, {"mermaid": str(script)})
    assert [each.split(": ")[:3] for each in findings] == [
        [f"docs/page.md:{line}:1", "invalid-block", "this is not mermaid"]
    ]
    assert "Parse error: Expecting 'AMP'" in findings[0]


@pytest.mark.skipif(on_path("node") is None, reason="node is not on this machine")
def test_a_diagram_that_mermaid_gets_stuck_in_is_told_and_the_others_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "globalThis.mermaid = { parse: (text) => { while (text.includes('stuck')); if (text.includes('bad')) throw new Error(''); } };"
    (tmp_path / "mermaid.min.js").write_text(script, encoding="utf-8")
    monkeypatch.setattr(mermaid, "SECONDS", 5.0)
    page = "".join(f"```mermaid\n{word}\n```\n" for word in ("good", "bad", "stuck", "good", "bad"))
    findings, levels = project(tmp_path, page, {"mermaid": "mermaid.min.js"})
    assert [each.split(": ", 2)[:2] for each in findings] == [
        ["docs/page.md:5:1", "invalid-block"],
        ["docs/page.md:7:1", "timeout"],
        ["docs/page.md:14:1", "invalid-block"],
    ]
    assert findings[0].endswith("this is not mermaid: it does not say why")
    assert levels == {Level.RUN: 0, Level.VALIDATED: 4, Level.SHOWN: 1}


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
    assert [each.split(": ")[:2] for each in findings] == [["snippets/app.toml:1:1", "invalid-block"]]


def test_a_block_that_is_marked_as_invalid_has_to_be(tmp_path: Path) -> None:
    mark = "<!-- snippets-runner: invalid: a name is twice -->\n"
    page = "".join(f"{mark}```json\n{text}\n```\n\n" for text in ('{"a": 1, "a": 2}', '{"a": 1}'))
    findings, levels = project(tmp_path, page)
    assert findings == ["docs/page.md:7:1: invalid-block: this is json, and the page marks it as invalid"]
    assert levels[Level.VALIDATED] == 2


def test_a_section_is_validated_as_a_part_of_its_file(tmp_path: Path) -> None:
    """Its first lines name a version of OpenAPI, and have no paths; the file has."""
    (tmp_path / "snippets").mkdir()
    head, paths = PATHS.split("paths:")
    text = f"# --8<-- [start:head]\n{head}# --8<-- [end:head]\npaths:{paths}\n"
    (tmp_path / "snippets" / "good.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "snippets" / "bad.yaml").write_text(text + "paths: {}\n", encoding="utf-8")
    page = "".join(f'```yaml\n--8<-- "{each}.yaml:head"\n```\n' for each in ("good", "bad"))
    findings, levels = project(tmp_path, page)
    assert [each.split(": ")[:2] for each in findings] == [["snippets/bad.yaml:10:1", "invalid-block"]]
    assert levels[Level.VALIDATED] == 2
