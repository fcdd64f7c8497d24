"""How many processes the user of a snippet may have, where the kernel counts them.

Imported by the worker, which is a bare interpreter: standard library only. Sources: ``setrlimit(2)``,
``user_namespaces(7)``.
"""

import contextlib
import os
import resource


def counts_alone() -> bool:
    """Tell whether the processes below this one are counted by themselves, and not with all others of its user.

    In a user namespace they are, from Linux 5.14. It is tried, not looked up: the user has this process and the one
    that it was started from, so that with a limit of two a third can be made only where those don't count.
    """
    if not os.geteuid() or not os.path.isdir("/proc/self"):
        return False
    try:
        before = resource.getrlimit(resource.RLIMIT_NPROC)
        resource.setrlimit(resource.RLIMIT_NPROC, (2, before[1]))
    except (ValueError, OSError):
        return False
    try:
        if (probe := os.fork()) == 0:
            os._exit(0)
        os.waitpid(probe, 0)
    except OSError:
        return False
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, before)
    return True


def limit_user_processes() -> None:
    """Let this process's user have 2048 processes more than now: the end of a fork bomb that outruns the watchdog.

    For where a snippet's are not counted by themselves. It does not bind root (``setrlimit(2)``), for whom the watchdog
    is all there is.
    """
    mine = 0
    for entry in os.listdir("/proc") if os.geteuid() and os.path.isdir("/proc/self") else ():
        with contextlib.suppress(OSError):
            if entry.isdigit() and os.stat(f"/proc/{entry}").st_uid == os.geteuid():
                mine += len(os.listdir(f"/proc/{entry}/task"))
    if mine:
        with contextlib.suppress(ValueError, OSError):
            hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
            wanted = mine + 2048
            resource.setrlimit(
                resource.RLIMIT_NPROC,
                (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard),
            )
