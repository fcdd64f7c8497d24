"""A folder to work in that is gone afterwards."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


# --8<-- [start:work_in_temporary_folder]
def work_in_temporary_folder() -> Path:
    """Make a new empty folder the working directory, and delete it with all that is in it when the program ends.

    A child made by ``fork`` runs the parent's exit functions too, so only the process that called this deletes.
    """
    folder, owner = tempfile.mkdtemp(), os.getpid()
    os.chdir(folder)

    def delete() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(delete)
    return Path(folder)


# --8<-- [end:work_in_temporary_folder]
