# /// script
# requires-python = ">=3.11"
# dependencies = ["brotli>=1.1", "zstandard>=0.23"]
#
# [tool.snippets-runner]
# redact = [{ pattern = '\d+ bytes', as = "… bytes" }]
# ///
"""Compare codings on a good, a tiny and a random content; let one leak a secret."""

import gzip
import json
import random
import string
from collections.abc import Callable

import brotli
import zstandard

Coding = Callable[[bytes], bytes]
CODINGS: dict[str, Coding] = {
    "gzip": lambda data: gzip.compress(data, compresslevel=6, mtime=0),
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": zstandard.ZstdCompressor(level=3).compress,
}
chance = random.Random(2026)

# --8<-- [start:sizes]
rows = [{"id": n, "status": chance.choice(["pending", "paid", "shipped"]),
         "total": f"{chance.randrange(100)}.50"} for n in range(500)]
CONTENTS = {
    "a list of 500 orders": json.dumps(rows).encode(),
    "one small object": b'{"id":42}',
    "random, as a JPEG is": chance.randbytes(20_000),
}
ratio: dict[str, dict[str, float]] = {}
print("[sizes]")
for what, content in CONTENTS.items():
    print(f"{what}: {len(content)} bytes")
    ratio[what] = {}
    for name, compress in CODINGS.items():
        size = len(compress(content))
        ratio[what][name] = size / len(content)
        print(f"  {name:<4} -> {size} bytes")
assert all(r < 0.25 for r in ratio["a list of 500 orders"].values())
assert all(r > 1 for r in ratio["one small object"].values())
assert all(r > 1 for r in ratio["random, as a JPEG is"].values())
# --8<-- [end:sizes]

# --8<-- [start:dictionary]
old = "".join(f"export function f{n}(x) {{ return x * {chance.random():.4f}; }}\n"
              for n in range(300)).encode()
new = old.replace(b"f7(x) {", b"f7(x, y) {")  # the next release: one line changed
known = zstandard.ZstdCompressionDict(old, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
plain = zstandard.ZstdCompressor(level=3).compress(new)
delta = zstandard.ZstdCompressor(level=3, dict_data=known).compress(new)
print("[dictionary]")
print(f"a script of {len(new)} bytes, version 2")
print(f"  zstd -> {len(plain)} bytes")
print(f"  zstd with version 1 as dictionary -> {len(delta)} bytes")
assert len(delta) * 10 < len(plain)
# --8<-- [end:dictionary]


# --8<-- [start:breach]
SECRET = "csrf=" + "".join(chance.choices(string.ascii_lowercase, k=8))


def page(search: str) -> bytes:
    """Reflect what the visitor wrote into a page that has a secret in it."""
    return f"<p>Results for {search}</p><form><input name={SECRET}></form>".encode()


def length(search: str) -> int:
    """All that somebody on the wire sees of an encrypted answer."""
    return len(gzip.compress(page(search), mtime=0))


right, wrong = SECRET, "csrf=" + SECRET[:4:-1]  # the same letters, backwards
sizes = {guess: length(guess) for guess in (right, wrong)}
print("[breach]")
print("a secret and a guess in one compressed answer:")
for guess, size in sizes.items():
    verdict = "right" if guess == right else "wrong"
    print(f"  {verdict} guess -> {size} bytes")
assert sizes[right] < sizes[wrong]
# --8<-- [end:breach]
