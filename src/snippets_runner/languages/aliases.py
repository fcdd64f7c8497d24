"""The names that fences give their languages: several are one, as Pygments and GitHub's Linguist have it too."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, ...]] = {
    "python": ("py", "python3", "py3", "pyi"),
    "pycon": ("pycon3", "python-console"),
    "sql": ("postgresql", "postgres", "pgsql", "plpgsql"),
    "bash": ("sh", "shell", "shell-script", "shellscript", "dash", "ash"),
    "javascript": ("js", "mjs", "cjs", "node", "nodejs", "es6", "ecmascript"),
    "go": ("golang",),
    "json": ("json-object", "jsonld", "json-ld", "geojson", "topojson", "webmanifest", "har", "sarif"),
    "jsonc": ("json-with-comments",),
    "jsonl": ("ndjson", "jsonlines", "json-lines"),
    "jsonschema": ("json-schema",),
    "openapi": ("oas", "oas2", "oas3", "swagger"),
    "yaml": ("yml",),
    "xml": ("svg", "xsd", "xsl", "xslt", "rss", "atom", "wsdl", "xhtml"),
    "ini": ("cfg", "dosini", "editorconfig"),
    "graphql": ("gql", "graphqls"),
    "protobuf": ("proto", "proto2", "proto3", "protocol-buffer", "protocol-buffers"),
    "html": ("htm", "html5"),
    "dockerfile": ("docker", "containerfile"),
    "hcl": ("terraform", "tf", "tfvars", "opentofu", "tofu"),
    "rego": ("opa", "open-policy-agent"),
    "nginx": ("nginxconf", "nginx-conf"),
    "mermaid": ("mmd",),
    "text": ("txt", "plaintext", "plain", "none"),
    "output": ("log", "pytb", "py3tb"),
    "console": ("shell-session", "shellsession", "sh-session", "bash-session", "terminal"),
    "psql": ("postgresql-console", "postgres-console"),
    "diff": ("udiff", "patch"),
    "markdown": ("md",),
}
"""Each language that has more than one name, with the others."""
_ONE = {alias: language for language, aliases in NAMES.items() for alias in aliases}


def canonical(name: str) -> str:
    """Return the one name of a language, of whatever a fence calls it."""
    return _ONE.get(name, name)
