"""Tell whether a check executed the one snippet of a project, or knew that nothing had changed."""

from __future__ import annotations

from sample import Sample

HELLO = 'print("hello")\n'


UNCHANGED = "1 passed (1 unchanged since they last did)"


SCRIPT = '# /// script\n# dependencies = ["tiny"]\n# ///\n'


def ran(sample: Sample, *words: str, **extra: str) -> bool:
    """Check, and tell whether the snippet was executed."""
    done = sample.run("check", *words, **extra)
    assert "snippets: 1 passed" in done.out, done.out + done.err
    return UNCHANGED not in done.out
