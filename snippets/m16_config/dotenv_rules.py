# /// script
# requires-python = ">=3.11"
# dependencies = ["python-dotenv>=1", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Who wins between .env and the environment, how two readers differ, and a secret that stays in its file."""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values, load_dotenv
from snippet_support import work_in_temporary_folder

work_in_temporary_folder()

# --8<-- [start:override]
Path(".env").write_text("LOG_LEVEL=debug\nREGION=north\n")
os.environ["LOG_LEVEL"] = "warning"  # what the platform says
load_dotenv(".env")
kept = os.environ["LOG_LEVEL"], os.environ["REGION"]
load_dotenv(".env", override=True)
print("by default:", *kept, "- with override=True:", os.environ["LOG_LEVEL"])
assert kept == ("warning", "north") and os.environ["LOG_LEVEL"] == "debug"
# --8<-- [end:override]

# --8<-- [start:quotes]
Path("odd.env").write_text(r"""
HASH=pass#word
COMMENT=value # why
SINGLE='cost: $5'
DOUBLE="two\nlines"
NESTED=${HASH}!
SPACED = around
""")


def shell(name: str) -> str:
    """Let a real shell read the file, and ask for one value."""
    script = f'. ./odd.env 2>/dev/null; printf %s "${name}"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True)
    return done.stdout


different = []
for name, value in dotenv_values("odd.env").items():
    print(f"{name:<8} python-dotenv {value!r:<14} sh {shell(name)!r}")
    different += [name] if value != shell(name) else []
print("read differently:", *different)
assert different == ["DOUBLE", "SPACED"]
# --8<-- [end:quotes]


# --8<-- [start:file]
def secret(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """Take NAME or the content of the file that NAME_FILE points to, never both."""
    direct, path = environment.get(name), environment.get(f"{name}_FILE")
    if (direct is None) == (path is None):
        raise SystemExit(f"set exactly one of {name} and {name}_FILE")
    value = direct if path is None else Path(path).read_text("utf-8").removesuffix("\n")
    if len(value or "") < 43:  # 32 random bytes in Base64, without padding
        raise SystemExit(f"{name} is shorter than 32 random bytes")
    return value or ""


def seen_in_child(environment: dict[str, str], value: str) -> bool:
    """Start a child that has no business with the secret; look at what it got."""
    code = "print(open('/proc/self/environ').read())"
    command = [sys.executable, "-c", code]
    child = subprocess.run(command, env=environment, capture_output=True, text=True)
    return value in child.stdout


key = secrets.token_urlsafe(32)
Path("jwt").touch(mode=0o600)
Path("jwt").write_text(key + "\n")
for environment in ({"JWT_SECRET": key}, {"JWT_SECRET_FILE": "jwt"}):
    assert secret("JWT_SECRET", environment) == key
    print(*environment, "read; in the child's /proc:", seen_in_child(environment, key))
for environment in ({}, {"JWT_SECRET": "letmein"}):
    try:
        secret("JWT_SECRET", environment)
    except SystemExit as refused:
        print("refused:", refused)
# --8<-- [end:file]
