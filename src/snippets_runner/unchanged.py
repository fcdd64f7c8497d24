"""The index: whether nothing at all has changed since a check in which everything held, told without opening a file.

A check of ten thousand snippets that all passed before would read, parse and hash each of them to find that out. The
index remembers how every file lay there that the check read, and everything else that it went by. If all of that is
as it was, so is the outcome. If anything differs, nothing is concluded: the check goes the whole way, as it would
without an index.

It is written after a check of everything, and only if what it says is known to be what was checked: a file that was
written while the check ran has another look afterwards than before, and then there is no index.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snippets_runner.account import Account, Row
from snippets_runner.config import Config
from snippets_runner.ledger import current_commit, entries_digest, redate, write_whole
from snippets_runner.model import Job, ServiceName, Status
from snippets_runner.reporters import ledger_json
from snippets_runner.snapshot import Look, Snapshot, hash_of, is_racy, take
from snippets_runner.surroundings import surroundings

if TYPE_CHECKING:
    from snippets_runner.pipeline import Report

VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What a check in which everything held went by."""

    time: int
    """When the files were looked at, in nanoseconds."""
    files: Mapping[str, Look]
    hashes: Mapping[str, str]
    tops: tuple[str, ...]
    """Folders outside the project's own whose files snippets may import."""
    extra: tuple[str, ...]
    """Files outside all folders, or of other kinds, that pages include or snippets read."""
    inputs: Sequence[tuple[str, str, Sequence[str]]]
    """The globs of what snippets read, each with its folder and the files that it found."""
    services: Mapping[str, str]
    """The version and origin of each."""
    surroundings: str
    """The digest of everything else that is no file of the project's."""
    entries: str
    """The digest of the ledger's entries, which say what passed."""
    account: Mapping[str, Any]
    """What there was to tell, as a check would tell it that runs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The project before a check: the index, if there is one, and the files as they lie there now."""

    config: Config
    began: datetime
    index: Index | None
    snapshot: Snapshot
    surroundings: str

    def unchanged(self) -> Account | None:
        """Return what there is to tell if nothing has changed since everything held; the ledger is dated anew."""
        index = self.index
        if index is None or index.surroundings != self.surroundings or not self._same_files(index):
            return None
        if index.entries != entries_digest(self.config.ledger_file):
            return None
        if index.services != _services(self.config, index.services):
            return None
        account, commit = ledger_json.read_table(index.account), current_commit(self.config.root)
        now = datetime.now(tz=UTC)
        redate(self.config.ledger_file, figures=account.figures, time=now, commit=commit)
        files = self.snapshot.read(frozenset(index.extra))
        if index.files != files or any(is_racy(each, index.time) for each in files.values()):
            _write(self.config, replace(index, time=self.snapshot.time, files=files))
        return replace(account, commit=commit, seconds=round((now - self.began).total_seconds(), 3))

    def _same_files(self, index: Index) -> bool:
        """Tell whether every file is what it was: by its look, and by its content where that says too little."""
        files = self.snapshot.read(frozenset(index.extra))
        if not self.snapshot.whole or files.keys() != index.files.keys():
            return False
        if any(found(folder, glob)[2] != paths for folder, glob, paths in index.inputs):
            return False
        return all(
            hash_of(path) == index.hashes.get(path, "")
            for path, before in index.files.items()
            if before != files[path] or is_racy(before, index.time)
        )

    def keep(self, report: Report, account: Account) -> None:
        """Write the index, if everything held and no file was touched meanwhile."""
        if account.failed or self.surroundings != surroundings(self.config):
            return
        snippets = report.project.snippets.values()
        inputs = [found(str(each.file.parent), glob) for each in snippets for glob in each.metadata.inputs]
        folders = {str(snippet.file.parent) for snippet in snippets if not snippet.inline}
        folders |= {str((self.config.root / snippet.source.path).parent) for snippet in snippets}
        named = {path for *_, paths in inputs for path in paths} | _named(self.config, report)
        tops, extra = tuple(sorted(folders - self._own_folders())), sorted(named)
        after = take([*_tops(self.config), *tops], extra)
        files = after.read(frozenset(extra))
        if not after.whole or not self._is_what_was_read(files, frozenset(extra)):
            return
        services = _services(self.config, {name for each in snippets for name in each.metadata.services})
        if not all(_is_about_now(each.job, self.config, services) for each in report.outcomes):
            return
        known = self.index
        hashes = {
            path: known.hashes[path]
            if known and known.files.get(path) == seen and not is_racy(seen, known.time)
            else after.hashes.get(path) or hash_of(path)
            for path, seen in files.items()
        }
        index = Index(
            time=self.snapshot.time,
            files=files,
            hashes=hashes,
            tops=tops,
            extra=tuple(extra),
            inputs=inputs,
            services=services,
            surroundings=self.surroundings,
            entries=entries_digest(self.config.ledger_file),
            account=ledger_json.table(_settled(account)),
        )
        _write(self.config, index)

    def _own_folders(self) -> frozenset[str]:
        outside = self.index.tops if self.index else ()
        return self.snapshot.folders - frozenset(outside)

    def _is_what_was_read(self, after: Mapping[str, Look], extra: Collection[str]) -> bool:
        """Tell whether no file was written, made or deleted since before the check."""
        before, snapshot = self.snapshot.read(extra), self.snapshot
        if before.keys() - after.keys():
            return False
        return all(
            seen == before[path] and snapshot.hashes.get(path) in (None, hash_of(path))
            if path in before
            else not is_racy(seen, snapshot.time)
            for path, seen in after.items()
        )


