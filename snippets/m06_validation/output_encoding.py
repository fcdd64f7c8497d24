# /// script
# requires-python = ">=3.11"
# dependencies = ["markupsafe>=3", "nh3>=0.2.20"]
# ///
"""One hostile text, stored as it came, encoded for seven places where it is shown."""

import csv
import html.parser
import io
import json
import shlex
import subprocess
import sys
from urllib.parse import quote, urlsplit

import nh3
from markupsafe import Markup, escape

HOSTILE = "=1+1\"'><script>alert(1)</script>&\nSet-Cookie: a=b;$(touch x)"


# --8<-- [start:encoders]
def in_html(text: str) -> str:
    return Markup("<p>{}</p>").format(text)


def in_attribute(text: str) -> str:
    return Markup('<input value="{}">').format(text)  # the quotes belong to the encoding


def in_url(text: str) -> str:
    return f"/search?q={quote(text, safe='')}"


def in_script(text: str) -> str:
    """Make a string for JavaScript in a page: `</script>` must not appear in it."""
    string = json.dumps(text)
    for mark in "<>&\u2028\u2029":
        string = string.replace(mark, f"\\u{ord(mark):04x}")
    return f"<script>const q = {string}</script>"


def in_log(text: str) -> str:
    return json.dumps({"q": text})  # a newline stays inside the string


def in_csv(text: str) -> str:
    """Put an apostrophe before what a spreadsheet takes for a formula."""
    cell = f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
    csv.writer(file := io.StringIO(), quoting=csv.QUOTE_ALL).writerow([cell])
    return file.getvalue()


def in_header(text: str) -> str:
    if any(ord(mark) < 32 or ord(mark) == 127 for mark in text):
        raise ValueError("no control character in a header")  # refuse; nothing encodes it
    return text
# --8<-- [end:encoders]


class Tags(html.parser.HTMLParser):
    """Collect what a browser would take for tags and attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.values: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.values += [value for _, value in attrs]


# --8<-- [start:show]
print("raw in HTML, tags seen:", *Tags(f"<p>{HOSTILE}</p>").seen)
for place in (in_html, in_attribute, in_url, in_script, in_log, in_csv):
    print(f"{place.__name__:12} {place(HOSTILE).strip()}")
assert Tags(f"<p>{HOSTILE}</p>").seen == ["p", "script"]
assert Tags(in_html(HOSTILE)).seen == ["p"]
assert Tags(in_attribute(HOSTILE)).values == [HOSTILE]
assert in_script(HOSTILE).count("</script>") == 1
assert "\n" not in in_log(HOSTILE) + urlsplit(in_url(HOSTILE)).query
try:
    in_header(HOSTILE)
except ValueError as error:
    print(f"in_header    refused: {error}")
# --8<-- [end:show]

# --8<-- [start:rich]
COMMENT = "<p onclick='x()'>It is <b>bold</b><script>alert(1)</script> <a href='javascript:x()'>a</a>"
clean = nh3.clean(COMMENT, tags={"p", "b", "i"})
print(f"rich text    {clean}")
assert clean == "<p>It is <b>bold</b> a</p>"
# --8<-- [end:rich]

# --8<-- [start:shell]
command = [sys.executable, "-c", "import sys; print(len(sys.argv[1]))", HOSTILE]
answer = subprocess.run(command, capture_output=True, text=True, check=True)  # no shell
print(f"argument     {answer.stdout.strip()} characters, none of them run")
assert shlex.split(shlex.quote(HOSTILE)) == [HOSTILE]  # where a POSIX shell can't be avoided
# --8<-- [end:shell]
assert str(escape("<")) == "&lt;"
