# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 60
# redact = [{ pattern = '[1-9]\d* lost', as = "… lost" }]
# ///
"""What a kubelet does with a deleted pod, with real processes and real signals."""

from itertools import count
from pathlib import Path
from threading import Event, Thread

from kubelet import Deletion, budget, delete
from pod import Pod
from snippet_support import wait_until, work_in_temporary_folder


# --8<-- [start:settings]
def measure(what: str, how: Deletion) -> tuple[int, list[str]]:
    leaving, staying = Pod(), Pod()
    endpoints, answers, done, turn = [leaving, staying], list[bool](), Event(), count()

    def ask() -> None:
        while not done.is_set():
            chosen = endpoints[next(turn) % len(endpoints)]
            answers.append(chosen.ask("/work"))

    clients = [Thread(target=ask) for _ in range(4)]
    if how.slow_request:
        clients.append(Thread(target=lambda: answers.append(leaving.ask("/slow"))))
    for client in clients:
        client.start()
    wait_until(lambda: len(answers) > 20, timeout=20)
    events = delete(leaving, endpoints, how)
    done.set()
    for client in clients:
        client.join()
    staying.process.kill()
    staying.process.wait()
    lost = answers.count(False)
    print(f"{what}: {lost} lost\n    {' → '.join(events)}")
    return lost, events
# --8<-- [end:settings]


# --8<-- [start:probes]
def database_away(liveness: str) -> int:
    """Take the database away from three pods, and let liveness decide."""
    pods = [Pod() for _ in range(3)]
    Path("database").unlink()
    for pod in pods:
        if not any(pod.ask(liveness) for _ in range(3)):  # failureThreshold: 3
            pod.restart()
    not_ready = sum(not pod.ask("/ready") for pod in pods)
    Path("database").touch()
    restarts, ready = sum(p.restarts for p in pods), sum(p.ask("/ready") for p in pods)
    print(f"liveness {liveness:<6}: {not_ready} not ready,", end=" ")
    print(f"{restarts} restarted,", end=" ")
    print(f"{ready} ready when the database is back")
    for pod in pods:
        pod.process.kill()
        pod.process.wait()
    return restarts
# --8<-- [end:probes]


work_in_temporary_folder()
Path("database").touch()
# --8<-- [start:run]
lost, _ = measure("no preStop", Deletion(0, endpoint_delay=1, grace=10))
assert lost > 0
lost, events = measure("preStop 2 s", Deletion(2, endpoint_delay=0.5, grace=12))
assert lost == 0 and events[1:3] == ["endpoints updated", "SIGTERM"]
lost, events = measure("grace too short", Deletion(1, 0.3, 2.5, slow_request=True))
assert lost > 0 and events[-2:] == ["SIGKILL", "exit 137"]
for seconds in ((0, 25, 5, 30), (10, 25, 5, 30), (8, 20, 5, 40)):
    print(budget(*seconds))
# --8<-- [end:run]
assert database_away("/ready") == 3
assert database_away("/live") == 0
