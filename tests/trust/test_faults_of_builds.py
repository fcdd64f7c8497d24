"""What goes wrong around a build: it is killed, the disk is full, there is no network, its cache is nonsense, two build at once.

After each, the site is the old one or the new one, whole; no process is left, and the next build is right. `make nightly` kills a hundred.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sample import Sample

KILLS = 100 if os.environ.get("NIGHTLY") else 10
NOTES = 8
CONFIG = """\
site_name: x
site_url: https://docs.example/
theme: mkdocs
plugins: [incremental_build, search, slipbox, snippets_runner]
markdown_extensions: [pymdownx.superfences, {pymdownx.snippets: {base_path: [snippets], check_paths: true}}]
"""
COMMAND = (sys.executable, "-m", "mkdocs", "build", "-q")
Files = Mapping[str, bytes]


def write(sample: Sample, edition: int) -> None:
    """Write the notes of an edition; each page of a whole site says its number."""
    sample.write({"mkdocs.yml": CONFIG, "docs/index.md": f"# Home\n\nEdition {edition}. [[N1]]\n"})
    for number in range(NOTES):
        text = f"# Note {number}\n\nEdition {edition}. [[N{(number + 1) % NOTES}]] {'words ' * 50}\n"
        sample.write({f"docs/N{number}.md": text})


def environment(sample: Sample) -> dict[str, str]:
    return sample.environment(NO_MKDOCS_2_WARNING="1", SOURCE_DATE_EPOCH="1700000000")


def build(sample: Sample, *before: str) -> subprocess.CompletedProcess[str]:
    """Build to the end."""
    return subprocess.run(
        [*before, *COMMAND],
        cwd=sample.root,
        env=environment(sample),
        capture_output=True,
        text=True,
        timeout=300,
    )


def start(sample: Sample) -> subprocess.Popen[bytes]:
    """Begin to build."""
    return subprocess.Popen(
        COMMAND, cwd=sample.root, env=environment(sample), stderr=subprocess.PIPE, start_new_session=True
    )


def site(sample: Sample, folder: str = "site") -> Files:
    top = sample.root / folder
    return {
        file.relative_to(top).as_posix(): file.read_bytes()
        for file in sorted(top.rglob("*"))
        if file.is_file()
    }


def clean(sample: Sample) -> Files:
    """Return the site as it is built in a copy of the project, from nothing."""
    other = Sample(sample.root.with_name("clean"), temporary=sample.temporary)
    shutil.rmtree(other.root)
    left_out = shutil.ignore_patterns("site", ".site*", ".cache")
    shutil.copytree(sample.root, other.root, ignore=left_out)
    done = build(other)
    assert done.returncode == 0, done.stderr
    return site(other)


def beside(sample: Sample) -> list[str]:
    """Return what builds left beside the site."""
    return sorted(path.name for path in sample.root.iterdir() if path.name.startswith(".site"))


def test_a_build_that_is_killed_leaves_the_old_site_or_the_new_one_whole(sample: Sample) -> None:
    chance = random.Random(11)
    write(sample, 0)
    began = time.monotonic()
    assert build(sample).returncode == 0
    lasts = time.monotonic() - began
    good, names, ended, changed = site(sample), set(site(sample)), 0, 0
    for edition in range(1, KILLS + 1):
        write(sample, edition)
        process = start(sample)
        time.sleep(chance.uniform(0.2, 1.05) * lasts)
        ended += process.poll() is None
        process.kill()  # its helpers have to notice by themselves
        process.communicate(timeout=30)
        now = site(sample)
        new = all(b"Edition %d." % edition in now.get(f"N{n}/index.html", b"") for n in range(NOTES))
        assert now == good or (new and set(now) == names), f"edition {edition} is half there"
        changed += new
        good = now
        assert left(sample) == []

    assert ended >= KILLS // 3, "most builds had ended before they were to be killed"
    assert build(sample).returncode == 0
    assert beside(sample) == []
    assert site(sample) == clean(sample)


def left(sample: Sample, within: float = 20) -> dict[int, str] | list[str]:
    """Return the processes that are still there after a while."""
    deadline = time.monotonic() + within
    while (found := sample.processes()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found or []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Sample]:
    """Return a project on a disk of its own that holds little more than it; its temporary files are elsewhere."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m,nr_inodes=4000", "tmpfs", disk]
    done = subprocess.run(mount, capture_output=True, text=True) if shutil.which("mount") else None
    if done is None or done.returncode:
        pytest.skip("only who may mount a file system can have a small disk")
    try:
        yield Sample(disk / "project", temporary=tmp_path / "temporary")
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill(folder: Path, left_over: int) -> Path:
    """Fill the disk, but for some bytes."""
    file = folder / "filler"
    free = shutil.disk_usage(folder).free
    with file.open("wb") as out:
        out.truncate(0)
        os.posix_fallocate(out.fileno(), 0, max(4096, free - left_over))
    return file


