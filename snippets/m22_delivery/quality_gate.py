# /// script
# requires-python = ">=3.11"
# dependencies = ["mypy>=1.15", "ruff>=0.9", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 60
# ///
"""One small change, read by four machines: linter, limit, import rule and type checker."""

import json
import subprocess
import sys
from pathlib import Path

from snippet_support import work_in_temporary_folder

work_in_temporary_folder()

# --8<-- [start:change]
CHANGE = '''
import requests
import json


def fee(order, seen=[]):
    seen.append(order["id"])
    if order["kind"] == "gift":
        if order["abroad"]:
            if order["weight"] > 5:
                return 9
            return 5
        return 2
    elif order["kind"] == "sample":
        return 0
    return requests.get("http://rates.internal/" + order["id"]).json()["fee"]
'''
TYPED = '''
def fee(weight: float) -> int:
    return "9" if weight > 5 else 2


fee("heavy")
'''
RULES = '''
lint.select = ["F401", "B006", "C901", "TID251", "S113"]
lint.mccabe.max-complexity = 4
[lint.flake8-tidy-imports.banned-api]
"requests".msg = "only the clients package speaks HTTP"
'''
# --8<-- [end:change]
Path("fee.py").write_text(CHANGE)
Path("typed.py").write_text(TYPED)
Path("ruff.toml").write_text(RULES)


# --8<-- [start:machines]
def run(*command: str) -> subprocess.CompletedProcess[str]:
    called = [sys.executable, "-m", *command]
    return subprocess.run(called, capture_output=True, text=True)


linted = run("ruff", "check", "--no-cache", "--output-format=json", "fee.py")
for one in sorted(json.loads(linted.stdout), key=lambda one: str(one["code"])):
    print(f"ruff {one['code']:7} line {one['location']['row']:2}: {one['message']}")
options = ("--strict", "--no-error-summary", "--cache-dir=/dev/null")
typed = run("mypy", *options, "typed.py")
for line in typed.stdout.splitlines():
    print("mypy", line.removeprefix("typed.py:"))
print("the gate:", "open" if linted.returncode == typed.returncode == 0 else "shut")
# --8<-- [end:machines]
assert {one["code"] for one in json.loads(linted.stdout)} == {
    "B006", "C901", "F401", "S113", "TID251"
} and len(typed.stdout.splitlines()) == 2
