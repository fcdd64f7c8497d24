"""The last good site stays until the next one is whole, and what has not changed is not touched."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from incremental_build.publication import MEMORY, _name_in_memory, begin, discard, publish

MakeSite = Callable[..., "Site"]  # noqa: F821 - of conftest


def test_a_file_with_the_same_bytes_stays_the_same_file(make_site: MakeSite) -> None:
    site = make_site()
    assert site.build().returncode == 0
    before = {name: (site.root / "site" / name).stat() for name in site.files()}
    site.write({"docs/two.md": "# Two\n\nChanged.\n"})
    assert site.build().returncode == 0
    after = {name: (site.root / "site" / name).stat() for name in site.files()}
    touched = {
        name for name in after if (after[name].st_ino, after[name].st_mtime_ns) != (before[name].st_ino, before[name].st_mtime_ns)
    }  # fmt: skip
    assert touched == {"two/index.html"}
    assert b"Changed." in site.files()["two/index.html"]
    assert site.beside() == []


def test_a_page_that_is_gone_is_gone_from_the_site(make_site: MakeSite) -> None:
    site = make_site()
    site.build()
    (site.root / "docs/two.md").unlink()
    assert site.build().returncode == 0
    assert "two/index.html" not in site.files()


def test_a_build_that_fails_leaves_the_last_good_site(make_site: MakeSite) -> None:
    site = make_site()
    site.build()
    good = site.files()
    site.write({"theme/main.html": "{{ nothing( }}", "docs/two.md": "# Other\n"})
    assert site.build().returncode != 0
    assert site.files() == good
    assert site.beside() == []


def test_a_strict_build_that_is_refused_leaves_the_last_good_site(make_site: MakeSite) -> None:
    site = make_site("strict: true\n")
    assert site.build().returncode == 0
    good = site.files()
    site.write({"docs/two.md": "# Two\n\nTo [nowhere](nowhere.md).\n"})
    done = site.build()
    assert done.returncode != 0
    assert "nowhere.md" in done.stderr
    assert site.files() == good
    assert site.beside() == []


def test_hidden_files_at_the_root_outlive_a_build_as_mkdocs_promises(make_site: MakeSite) -> None:
    site = make_site()
    site.build()
    site.write({"site/.git/HEAD": "ref: main\n", "docs/two.md": "# New\n"})
    assert site.build().returncode == 0
    assert site.files()[".git/HEAD"] == b"ref: main\n"
    assert b"New" in site.files()["two/index.html"]


def test_a_build_killed_at_any_moment_leaves_a_whole_site(make_site: MakeSite) -> None:
    site = make_site()
    site.build()
    chance = random.Random(3)
    good = site.files()
    for number in range(6):
        site.write({"docs/index.md": f"# Home {number}\n", "docs/two.md": f"# Two {number}\n"})
        process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "build", "-q"],
            cwd=site.root,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
        )
        time.sleep(chance.uniform(0.1, 0.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = site.files()
        whole = b"Home %d" % number in now["index.html"] and b"Two %d" % number in now["two/index.html"]
        assert now == good or whole
        good = now
    assert site.build().returncode == 0
    assert site.beside() == []
    assert list(MEMORY.glob(f"{_name_in_memory(site.root / 'site')}*")) == []


SWAPPER = """
import sys
from pathlib import Path
import pytest

from incremental_build.publication import begin, publish
live = Path(sys.argv[1])
for number in range(10_000):
    staged = begin(live)
    for name in range(int(sys.argv[2])):
        (staged.folder / f"{name}.html").write_text(f"{number}", "utf-8")
    (staged.folder / "same.html").write_text("same", "utf-8")
    if number == 0:
        print("ready", flush=True)
    publish(staged)
