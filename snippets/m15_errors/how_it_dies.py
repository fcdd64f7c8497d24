# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""A syntax error that starts well, a MemoryError that can be caught, and a kill that can't."""

import subprocess
import sys
import tempfile
from pathlib import Path

# --8<-- [start:late]
MAIN = """
print("started, serving")
try:
    import rarely_used
except SyntaxError as error:
    print("at the first import:", type(error).__name__)
"""
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "rarely_used.py").write_text("def f(:\n")
    Path(folder, "main.py").write_text(MAIN)
    main = [sys.executable, f"{folder}/main.py"]
    ran = subprocess.run(main, capture_output=True, text=True)
print(ran.stdout, end="")
assert ran.stdout.splitlines() == ["started, serving", "at the first import: SyntaxError"]
# --8<-- [end:late]

# --8<-- [start:deaths]
DYING = """
import atexit, os, resource, signal, sys
atexit.register(print, "  atexit ran")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
try:
    match sys.argv[1]:
        case "MemoryError":
            resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28))
            bytearray(2**30)
        case name:
            os.kill(os.getpid(), getattr(signal, name))
except MemoryError:
    print("  caught MemoryError")
finally:
    print("  finally ran")
"""
codes = []
for how in ("MemoryError", "SIGTERM", "SIGKILL"):
    command = f'"{sys.executable}" -c \'{DYING}\' {how}; echo "  shell sees exit $?"'
    shell = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    print(f"{how}:", shell.stdout, sep="\n", end="")
    codes.append(shell.stdout.split()[-1])
assert codes == ["0", "0", "137"] and "ran" not in shell.stdout
# --8<-- [end:deaths]
