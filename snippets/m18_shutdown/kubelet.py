# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
# ///
"""The end of a pod: two tracks from one moment on, and a clock."""

from threading import Event, Timer
from typing import NamedTuple

from pod import Pod


class Deletion(NamedTuple):
    pre_stop: float
    endpoint_delay: float  # until the routers have heard of it
    grace: float
    slow_request: bool = False


# --8<-- [start:kubelet]
def delete(pod: Pod, endpoints: list[Pod], how: Deletion) -> list[str]:
    """Two tracks from one moment on: the routers hear of it, the kubelet stops it."""
    events = ["deleted"]

    def update_endpoints() -> None:
        endpoints.remove(pod)
        events.append("endpoints updated")

    routers = Timer(how.endpoint_delay, update_endpoints)
    routers.start()
    grace_over, killed = Event(), Event()

    def out_of_time() -> None:
        grace_over.set()
        if pod.process.poll() is None:
            killed.set()
            pod.process.kill()

    clock = Timer(how.grace, out_of_time)  # preStop is inside the grace period
    clock.start()
    grace_over.wait(how.pre_stop)
    pod.process.terminate()
    events.append("SIGTERM")
    status = pod.process.wait()
    clock.cancel()
    events += ["SIGKILL"] * killed.is_set()
    events.append(f"exit {status if status >= 0 else 128 - status}")
    routers.join()
    return events
# --8<-- [end:kubelet]


# --8<-- [start:budget]
def budget(pre_stop: int, drain: int, margin: int, grace: int) -> str:
    """Say whether the parts fit into the grace period, all in seconds."""
    total = pre_stop + drain + margin
    verdict = f"fits into {grace}" if total <= grace else f"SIGKILL at {grace}"
    return f"preStop {pre_stop} + drain {drain} + margin {margin} = {total}: {verdict}"
# --8<-- [end:budget]
