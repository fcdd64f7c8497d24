"""Know what to run after files were saved: what changed is told by the keys that the cache goes by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from snippets_runner.cache import digest_of, key_of
from snippets_runner.config import Config
from snippets_runner.discover import Project, discover
from snippets_runner.finding import Finding, SnippetId
from snippets_runner.model import Digest, Snippet
from snippets_runner.plan import select


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The project at one moment."""

    project: Project
    keys: Mapping[SnippetId, Digest]
    """Of each selected snippet: its text, its recordings and the local modules that it imports are in it."""

    def changed_since(self, before: Look, saved: Iterable[Path]) -> frozenset[SnippetId]:
        """Return the snippets that are new, have another key, or were saved as they are."""
        files = {file.resolve() for file in saved}
        return frozenset(
            name
            for name, key in self.keys.items()
            if before.keys.get(name) != key or self.project.snippets[name].file.resolve() in files
        )

    def new_findings(self, before: Look) -> list[Finding]:
        """Return what is wrong with the project itself and was not before, wherever in the file it stands now."""
        known = {_identity(finding) for finding in before.project.findings}
        return [finding for finding in self.project.findings if _identity(finding) not in known]

    def folders(self) -> frozenset[Path]:
        """Return the folders in which a saved file matters."""
        config = self.project.config
        tops = [config.root / folder for folder in config.docs]
        tops += [config.snippets_folder] if config.snippets_folder.is_dir() else []
        files = [snippet.file.parent for snippet in self.project.snippets.values()]
        return frozenset(tops) | {
            folder for folder in files if not any(folder.is_relative_to(top) for top in tops)
        }


def look(config: Config, words: Iterable[str]) -> Look:
    """Read the project and compute the key of each snippet that the words name.

    Raises:
        ConfigurationError: a folder is not there, or a word names nothing.
    """
    project = discover(config)
    return Look(
        project=project,
        keys={snippet.id: _key(snippet, config) for snippet in select(project, words)},
    )


def _key(snippet: Snippet, config: Config) -> Digest:
    """Return a key without the versions of services, which do not change while somebody writes."""
    return key_of(
        snippet, digest_of(snippet), config=config, services=dict.fromkeys(snippet.metadata.services, "")
    )


def _identity(finding: Finding) -> tuple[str, str, str]:
    return finding.code.value, finding.where.path.as_posix(), finding.message
