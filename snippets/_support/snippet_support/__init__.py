"""What many snippets need and no library gives, written once: wait on a condition, run a real process, serve an app.

Everything here listens on loopback only and is stopped when its ``with`` block ends.
"""

from snippet_support.folder import work_in_temporary_folder
from snippet_support.network import free_port
from snippet_support.process import running
from snippet_support.serve import serve
from snippet_support.wait import wait_until

__all__ = ["free_port", "running", "serve", "wait_until", "work_in_temporary_folder"]
