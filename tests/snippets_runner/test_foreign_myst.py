"""Documentation that was written for Sphinx and MyST: directives, cells, transcripts."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from foreign import check, states, told

MYST = """\
---
kernelspec:
  name: python3
---
# Title

```{code-block} python
:caption: a.py
:name: a

x = 1
assert x == 2, x
```

`````{tab-set}
````{tab-item} One
```python
assert 3 == 4
```
````
`````

```{note}
This is text, and `{note}` is no language.
```

```{code-cell} ipython3
---
tags: [hide-input]
---
%matplotlib inline
y = 5
```

```{code-cell}
:tags: [raises-exception]

print(y)
```

```{code-cell}
:tags: [skip-execution]

1 / 0
```

```{code} json
{"a": }
```

:::{literalinclude} src/example.py
:language: python
:::

```{literalinclude} /src/example.py
:start-after: begin
:end-before: the end
```

```{literalinclude} src/example.py
:lines: 1-9
```

```{literalinclude} src/data.yaml
```

```{toctree}
other
```

```{eval-rst}
.. autoclass:: a.B
```
"""


def test_the_directives_of_myst_are_read(tmp_path: Path) -> None:
    files = {
        "docs/index.md": MYST,
        "docs/src/example.py": "# begin\nprint(1)\n# end\n",
        "docs/src/data.yaml": "a: [\n",
    }
    report = check(tmp_path, files)
    assert states(report) == {
        "docs/index.md:7": "failed",
        "docs/index.md:17": "failed",
        "docs/index.md#cells": "passed",
        "docs/index.md:41": "skipped",
        "docs/src/example.py": "passed",
    }
    assert told(report) == [
        "docs/index.md:12:1: raised: raised AssertionError: 1",
        "docs/index.md:18:1: raised: raised AssertionError",
        "docs/index.md:44:1: skipped: its page marks it as not to be run",
        "docs/index.md:48:1: invalid-block: this is not json: Expecting value",
        "docs/index.md:55:21: missing-section: what /src/example.py shows begins or ends at 'the end', which does not stand in it",
        "docs/index.md:60:21: missing-section: src/example.py has 3 lines, and line 9 is shown or marked",
        "docs/src/data.yaml:1:1: invalid-block: this is not yaml: expected the node content, but found '<stream end>'",
    ]


def test_the_transcripts_of_a_page_are_one_program_with_what_sets_them_up(tmp_path: Path) -> None:
    page = """\
        ```{testsetup}
        import math
        print("not compared")
        ```

        ```{doctest}
        >>> x = math.floor(2.5)
        >>> x
        2
        ```

        ```python
        def double(n):
            return 2 * n

        >>> double(x)
        4
        ```

        ```pycon
        >>> double(x)
        5
        >>> y
        ```

        ```{doctest}
        :skipif: True

        >>> 1 / 0
        ```
        """
    report = check(tmp_path, {"docs/page.md": page})
    assert states(report) == {"docs/page.md#doctest": "failed", "docs/page.md:26": "skipped"}
    assert [each for each in told(report) if "skipped" not in each] == [
        "docs/page.md:21:1: output-differs: an answer is not what this transcript says",
        "docs/page.md:23:1: output-differs: an answer is not what this transcript says",
    ]
    details = [each.details for each in report.findings if each.details]
    assert "Got:\n    4" in details[0]
    assert "NameError: name 'y' is not defined" in details[1]
    assert "doctest.py" not in details[1]


@pytest.mark.parametrize(
    ("options", "state"),
    [
        (":options: +SKIP", "skipped"),
        ("    :options: +SKIP", "skipped"),
        ("    :options: +ELLIPSIS", "failed"),
        (":pyversion: >= 3.99", "skipped"),
        (":pyversion: >= 3.8", "failed"),
    ],
)
def test_options_of_sphinx_doctest_hold_also_where_they_are_indented(
    options: str, state: str, tmp_path: Path
) -> None:
    page = f"```{{doctest}}\n{options}\n\n>>> 1\n2\n```\n"
    assert list(states(check(tmp_path, {"docs/page.md": page})).values()) == [state]


def test_a_block_that_is_meant_to_fail_does_not_end_the_program_that_it_is_part_of(tmp_path: Path) -> None:
    page = """\
        ```{code-cell}
        :tags: [raises-exception]

        first = [1 / 0]
        ```

        ```{code-cell}
        error = kind = "kept"
        ```

        ```{code-cell}
        :tags: [raises-exception]

        text = '''
        as it stands'''
        {}[text]
        ```

        ```{code-cell}
        assert (error, kind, text) == ("kept", "kept", "\\nas it stands")
        raise ValueError("line 24 was reached")
        ```

        ```python session="a" expect-error="LookupError"
        {}["x"]
        ```

        ```python session="a" expect-error="KeyError"
        z = 1
        ```

        ```python session="b" expect-error="KeyError"
        1 / 0
        ```

        ```python session="b"
        raise ValueError("not reached")
        ```
        """
    report = check(tmp_path, {"docs/index.md": dedent(page)})
    assert states(report) == {
        "docs/index.md#cells": "failed",
        "docs/index.md#a": "failed",
        "docs/index.md#b": "failed",
    }
    assert told(report) == [
        "docs/index.md:21:1: raised: raised ValueError: line 24 was reached",
        "docs/index.md:29:1: raised: raised AssertionError: this block ended well, and it says that it shows KeyError",
        "docs/index.md:33:1: raised: raised ZeroDivisionError: division by zero",
    ]
    ended_well = next(each for each in report.findings if "ended well" in each.message)
    assert ended_well.details.count("File ") == 1