@pytest.mark.parametrize("left_over", [0, 9_000, 40_000])
def test_a_build_on_a_full_disk_leaves_the_last_site_whole_and_says_why(
    small_disk: Sample, left_over: int
) -> None:
    write(small_disk, 0)
    done = build(small_disk)
    assert done.returncode == 0, done.stderr
    good = site(small_disk)
    write(small_disk, 1)
    filler = fill(small_disk.root.parent, left_over)
    done = build(small_disk)

    assert done.returncode != 0
    assert "No space left on device" in done.stderr, done.stderr
    assert site(small_disk) == good
    filler.unlink()
    assert build(small_disk).returncode == 0
    assert beside(small_disk) == []
    assert b"Edition 1." in site(small_disk)["N3/index.html"]


@pytest.mark.parametrize("left_over", [0, 9_000])
def test_an_update_on_a_full_disk_keeps_each_recording_whole_and_says_why(
    small_disk: Sample, left_over: int
) -> None:
    old, new = "old\n", "new\n" * 2000
    for number in range(3):
        small_disk.snippet(f"s{number}", "print('new\\n' * 2000, end='')\n", out=old)
    filler = fill(small_disk.root.parent, left_over)
    done = small_disk.run("update")
    kept = {file.name: file.read_text() for file in (small_disk.root / "snippets").glob("*.out*")}

    assert done.status in (1, 3), done.out + done.err
    assert "No space left on device" in done.out + done.err
    assert "Traceback" not in done.err
    assert sorted(kept) == ["s0.out", "s1.out", "s2.out"]
    assert set(kept.values()) <= {old, new}
    filler.unlink()
    assert small_disk.run("update").status in (0, 1)
    assert {file.read_text() for file in (small_disk.root / "snippets").glob("*.out")} == {new}
    assert small_disk.run("check").status == 0


def alone() -> tuple[str, ...]:
    """Return the words that run a command where there is no network but loopback; skip where that can't be had."""
    words = ("unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
    if not shutil.which("unshare") or subprocess.run([*words, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody leave the network")
    return words


def test_a_check_and_a_build_need_no_network(sample: Sample) -> None:
    words = alone()
    write(sample, 0)
    sample.snippet("a", "print('right')\n", out="right\n")
    checked = subprocess.run(
        [*words, sys.executable, "-m", "snippets_runner", "check"],
        cwd=sample.root, env=environment(sample), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    built = build(sample, *words)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert built.returncode == 0, built.stderr
    sample.write({"docs/a.md": (sample.root / "docs/a.md").read_text()})
    here = site(sample)
    assert b"right" in here["a/index.html"]
    assert build(sample).returncode == 0
    assert site(sample) == here


@pytest.mark.parametrize("nonsense", [b"", b"{", b"\xff\x00" * 5000, b"SQLite format 3\0" + bytes(5000)])
def test_nonsense_in_what_builds_keep_changes_no_page(sample: Sample, nonsense: bytes) -> None:
    write(sample, 0)
    assert build(sample).returncode == 0
    write(sample, 1)
    files = [file for file in (sample.root / ".cache").rglob("*") if file.is_file()]
    assert files
    for file in files:
        file.write_bytes(nonsense)
    done = build(sample)

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert site(sample) == clean(sample)


@pytest.mark.parametrize("kind", ["a file in its place", "a link to nowhere", "not to be written"])
def test_a_build_whose_cache_cannot_be_written_is_right_or_told_of(sample: Sample, kind: str) -> None:
    if kind == "not to be written" and os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    write(sample, 0)
    cache = sample.refuse_cache(kind)
    done = build(sample)

    assert "Traceback" not in done.stderr, done.stderr
    if done.returncode:
        assert ".cache" in done.stderr
        assert site(sample) == {}
    else:
        cache.unlink(missing_ok=True) if kind != "not to be written" else cache.rmdir()
        assert site(sample) == clean(sample)


def test_two_builds_at_once_leave_one_whole_site(sample: Sample) -> None:
    write(sample, 0)
    assert build(sample).returncode == 0
    write(sample, 1)
    both = [start(sample) for _ in range(2)]
    ended = [(process.communicate(timeout=300)[1], process.returncode) for process in both]

    assert [status for _, status in ended] == [0, 0], ended
    assert site(sample) == clean(sample)
    assert beside(sample) == []
    assert build(sample).returncode == 0


def test_a_build_that_is_interrupted_leaves_no_process_and_the_last_site(sample: Sample) -> None:
    write(sample, 0)
    assert build(sample).returncode == 0
    good = site(sample)
    write(sample, 1)
    process = start(sample)
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)

    assert left(sample) == []
    now = site(sample)
    assert now == good or all(b"Edition 1." in now[f"N{n}/index.html"] for n in range(NOTES))
    assert build(sample).returncode == 0
    assert site(sample) == clean(sample)
