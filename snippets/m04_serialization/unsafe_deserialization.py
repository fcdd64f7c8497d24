# /// script
# requires-python = ">=3.11"
# dependencies = ["pyyaml>=6"]
# ///
"""A pickle is a program. One that leaves a marker, run by `loads`, refused by a loader with a list."""

import io
import os
import pickle
import tempfile
from pathlib import Path
from typing import Any

import yaml

marker = Path(tempfile.mkdtemp(), "marker")


# --8<-- [start:payload]
class Payload:
    """What an attacker pickles: on loading, call this function with these arguments."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(marker),)  # harmless here; os.system would do as well


pickled = pickle.dumps(Payload())
in_yaml = f"!!python/object/apply:os.mkdir ['{marker}']"
# --8<-- [end:payload]


# --8<-- [start:restricted]
class Restricted(pickle.Unpickler):
    """Build the types on the list, and nothing else."""

    ALLOWED = frozenset({("datetime", "date"), ("decimal", "Decimal"), ("builtins", "set")})

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"{name} is not on the list")
        return super().find_class(module, name)
# --8<-- [end:restricted]


# --8<-- [start:try]
def attempt(what: str, load: Any, data: Any) -> bool:
    """Load it; tell whether the attacker's call was made."""
    try:
        load(data)
        said = ""
    except (pickle.UnpicklingError, yaml.YAMLError) as error:
        said = f", {type(error).__name__}"
    ran = marker.is_dir()
    print(f"{what:18} marker {'created' if ran else 'not created'}{said}")
    if ran:
        marker.rmdir()
    return ran


assert attempt("pickle.loads", pickle.loads, pickled)
assert not attempt("Restricted", lambda data: Restricted(io.BytesIO(data)).load(), pickled)
assert attempt("yaml.unsafe_load", yaml.unsafe_load, in_yaml)
assert not attempt("yaml.safe_load", yaml.safe_load, in_yaml)
print("and what it is for:", Restricted(io.BytesIO(pickle.dumps({1, 2}))).load())
# --8<-- [end:try]
marker.parent.rmdir()
