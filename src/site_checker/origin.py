"""Find the place in the sources that a fault of the site comes from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from site_checker.model import Code, Fault, Finding

_OUTSIDE = re.compile(r"[^\w/.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Which source file each file of the site was made from."""

    files: Mapping[str, Path]
    """For each file of the site its source."""

    @classmethod
    def guess(cls, docs: Path, site_files: Iterable[str]) -> Sources:
        """Pair the sources below a folder with the files of a site by their names, where nobody says which made which."""
        made = {_key(name): name for name in sorted(site_files)}
        found: dict[str, Path] = {}
        for path in sorted(docs.rglob("*")):
            if path.is_file():
                name = path.relative_to(docs).as_posix()
                for each in _published(name):
                    if _key(each) in made:
                        found.setdefault(made[_key(each)], path)
        return cls(files=found)


def _published(name: str) -> Iterator[str]:
    """Yield under which names a source may be published."""
    if not name.endswith((".md", ".markdown")):
        yield name
        return
    stem = name.rsplit(".", 1)[0]
    folder, _, last = stem.rpartition("/")
    if last.lower() in ("index", "readme"):
        yield f"{folder}/index.html".lstrip("/")
    yield f"{stem}/index.html"
    yield f"{stem}.html"


def _key(name: str) -> str:
    """Return a path without what generators change: case, blanks, emoji, marks."""
    plain = unicodedata.normalize("NFC", name).casefold()
    return "/".join(part for each in plain.split("/") if (part := _OUTSIDE.sub("-", each).strip("-")))


def findings(faults: Iterable[Fault], sources: Sources, project: Path, site: Path) -> list[Finding]:
    """Return every fault at its place; one that no source holds, and that many pages share, is told once."""
    placed: list[Finding] = []
    shared: dict[tuple[Code, str, str], list[Fault]] = {}
    texts: dict[Path, str] = {}
    for fault in faults:
        source = sources.files.get(fault.page)
        if source is None:
            shared.setdefault((fault.code, fault.needle.lstrip("./"), fault.text), []).append(fault)
            continue
        if source not in texts:
            texts[source] = source.read_bytes().decode("utf-8", errors="replace")
        offset = place(texts[source], fault)
        if offset is None:
            shared.setdefault((fault.code, fault.needle.lstrip("./"), fault.text), []).append(fault)
        else:
            placed.append(_finding(fault, _named(source, project), texts[source], offset))
    for group in shared.values():
        placed += _told_once(group, sources, project, site)
    return sorted(placed, key=lambda each: (each.path, each.line, each.column, each.code.value, each.message))


def _told_once(group: list[Fault], sources: Sources, project: Path, site: Path) -> Iterator[Finding]:
    """Yield faults that no text of a source shows: each by itself, or as one if many pages have it."""
    many = len(group) > 9
    for fault in group[:1] if many else group:
        source = sources.files.get(fault.page)
        path = _named(source, project) if source else _named(site / fault.page, project)
        more = f" (and on {len(group) - 1} more pages: it comes from the theme or a plugin)" if many else ""
        yield Finding(
            path=path,
            line=1,
            column=1,
            code=fault.code,
            message=fault.message + more,
            page=fault.page,
            hint=fault.hint,
        )


def _finding(fault: Fault, path: str, text: str, offset: int) -> Finding:
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Finding(
        path=path,
        line=line,
        column=column,
        code=fault.code,
        message=fault.message,
        page=fault.page,
        hint=fault.hint,
    )


def _named(path: Path, project: Path) -> str:
    absolute, root = path.absolute(), project.absolute()
    return str(absolute.relative_to(root) if absolute.is_relative_to(root) else absolute)


def place(text: str, fault: Fault) -> int | None:
    """Return where in a source the fault stands; None if no text of it shows it."""
    for needle in _needles(fault):
        found = text.find(needle)
        if found >= 0:
            return found
    if fault.code is Code.DUPLICATE_ID and fault.needle:
        return _second_heading(text, fault.needle)
    return None


def _needles(fault: Fault) -> Iterator[str]:
    """Yield what may stand in the source, the surest first."""
    written, plain = fault.needle, unquote(fault.needle)
    if fault.code is Code.LEFT_AS_TEXT:
        yield written
        yield written.partition("](")[0]
        return
    if fault.code in (Code.DUPLICATE_ID, Code.MISSING_ID):
        yield from (form.format(written) for form in ("{{#{}", 'id="{}"', "#{}", '"{}"') if written)
        return
    if written:
        for each in dict.fromkeys((written, plain)):
            yield from (
                form.format(each)
                for form in ("]({})", "](<{}>)", "]({} ", '"{}"', "'{}'", "]: {}", "<{}>", "({}")
            )
        yield from (each for each in dict.fromkeys((written, plain)) if len(each) > 3)
    path, _, anchor = plain.partition("#")
    last = path.strip("/").rpartition("/")[2].rpartition(".")[0] or path.strip("/").rpartition("/")[2]
    if anchor:
        yield from (
            form.format(anchor) for form in (f"{last}.md#{{}}", f"{last}#{{}}", "#{})", "#{}]", "#{}|", "#{}")
        )
    if last and last not in ("..", "."):
        yield from (f"[[{last}", f"{last}.md", f"/{last}", last)
    if fault.text:
        yield from (f"[{fault.text}]", f"[[{fault.text}", f"|{fault.text}]]", fault.text)


def _second_heading(text: str, wanted: str) -> int | None:
    """Return where the last heading stands whose id is the wanted one, as slugs are commonly made."""
    key = _key(wanted).replace("/", "-")
    headings = re.finditer(r"^#{1,6} (.+?)\s*#*$", text, re.M)
    same = [each.start() for each in headings if _key(each[1]).replace("/", "-") == key]
    return same[-1] if same else None