def look(config: Config) -> Before:
    """Look at the project before a check."""
    began, index = datetime.now(tz=UTC), _read(config)
    tops, extra = (index.tops, index.extra) if index else ((), ())
    return Before(
        config=config,
        began=began,
        index=index,
        snapshot=take([*_tops(config), *tops], extra),
        surroundings=surroundings(config),
    )


def _services(config: Config, names: Iterable[str]) -> Mapping[str, str]:
    """Return the version and origin of each service; nothing is started."""
    wanted = sorted(names)
    if not wanted:
        return {}
    from snippets_runner.cache import service_versions
    from snippets_runner.services.pool import SERVICES, ServicePool

    with ServicePool(cache=config.cache_folder) as pool:
        known = [ServiceName(name) for name in wanted if name in SERVICES]
        return {str(name): version for name, version in service_versions(pool, known).items()}


def _is_about_now(job: Job, config: Config, services: Mapping[str, str]) -> bool:
    """Tell whether the files that a snippet reads are still those that its key is of.

    Others than pages and snippets are not in the look that was taken before the check: one may be gone by now.
    """
    if not job.snippet.metadata.inputs:
        return True
    from snippets_runner.cache import key_of

    known = {name: services.get(name, "missing") for name in job.snippet.metadata.services}
    return job.key == key_of(job.snippet, job.digest, config=config, services=known)


def _tops(config: Config) -> list[str]:
    """Return the folders in which pages and snippets are looked for."""
    return [str(config.root / folder) for folder in (*config.docs, config.snippets)]


def _named(config: Config, report: Report) -> set[str]:
    """Return the files that pages and settings name, wherever they are."""
    named = {str(file) for file in report.project.included}
    return named | ({str(config.root / config.mermaid)} if config.mermaid else set())


def found(folder: str, glob: str) -> tuple[str, str, list[str]]:
    """Return a glob of what a snippet reads, with the files that it finds now."""
    from snippets_runner.cache import files_of  # only where there are such snippets: it imports much

    return folder, glob, sorted(map(str, files_of(Path(folder), glob)))


def _settled(account: Account) -> Account:
    """Return what a check has to tell in which nothing had to run."""
    return replace(account, rows=tuple(_settled_row(row) for row in account.rows))


def _settled_row(row: Row) -> Row:
    return replace(row, cached=row.status is Status.PASSED, seconds=None, versions={}, guards=())


def _file(config: Config) -> Path:
    return config.cache_folder / "index.json"


def _write(config: Config, index: Index) -> None:
    table = {name: getattr(index, name) for name in Index.__slots__}
    write_whole(_file(config), json.dumps({"version": VERSION, **table}, ensure_ascii=False), durable=False)


def _read(config: Config) -> Index | None:
    """Return the index; None if there is none, or one that another version wrote, or a broken one."""
    try:
        table = json.loads(_file(config).read_bytes())
        if table.pop("version") != VERSION:
            return None
        for name in ("tops", "extra"):
            table[name] = tuple(table[name])
        return Index(**table)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
