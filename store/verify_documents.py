"""What does not hold of the published documents: their bodies, and their names and moments.

The rule that keeps it honest: a body is known by its hash, and the event that published it says the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.recorded import Recorded
from store import raw
from store.instants import utc_text
from store.report import Problem
from store.rows import DocumentKind


@dataclass(frozen=True, slots=True)
class Published:
    """What the record says of a document: under which name and hash it was published, and when (UTC)."""

    kind: DocumentKind
    id: str
    version: str
    hash: str
    at: datetime

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells it from every other."""
        return self.kind, self.id, self.version


PublishedOf = Callable[[list[Recorded]], Iterable[Published]]
"""The domain's reading of what a study's stream says was published, in the order of the stream."""


def body_problems(documents: Iterable[raw.Row]) -> Iterator[Problem]:
    """Documents whose body is not the one their hash was made of."""
    for row in documents:
        if sha256(row["body"].encode()).hexdigest() != row["hash"]:
            yield Problem(_called(row), None, f"version {row['version']} is not the body that was published")


def publishing_problems(documents: Iterable[raw.Row], said: Iterable[Published]) -> Iterator[Problem]:
    """Documents that are kept otherwise than they were published; `said`: by all studies."""
    first: dict[tuple[str, str, str], Published] = {}
    for each in sorted(said, key=lambda one: one.at):
        # A second study with the same site names the document that the first one had kept.
        first.setdefault(each.name, each)
    for row in documents:
        told = first.pop((row["kind"], row["id"], row["version"]), None)
        if told is None:
            what = f"version {row['version']} is kept, and was published by nobody"
        elif told.hash != row["hash"]:
            what = f"version {row['version']} is kept with another hash than it was published with"
        elif utc_text(told.at) != (moment := raw.moment(row["published_at"])):
            what = (
                f"version {row['version']} is kept as of {moment}, and was published at {utc_text(told.at)}"
            )
        else:
            continue
        yield Problem(_called(row), None, what)
    for each in first.values():
        what = f"version {each.version} was published, and is not kept"
        yield Problem(f"{each.kind} {each.id}", None, what)


def _called(row: raw.Row) -> str:
    return f"{row['kind']} {row['id']}"
