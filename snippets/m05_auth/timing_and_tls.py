# /// script
# requires-python = ">=3.11"
# dependencies = ["snippet-support", "trustme>=1.2"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""What a comparison tells by its duration, and whom a client talks to that doesn't verify."""

import hmac
import socket
import ssl
import threading
import time
from collections.abc import Callable

import trustme

print("[compare]")
# --8<-- [start:compare]
SECRET = b"k" * 4_000_000  # absurdly long, so that a busy machine shows it too
FIRST = b"x" + SECRET[1:]  # wrong in the first byte
LAST = SECRET[:-1] + b"x"  # wrong in the last


def best(check: Callable[[bytes, bytes], bool], guess: bytes) -> float:
    """Return the shortest of thirty tries, in seconds: the one least disturbed."""
    tries = []
    for _ in range(30):
        begun = time.perf_counter()
        check(SECRET, guess)
        tries.append(time.perf_counter() - begun)
    return min(tries)


def told(check: Callable[[bytes, bytes], bool]) -> float:
    return best(check, LAST) / best(check, FIRST)


equal, digest = told(lambda a, b: a == b), told(hmac.compare_digest)
print("a last wrong byte takes, compared with a first wrong one:")
print(f"==              more than 20 times as long: {equal > 20}")
print(f"compare_digest  more than 3 times as long: {digest > 3}")
# --8<-- [end:compare]
assert equal > 20 and digest < 3
print("[talk]")


# --8<-- [start:machine]
def in_the_middle(
    listener: socket.socket, context: ssl.SSLContext, heard: list[str]
) -> None:
    """Take each connection that was meant for the bank, and write down what is said."""
    for _ in range(2):
        plain, _ = listener.accept()
        try:
            with context.wrap_socket(plain, server_side=True) as tls:
                heard.append(tls.recv(100).decode())
        except OSError:
            heard.append("")  # the client hung up


def say_password(context: ssl.SSLContext, port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        try:
            with context.wrap_socket(plain, server_hostname="bank.example") as tls:
                tls.sendall(b"password=s3cret")
                return "sent the password"
        except ssl.SSLCertVerificationError as error:
            return f"sent nothing, {type(error).__name__}"
# --8<-- [end:machine]


# --8<-- [start:talk]
attacker = trustme.CA()  # nobody trusts it, and it certifies whatever it likes
theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
attacker.issue_cert("bank.example").configure_cert(theirs)
listener = socket.create_server(("127.0.0.1", 0))
heard: list[str] = []
machine = threading.Thread(target=in_the_middle, args=(listener, theirs, heard))
machine.start()

hurried = ssl.create_default_context()
hurried.check_hostname = False  # "only until the certificate works"
hurried.verify_mode = ssl.CERT_NONE
clients = {"hurried": hurried, "default": ssl.create_default_context()}
for name, context in clients.items():
    print(f"{name} client {say_password(context, listener.getsockname()[1])}")
machine.join()
print("in the middle was heard:", heard)
# --8<-- [end:talk]
listener.close()
assert heard == ["password=s3cret", ""]
