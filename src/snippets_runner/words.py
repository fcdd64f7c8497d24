"""What the interface says, in the languages that it speaks."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "output": "Output",
        "error": "Traceback",
        "lines": "{n} lines",
        "lines_one": "1 line",
        "ran": "ran in {ms} ms",
        "lasted": "It took",
        "took": "{ms} ms",
        "when": "When",
        "on": "On",
        "with": "With",
        "guards": "Guards that were on",
        "no_guards": "none",
        "actions": "The whole file {name}",
        "download": "Download",
        "open": "Open in the repository",
        "run": "Run locally",
        "run_alone": "In a clone of the project:",
        "run_with": "It needs {services}. In a clone of the project, this starts them and runs it:",
        "and": "and",
        "failed": "failed when it was last run",
        "unverified": "not verified here",
        "skipped": "not verified here",
        "footer_one": "1 snippet on this page",
        "footer": "{n} snippets on this page",
        "last": "last verified",
        "not_all": "{n} of them not verified here",
        "figure": "Figure",
        "count": "Count",
        "snippets_passed": "snippets that ran to their recorded output",
        "snippets_failed": "snippets that failed",
        "snippets_skipped": "snippets that could not run on this machine",
        "blocks_run": "code blocks on pages that come from a run snippet",
        "blocks_validated": "code blocks that a parser validated",
        "blocks_shown": "blocks that are only shown (plain text, terminal transcripts, …)",
        "checked": "Counted {time}",
        "never": "Nothing was checked on this machine yet: run `make site`.",
    },
    "nb": {
        "output": "Utskrift",
        "error": "Feilmelding",
        "lines": "{n} linjer",
        "lines_one": "1 linje",
        "ran": "kjørt på {ms} ms",
        "lasted": "Tok",
        "took": "{ms} ms",
        "when": "Når",
        "on": "På",
        "with": "Med",
        "guards": "Vern som var på",
        "no_guards": "ingen",
        "actions": "Hele filen {name}",
        "download": "Last ned",
        "open": "Åpne i kodelageret",
        "run": "Kjør lokalt",
        "run_alone": "I en klone av prosjektet:",
        "run_with": "Den trenger {services}. I en klone av prosjektet starter dette dem og kjører den:",
        "and": "og",
        "failed": "feilet ved siste kjøring",
        "unverified": "ikke kontrollert her",
        "skipped": "ikke kontrollert her",
        "footer_one": "1 kodebit på denne siden",
        "footer": "{n} kodebiter på denne siden",
        "last": "sist kontrollert",
        "not_all": "{n} av dem er ikke kontrollert her",
        "figure": "Tall",
        "count": "Antall",
        "snippets_passed": "kodebiter som kjørte og ga den utskriften som er tatt opp",
        "snippets_failed": "kodebiter som feilet",
        "snippets_skipped": "kodebiter som ikke kunne kjøres på denne maskinen",
        "blocks_run": "kodeblokker på sidene som kommer fra en kjørt kodebit",
        "blocks_validated": "kodeblokker som en parser har kontrollert",
        "blocks_shown": "blokker som bare vises (ren tekst, terminalutskrifter, …)",
        "checked": "Talt {time}",
        "never": "Ingenting er kontrollert på denne maskinen ennå: kjør `make site`.",
    },
}
"""What the interface says, by language; a language that is not here gets English."""


def words_for(language: str) -> Mapping[str, str]:
    """Return the interface's words for a page's ``lang``; ``no`` and ``nn`` get bokmål."""
    base = language.lower().split("-")[0]
    return WORDS.get("nb" if base in ("no", "nn") else base, WORDS["en"])


def listed(names: list[str], words: Mapping[str, str]) -> str:
    """Return names as a sentence has them: `one`, `one and two`, `one, two and three`."""
    return f" {words['and']} ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
