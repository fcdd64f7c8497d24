"""Read the options of a fence that includes a snippet, strictly.

``pymdownx.superfences`` takes an opening line with an option it does not know for text, so the page would show the
fence's marks; here it is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from snippets_runner.comparison import OPTIONS, is_comparison, wrong
from snippets_runner.config import Config
from snippets_runner.errors import did_you_mean
from snippets_runner.finding import Code, Finding
from snippets_runner.page import Fence, OutputStyle, Syntax
from snippets_runner.source import Span

KNOWN = frozenset({"title", "title_mode", "hl_lines", "linenums", "output", "highlight"})
"""Those of superfences, and ours: how the recorded output is shown, and which sections are marked."""


def read_options(fence: Fence, config: Config) -> Iterator[Finding]:
    """Yield a finding for every option of the fence that is not one, or that has an unknown value."""
    if not config.snippets_folder.is_dir():
        return  # no fence here was written for us
    if "{" in fence.info or not any(each.syntax is Syntax.PYMDOWNX for each in fence.includes):
        return  # in braces any key is an attribute of the HTML; other tools have options of their own
    compares = is_comparison(fence)
    known = KNOWN | OPTIONS if compares else KNOWN
    for name in fence.options:
        if name not in known:
            yield _wrong(fence, name, f"unknown option `{name}`", did_you_mean(name, known))
    if compares:
        yield from wrong(fence)
    written, styles = (
        fence.options.get("output", OutputStyle.AUTO.value),
        [each.value for each in OutputStyle],
    )
    if written not in styles:
        yield _wrong(fence, "output", f"unknown output style `{written}`", did_you_mean(written, styles))


def _wrong(fence: Fence, option: str, message: str, hint: str) -> Finding:
    start = fence.span.start + fence.span.text.index(f"{option}=")
    where = Span(source=fence.span.source, start=start, end=start + len(option))
    return Finding(code=Code.UNKNOWN_OPTION, where=where, message=message, hint=hint)
