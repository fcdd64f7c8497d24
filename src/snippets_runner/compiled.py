"""The programs that a fresh interpreter runs around a snippet, compiled beforehand.

An interpreter compiles the file that it is started with, each time, and everything else too where nobody has kept what
it compiled. That takes a third as long as to start it. So a worker compiles them once, into a folder of its own, as the
files that Python itself would keep (PEP 3147: without their sources, such files are run and imported likewise).

Imported by the worker, which is a bare interpreter: standard library only. It is the interpreter that runs them.
"""

import io
import marshal
import os
import tempfile
from importlib.util import MAGIC_NUMBER

NAMES = ("child", "innermost", "landlock", "last_words", "sandbox", "tree")
"""What runs around a snippet."""
HERE = os.path.dirname(os.path.abspath(__file__))


def compiled(base: str) -> str:
    """Return a new folder below ``base`` with the programs in it."""
    folder = tempfile.mkdtemp(prefix="programs-", dir=base)
    for name in NAMES:
        path = os.path.join(HERE, f"{name}.py")
        with io.open_code(path) as source:
            code = compile(source.read(), path, "exec", dont_inherit=True)
        with open(os.path.join(folder, f"{name}.pyc"), "wb") as file:
            file.write(MAGIC_NUMBER + bytes(12) + marshal.dumps(code))
    return folder