"""


@pytest.mark.parametrize("count", [20, 60])
def test_whoever_is_killed_while_swapping_the_next_start_finds_one_whole_site(
    tmp_path: Path, count: int
) -> None:
    live, chance = tmp_path / "site", random.Random(5)
    for _ in range(30):
        process = subprocess.Popen(
            [sys.executable, "-c", SWAPPER, str(live), str(count)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        process.kill()
        process.communicate()
        if live.exists():
            assert len({path.read_text("utf-8") for path in live.iterdir() if path.name != "same.html"}) == 1
            assert len(list(live.iterdir())) == count + 1
        discard(begin(live))
        if live.exists():  # the very first may have been killed before it published
            texts = {path.read_text("utf-8") for path in live.iterdir() if path.name != "same.html"}
            assert len(texts) == 1
            assert len(list(live.iterdir())) == count + 1
        assert [path.name for path in tmp_path.iterdir() if path != live] == []
    assert live.exists()


def test_a_site_that_did_not_change_is_not_swapped(tmp_path: Path) -> None:
    live = tmp_path / "site"
    numbers = []
    for _ in range(2):
        staged = begin(live)
        (staged.folder / "a.html").write_text("a", "utf-8")
        told = publish(staged)
        numbers.append(live.stat().st_ino)
    assert (told.written, told.same, told.removed) == (0, 1, 0)
    assert numbers[0] == numbers[1]


def test_folders_that_hold_nothing_any_more_are_gone(tmp_path: Path) -> None:
    live = tmp_path / "site"
    (live / "a/b").mkdir(parents=True)
    (live / "a/b/c.html").write_text("page", "utf-8")
    staged = begin(live)
    (staged.folder / "d.html").write_text("page", "utf-8")
    publish(staged)
    assert [path.name for path in live.rglob("*")] == ["d.html"]


def test_a_folder_of_the_new_site_may_be_a_file_in_the_old_one(tmp_path: Path) -> None:
    live = tmp_path / "site"
    live.mkdir()
    (live / "a").write_text("file", "utf-8")
    staged = begin(live)
    (staged.folder / "a").mkdir()
    (staged.folder / "a/index.html").write_text("page", "utf-8")
    publish(staged)
    assert (live / "a/index.html").read_text("utf-8") == "page"


def test_there_is_a_whole_site_at_every_moment(tmp_path: Path) -> None:
    live = tmp_path / "site"
    process = subprocess.Popen([sys.executable, "-c", SWAPPER, str(live), "3"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    while not live.exists():
        time.sleep(0.001)
    seen: set[str] = set()
    until = time.monotonic() + 2
    try:
        while time.monotonic() < until:
            folder = os.open(live, os.O_RDONLY)  # fails if there is no site for a moment
            if len(os.listdir(folder)) == 4:  # else it is the last one by now, and is being deleted
                with contextlib.suppress(FileNotFoundError):
                    page = os.open("0.html", os.O_RDONLY, dir_fd=folder)
                    seen.add(os.read(page, 100).decode())
                    os.close(page)
            os.close(folder)
    finally:
        process.kill()
        process.communicate()
    assert len(seen) > 10


MOUNTED = """
mount -t tmpfs none "$1" && "$2" -c "$3" "$1"
"""
TWICE = """
import sys
from pathlib import Path

from incremental_build.publication import begin, publish
live = Path(sys.argv[1])
for number in range(2):
    staged = begin(live)
    for name in range(3 - number):
        (staged.folder / f"{name}.html").write_text(f"{number}", "utf-8")
    publish(staged)
print({path.name: path.read_text("utf-8") for path in sorted(live.iterdir())})
print([path.name for path in live.parent.iterdir() if path != live])
"""


def test_a_folder_that_is_a_mount_is_filled_file_by_file(tmp_path: Path) -> None:
    live = tmp_path / "site"
    live.mkdir()
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNTED, "sh", str(live), sys.executable, TWICE],
        capture_output=True, text=True,
    )  # fmt: skip
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(done.stderr)
    assert done.stdout == "{'0.html': '1', '1.html': '1'}\n[]\n", done.stderr
