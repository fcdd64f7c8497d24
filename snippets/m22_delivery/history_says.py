# /// script
# requires-python = ">=3.11"
# dependencies = ["semver>=3", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["git"]
# timeout = 40
# ///
"""Ask a repository what people forget: the next version, paths without an owner, knowledge in one head."""

import os
import re
import subprocess
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path

from semver import Version
from snippet_support import work_in_temporary_folder

work_in_temporary_folder()
os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(*arguments: str, author: str = "ada") -> str:
    who = {f"GIT_{role}_{key}": f"{author}@example.com" if key == "EMAIL" else author
           for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True,
                          env=os.environ | who)
    return done.stdout


def commit(subject: str, *paths: str, author: str = "ada") -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with Path(path).open("a") as file:
            file.write(f"{subject}\n")
    git("add", "-A")
    git("commit", "-qm", subject, author=author)


git("init", "-q", "-b", "main")
Path("CODEOWNERS").write_text("shop/* @shop\nsearch/* @find\n")
commit("feat: the shop", "shop/cart.py", "shop/pay.py", author="bo")
git("tag", "v1.4.2")
# --8<-- [start:history]
commit("fix: round half up", "shop/pay.py", author="bo")
commit("feat: search", "search/index.py", "search/query.py", author="cy")
commit("feat(pay)!: amounts are strings", "shop/pay.py", author="bo")
commit("docs: how to pay", "docs/pay.md", "jobs/nightly.py")


def next_version() -> str:
    """Read it off the subjects since the last tag, by Conventional Commits."""
    last = git("describe", "--tags", "--abbrev=0").strip()
    version, subjects = Version.parse(last[1:]), git("log", "--format=%s", f"{last}..")
    if re.search(r"^\w+(\(\w+\))?!:", subjects, re.MULTILINE):
        return f"{last} -> v{version.bump_major()}"
    step = version.bump_minor() if "feat" in subjects else version.bump_patch()
    return f"{last} -> v{step}"


def ownerless() -> list[str]:
    patterns = [line.split()[0] for line in Path("CODEOWNERS").read_text().splitlines()]
    return [path for path in git("ls-files").splitlines()
            if path != "CODEOWNERS" and not any(fnmatch(path, one) for one in patterns)]


def one_head() -> list[str]:
    """Find files that were changed more than once, and always by the same person."""
    authors = defaultdict[str, list[str]](list)
    for part in git("log", "--format=%x00%an", "--name-only").split("\0")[1:]:
        name, *paths = part.split()
        for path in paths:
            authors[path].append(name)
    return [path for path, names in authors.items() if len(names) > 1 == len(set(names))]


print("next version:  ", next_version())
print("without owner: ", *ownerless())
print("in one head:   ", *one_head())
# --8<-- [end:history]
assert next_version().endswith("v2.0.0") and one_head() == ["shop/pay.py"]
