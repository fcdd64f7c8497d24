"""Read what other tools' marks say of a block: the comments and words that leave it to nobody, or to pytest alone.

Only comments that stand right above a block are read so. A comment in prose that happens to begin with "skip" is none.

Sources: the documentation of pytest-markdown-docs ("Fixtures", "MDX Comments for Metadata Options"), phmdoctest
("Directives") and Sybil; the others are forms that are met in public documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ALONE = re.compile(
    r"\+?skip(?:[-_ ]?tests?)?|no[-_ ]?(?:test|run|exec)|ignore[-_ ]?tests?|tests?[-_: ]*(?:skip|off|ignore)|don'?t[-_ ](?:test|run)",
    re.IGNORECASE,
)
"""The whole of a comment that says that the block below is not to be run."""
_OF_A_TOOL = re.compile(
    r"[\w.-]*?(?:test|docs?|example|snippet|codeblock)s?[-:.]\s*\+?(?:mark\.)?(?:skip(?:if)?|no-?test|no-?run|ignore)\b.*",
    re.IGNORECASE,
)
"""The same behind the name of a tool that tests code: ``doctest: +SKIP``, ``phmdoctest-mark.skip``, ``mktestdocs: skip``."""
_METADATA = re.compile(r"pmd-metadata:\s*(?P<words>.*)")
"""What pytest-markdown-docs takes in MDX for the words behind a block's language."""
_FIXTURE = re.compile(r"fixture:(?P<name>\w+)")


def words_in(comments: Iterable[str]) -> set[str]:
    """Return the words that comments above a block add to those behind its language."""
    found = (match for each in comments if (match := _METADATA.fullmatch(each)))
    return {word for match in found for word in match["words"].split()}


def why_not(comments: Iterable[str], words: Iterable[str]) -> str:
    """Return why a block is left alone by the marks of other tools; nothing if it is not."""
    for comment in comments:
        if _ALONE.fullmatch(comment) or _OF_A_TOOL.fullmatch(comment):
            return f"its page marks it: {comment}"
    fixtures = sorted(match["name"] for word in words if (match := _FIXTURE.fullmatch(word)))
    if fixtures:
        named = ", ".join(f"`{name}`" for name in fixtures)
        return f"it is given {named} by pytest, whose fixtures are not here"
    return ""
