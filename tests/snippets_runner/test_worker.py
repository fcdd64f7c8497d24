"""A forked snippet finds what a fresh interpreter's finds: nothing of its worker, and nothing of the one before it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sample import Sample

from snippets_runner.warm import OWN

SURROUNDINGS = """
    import os, resource, signal, stat, sys, tempfile

    here = os.getcwd()
    for name in ("HOME", "TMPDIR"):
        assert os.environ[name] == here, name
    assert tempfile.gettempdir() == here
    print(sorted(os.environ))
    print(sorted(key for key, value in os.environ.items() if os.getenvb(key.encode()) != value.encode()))
    print(os.listdir(here), oct(stat.S_IMODE(os.stat(here).st_mode)), oct(os.umask(0)))
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        print(stream.fileno(), stream.encoding, stream.errors, stream.line_buffering, stream.isatty(), stream.mode)
    print(sys.stdin.read() == "", sys.stdout.seekable(), sys.stdout is sys.__stdout__)
    print([signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == [
        signal.default_int_handler, signal.SIG_DFL, signal.SIG_DFL])
    print(os.getsid(0) == os.getpid(), resource.getrlimit(resource.RLIMIT_CORE))
    print(sys.argv == [__file__], __name__, sys.path[0] == os.path.dirname(__file__))
    """

CHANGES = {
    "a-hidden-file": 'open(".left", "w").close()',
    "a-folder-of-a-cache": 'import os; os.makedirs(".cache/deep")',
    "a-file-that-is-gone-again": 'import os; open("x", "w").close(); os.unlink("x")',
    "its-mode": 'import os; os.chmod(".", 0o755)',
    "a-working-folder-elsewhere": 'import os; os.mkdir(".a"); os.chdir(".a")',
}


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_it_finds_the_same_around_it(isolation: str, sample: Sample) -> None:
    sample.settings(jobs=1)
    sample.snippet("a", SURROUNDINGS)
    sample.snippet("b", SURROUNDINGS)
    assert sample.run("--isolation", "spawn", "update").status == 0
    for name in ("a", "b"):
        assert "['HOME', 'LANG', 'NO_COLOR', 'PATH'" in (sample.root / f"snippets/{name}.out").read_text()

    done = sample.run("--isolation", isolation, "check", "--no-cache")

    assert done.status == 0, done.out


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_signals_do_what_they_do_by_default_also_where_the_check_runs_in_the_background(
    isolation: str, sample: Sample
) -> None:
    """A shell ignores Ctrl-C and Ctrl-\\ for what it starts with an ampersand, and a program's children inherit it."""
    code = """
        from signal import SIG_DFL, default_int_handler, getsignal, Signals

        print([name for name in ("SIGHUP", "SIGQUIT", "SIGTERM") if getsignal(Signals[name]) == SIG_DFL])
        print(getsignal(Signals.SIGINT) == default_int_handler)
        """
    sample.snippet("a", code, out="['SIGHUP', 'SIGQUIT', 'SIGTERM']\nTrue\n")
    check = [sys.executable, "-m", "snippets_runner", "--isolation", isolation, "check"]

    done = subprocess.run(
        ["sh", "-c", 'trap "" INT QUIT; exec "$@"', "sh", *check],
        cwd=sample.root,
        env=sample.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_a_module_of_its_own_may_bear_the_name_of_one_of_the_worker_s(isolation: str, sample: Sample) -> None:
    for name in OWN:
        sample.write({f"snippets/_own/{name}.py": f'WORD = "{name} of the snippet"\n'})
    names = "\n".join(f"import {name}; print({name}.WORD)" for name in OWN)
    sample.snippet("a", f'import sys; sys.path.insert(0, __file__[:-4] + "_own")\n{names}')

    sample.run("--isolation", isolation, "update")

    recorded = (sample.root / "snippets/a.out").read_text().splitlines()
    assert recorded == [f"{name} of the snippet" for name in OWN]


@pytest.mark.parametrize("change", CHANGES)
def test_the_next_one_gets_a_folder_that_nobody_changed(change: str, sample: Sample) -> None:
    sample.settings(jobs=1)
    look = "import os\nprint(os.listdir(), oct(os.stat('.').st_mode), os.getcwd() == os.environ['HOME'])\n"
    seen = "[] 0o40700 True\n"
    sample.snippet("a", look + CHANGES[change], out=seen)
    sample.snippet("b", look, out=seen)
    sample.snippet("c", look, out=seen)

    done = sample.run("check")

    assert done.status == 0, done.out
    assert sample.left_behind() == []


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_a_module_beside_the_snippet_comes_before_an_installed_one(isolation: str, sample: Sample) -> None:
    sample.settings(jobs=1, recordings=False)
    sample.write(
        {
            "snippets/a/colorsys.py": "WORD = 'mine'\n",
            "snippets/a/email/__init__.py": "",
            "snippets/a/email/message.py": "WORD = 'mine, too'\n",
        }
    )
    sample.snippet(
        "a/x",
        "import colorsys, email.message\nprint(colorsys.WORD, email.message.WORD)",
        out="mine mine, too\n",
    )
    sample.snippet(
        "b/y",
        "import colorsys, email.message\nprint(hasattr(colorsys, 'WORD'), hasattr(email.message, 'WORD'))",
        out="False False\n",
    )
    sample.snippet("b/z", """
        import os, sys
        sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(__file__)), "a"))
        import colorsys
        print(colorsys.WORD)
        """, out="mine\n")  # fmt: skip

    done = sample.run("--isolation", isolation, "check")

    wrong = [line for line in done.out.splitlines() if line.startswith(("snippets/a/x", "snippets/b/"))]
    assert wrong == [], done.out


def test_what_snippets_import_as_they_go_is_there_for_the_next_and_seen_by_none(sample: Sample) -> None:
    sample.settings(jobs=1)
    going = """
        import importlib, sys
        opened = []
        sys.addaudithook(lambda event, words: opened.append(words[0]) if event == "open" else None)
        import xmlrpc
        assert "xmlrpc.client" not in sys.modules and not hasattr(xmlrpc, "client")
        print(importlib.import_module("xmlrpc" + ".client").__name__, xmlrpc.client.__spec__.name)
        """
    for number in range(4):
        sample.snippet(f"a{number}", going + 'print(any("xmlrpc" in str(each) for each in opened))')
    sample.snippet(
        "b", "import sys, xmlrpc\nprint('xmlrpc.client' in sys.modules, hasattr(xmlrpc, 'client'))"
    )

    sample.run("update")

    told = [(sample.root / f"snippets/a{number}.out").read_text().split() for number in range(4)]
    assert {tuple(each[:2]) for each in told} == {("xmlrpc.client", "xmlrpc.client")}
    assert [each[2] for each in told] == ["True", "True", "False", "False"]
    assert (sample.root / "snippets/b.out").read_text() == "False False\n"
