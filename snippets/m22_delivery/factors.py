# /// script
# requires-python = ">=3.11"
# dependencies = ["ruff>=0.9"]
# ///
"""The factors that are read off a repository: codebase, dependencies, config and parity."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

LOCK = "redis==7.0.1 --hash=sha256:" + "0" * 64 + "\n"
PROCFILE = "web: python shop.pyz web\nworker: python shop.pyz worker\nmigrate: python shop.pyz migrate\n"
AUTHOR = {"GIT_AUTHOR_NAME": "Ida", "GIT_AUTHOR_EMAIL": "ida@example.org",
          "GIT_COMMITTER_NAME": "Ida", "GIT_COMMITTER_EMAIL": "ida@example.org"}  # fmt: skip


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], env={**os.environ, **AUTHOR}, check=True,
                          capture_output=True, text=True)  # fmt: skip
    return done.stdout.strip()


def make_repository(source: str) -> None:
    """Commit the app, and write down which commit each deploy runs, by whom and on what."""
    Path("src").mkdir()
    Path("src/__main__.py").write_text(source)
    Path("requirements.lock").write_text(LOCK)
    Path("Procfile").write_text(PROCFILE)
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=Open the shop")
    shared = {"commit": git("rev-parse", "HEAD"), "services": {"valkey": "9"}, "deployed_by": ["Ida"]}
    deploys = {"development": shared, "production": {**shared, "hours_after_commit": 2}}
    Path("deploys.json").write_text(json.dumps(deploys))


# --8<-- [start:read]
def codebase() -> str:
    roots = git("rev-list", "--max-parents=0", "--all").split()
    for deploy in json.loads(Path("deploys.json").read_text()).values():
        git("merge-base", "--is-ancestor", deploy["commit"], "main")  # fails if foreign
    return "" if len(roots) == 1 else f"{len(roots)} histories in one repository"


def dependencies() -> str:
    tree = ast.walk(ast.parse(Path("src/__main__.py").read_text()))
    imported = {name for node in tree for name in names_of(node)}
    imported -= sys.stdlib_module_names
    locked = {line.split("==")[0] for line in LOCK.splitlines() if "--hash=" in line}
    return "" if imported <= locked else f"not locked: {sorted(imported - locked)}"


def config() -> str:
    """Ask ruff's rules for passwords in code."""
    rules = ["--isolated", "--select=S105,S106,S107", "--output-format=json"]
    command = [sys.executable, "-m", "ruff", "check", *rules, "src"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
    places = [f"{each['code']} in line {each['location']['row']}" for each in found]
    return f"a secret in the code: {', '.join(places)}" if places else ""


def parity() -> str:
    """The three gaps: time, people, tools."""
    deploys = json.loads(Path("deploys.json").read_text())
    here, there = deploys["development"], deploys["production"]
    gaps = []
    if there["hours_after_commit"] > 24:
        gaps.append("time")
    if git("log", "-1", "--format=%an", there["commit"]) not in there["deployed_by"]:
        gaps.append("people")
    if here["services"] != there["services"]:
        gaps.append("tools")
    return f"gaps: {', '.join(gaps)}" if gaps else ""
# --8<-- [end:read]


def names_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "").split(".")[0]]
    return []
