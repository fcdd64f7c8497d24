"""Check a project in this process, and ask its index whether anything has changed since."""

from __future__ import annotations

from sample import Sample

from snippets_runner.account import Account, account_of
from snippets_runner.config import load_config
from snippets_runner.pipeline import run
from snippets_runner.unchanged import look

SCRIPT = '# /// script\n# dependencies = ["tiny"]\n# [tool.snippets-runner]\n# services = ["redis"]\n# ///\n'


INDEX = ".cache/snippets_runner/index.json"


def checked(sample: Sample) -> Account:
    """Check the project as the command does that finds something changed."""
    config = load_config(sample.root)
    before = look(config)
    report = run(config)
    account = account_of(report)
    before.keep(report, account)
    return account


def unchanged(sample: Sample) -> Account | None:
    return look(load_config(sample.root)).unchanged()
