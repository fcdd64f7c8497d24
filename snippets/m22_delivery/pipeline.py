# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=44", "pytest>=8.3", "ruff>=0.9", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 120
# redact = [{ pattern = '[0-9a-f]{12}…', as = "digest…" }]
# ///
"""A pipeline of real commands: it stops at the first failure, builds once, signs, and verifies."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from snippet_support import work_in_temporary_folder

work_in_temporary_folder()
PY = sys.executable
ENV = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
SOUND = '''\
"""Add VAT to a price in øre."""


def total(net: int, percent: int = 25) -> int:
    return net + net * percent // 100
'''
MAIN = "import sys\n\nfrom rates import total\n\nprint(total(int(sys.argv[1])))\n"
TEST = "from rates import total\n\n\ndef test_total() -> None:\n    assert total(1000) == 1250\n"
FILES = {"src/__main__.py": MAIN, "tests/test_rates.py": TEST}
COMMITS = {
    "a password in the code": 'password = "hunter2"\n' + SOUND,
    "an import too many": "import json\n" + SOUND,
    "a wrong sum": SOUND.replace("net + net", "net - net"),
    "a sound change": SOUND,
}
# --8<-- [start:stages]
RUFF = [PY, "-m", "ruff", "check", "--isolated", "--quiet", "--select"]
STAGES = {
    "secrets": [*RUFF, "S105,S106,S107", "src"],
    "lint": [*RUFF, "E,F,B,I", "src", "tests"],
    "unit": [PY, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
    "build": [PY, "-m", "zipapp", "src", "-o", "app.pyz"],
    "smoke": [PY, "app.pyz", "1000"],
}


def run_stages() -> str:
    """Run one command after the other; return the stage that failed, or nothing."""
    for stage, command in STAGES.items():
        env = ENV | {"PYTHONPATH": "src"} if stage == "unit" else ENV
        if subprocess.run(command, env=env, capture_output=True).returncode != 0:
            return stage
    return ""
# --8<-- [end:stages]


# --8<-- [start:sign]
def sign(artefact: bytes, key: Ed25519PrivateKey) -> tuple[bytes, bytes]:
    """State what was built and how, and sign that: provenance in miniature."""
    digest = hashlib.sha256(artefact).hexdigest()
    statement = {"subject": digest, "builder": "pipeline.py", "stages": list(STAGES)}
    text = json.dumps(statement, sort_keys=True).encode()
    return text, key.sign(text)


def deploy(where: str, artefact: bytes, statement: bytes, signature: bytes) -> str:
    """Admit only what a trusted key has signed, bit for bit."""
    try:
        TRUSTED.verify(signature, statement)
    except InvalidSignature:
        return f"{where}: REFUSED, the statement isn't signed by our pipeline"
    digest = hashlib.sha256(artefact).hexdigest()
    if json.loads(statement)["subject"] != digest:
        return f"{where}: REFUSED, this isn't the artefact that was built"
    return f"{where}: deployed {digest[:12]}…"
# --8<-- [end:sign]


# --8<-- [start:run]
*early, last = STAGES
print(f"{'commit':<24}", *(f"{stage:<8}" for stage in early), last)
stopped = []
for commit, code in COMMITS.items():
    for path, text in (FILES | {"src/rates.py": code}).items():
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text(text)
    stopped.append(run_stages())
    done = list(STAGES).index(stopped[-1]) if stopped[-1] else len(STAGES)
    words = ["ok"] * done + (["FAILED"] if stopped[-1] else [])
    words += ["-"] * (len(STAGES) - len(words))
    print(f"{commit:<24}", *(f"{word:<8}" for word in words[:-1]), words[-1])
assert stopped == ["secrets", "lint", "unit", ""]

key = Ed25519PrivateKey.generate()
TRUSTED: Ed25519PublicKey = key.public_key()
artefact = Path("app.pyz").read_bytes()
signed = sign(artefact, key)
places = [deploy(where, artefact, *signed) for where in ("staging", "production")]
assert places[0].split()[-1] == places[1].split()[-1]  # promoted, not built again
tampered = artefact.replace(b"rates", b"rateS", 1)
places.append(deploy("production, one byte changed", tampered, *signed))
forged = sign(tampered, Ed25519PrivateKey.generate())
places.append(deploy("production, signed by a stranger", tampered, *forged))
assert ["REFUSED" in place for place in places] == [False, False, True, True]
print(*places, sep="\n")
# --8<-- [end:run]
