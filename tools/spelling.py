"""Check the spelling of what readers read, in both languages: `make spelling`.

Words come from the pages as they are rendered. Code, links, addresses and identifiers are left out; titles, descriptions and the
text alternatives of diagrams are read as well. One hunspell process a language answers for all pages. What it doesn't know must
stand in `tests/spelling/`: `en.txt` and `nb.txt`, and `names.txt` for the names of people and products, which hold in both.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.pages import DOCS, ROOT, Page, read_page
from tools.prose import Word, read_words

LISTS = ROOT / "tests/spelling"
NAMES = "names"
DICTIONARIES = {"en": "en_GB", "nb": "nb_NO"}
PACKAGES = "apt-get install hunspell hunspell-en-gb hunspell-no"
PAGES_OF_THE_PROJECT = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLists:
    """The words that are right though no dictionary has them."""

    words: Mapping[str, frozenset[str]]
    """By language, and names under `names`."""
    used: set[tuple[str, str]] = field(default_factory=set)
    """The list and the word of each that has let something pass."""

    def allow(self, word: str, languages: Iterable[str]) -> bool:
        """Tell whether a word is listed: as it is, in lower case, or as a name with a genitive's ending."""
        forms = {word, word.lower()}
        hits = {(each, form) for each in languages for form in forms if form in self.words[each]}
        names = {*forms, word.removesuffix("s")}
        hits |= {(NAMES, form) for form in names if form in self.words[NAMES]}
        self.used.update(hits)
        return bool(hits)

    def unused(self) -> list[str]:
        """Return the listed words that have let nothing pass, each with its file."""
        return [
            f"tests/spelling/{name}.txt: “{word}” is on no page, or a dictionary has it; take it out"
            for name, words in self.words.items()
            for word in sorted(words)
            if (name, word) not in self.used
        ]


def find_hunspell() -> str | None:
    """Return the path of hunspell, or None where it or one of the two dictionaries is missing."""
    program = shutil.which("hunspell")
    if program is None:
        return None
    tries = (
        subprocess.run([program, "-d", each, "-l"], input="", capture_output=True, text=True, timeout=60)
        for each in DICTIONARIES.values()
    )
    return program if all(done.returncode == 0 for done in tries) else None


def unknown(words: Iterable[str], language: str, *, program: str = "hunspell") -> frozenset[str]:
    """Return those of the words that the dictionary of a language doesn't have."""
    asked = sorted(set(words))
    if not asked:
        return frozenset()
    done = subprocess.run(
        [program, "-d", DICTIONARIES[language], "-i", "utf-8", "-l"],
        input="\n".join(asked),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return frozenset(done.stdout.splitlines())


def read_lists(folder: Path = LISTS) -> WordLists:
    """Read the three word lists."""
    return WordLists(
        words={name: frozenset(_lines(folder / f"{name}.txt")) for name in (*DICTIONARIES, NAMES)}
    )


def read_pages(docs: Path = DOCS) -> list[Page]:
    """Read every page of the site, and the files at the top of the repository that people read."""
    files = sorted(docs.rglob("*.md"))
    return [read_page(file) for file in files] + [read_page(ROOT / name) for name in PAGES_OF_THE_PROJECT]


def misspelt(pages: Sequence[Page], lists: WordLists, *, program: str = "hunspell") -> Iterator[str]:
    """Yield a finding for each word that is in no dictionary and no list, the first place of it on each page."""
    words = [word for page in pages for word in read_words(page)]
    strange = {
        language: unknown(
            (word.text for word in words if language in word.languages), language, program=program
        )
        for language in DICTIONARIES
    }
    told: set[tuple[Path, str]] = set()
    for word in words:
        languages = [each for each in word.languages if word.text in strange[each]]
        if len(languages) < len(word.languages) or lists.allow(word.text, languages):
            continue
        if (word.page.path, word.text) not in told:
            told.add((word.page.path, word.text))
            yield _finding(word)


def main() -> int:
    """Print what is misspelt and which listed words are on no page; return 1 if there is any."""
    program = find_hunspell()
    if program is None:
        print(
            f"hunspell or one of its dictionaries ({', '.join(DICTIONARIES.values())}) is missing: {PACKAGES}"
        )
        return 2
    lists = read_lists()
    findings = [*misspelt(read_pages(), lists, program=program), *lists.unused()]
    print(*findings, f"{len(findings)} findings", sep="\n")
    if findings:
        print("Is a word right? Add it to tests/spelling/en.txt or nb.txt, or names.txt if it is a name.")
    return 1 if findings else 0


def _finding(word: Word) -> str:
    line, column = word.place()
    lists = " or ".join(f"{each}.txt" for each in (word.languages[0], NAMES))
    return f"{word.page.place}:{line}:{column}: “{word.text}” is not a word; mend it, or add it to tests/spelling/{lists}"


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split()


if __name__ == "__main__":
    sys.exit(main())
