# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""An index that is written to: buffer, refresh, tombstones, merge."""

from dataclasses import dataclass, field, replace

from analysis import MappingError, guess, terms
from segments import Searcher, Segment, Source, flatten


# --8<-- [start:index]
@dataclass(slots=True)
class Index:
    mapping: dict[str, str]
    dynamic: str = "strict"  # or "true": guess the type; or "false": store, don't index
    segments: tuple[Segment, ...] = ()
    buffer: dict[str, Source | None] = field(default_factory=dict)

    def put(self, name: str, source: Source) -> None:
        for path, value in flatten(source):
            if path not in self.mapping and self.dynamic == "strict":
                raise MappingError(f"no field {path}")
            if path not in self.mapping and self.dynamic == "true":
                self.mapping[path] = guess(value)
            if path in self.mapping:
                terms(self.mapping[path], value)  # refuse it now, not at the refresh
        self.buffer[name] = source

    def delete(self, name: str) -> None:
        self.buffer[name] = None

    def get(self, name: str) -> Source | None:
        """By id, at once: the buffer is asked first."""
        if name in self.buffer:
            return self.buffer[name]
        found = (s.sources[name] for s in self.segments if name in s.alive())
        return next(found, None)

    def refresh(self) -> None:
        """Make what was written searchable; the old versions get a tombstone."""
        gone = self.buffer.keys()
        old = (
            replace(segment, deleted=segment.deleted | (gone & segment.sources.keys()))
            for segment in self.segments
        )
        new = {name: kept for name, kept in self.buffer.items() if kept is not None}
        added = [Segment(dict(self.mapping), new)] if new else []
        self.segments = (*old, *added)
        self.buffer = {}

    def merge(self) -> None:
        """Write one new segment of what is alive; the tombstones go."""
        alive = {name: s.sources[name] for s in self.segments for name in s.alive()}
        self.segments = (Segment(dict(self.mapping), alive),)

    def searcher(self) -> Searcher:
        return Searcher(self.mapping, self.segments)
# --8<-- [end:index]
