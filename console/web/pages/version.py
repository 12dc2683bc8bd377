"""A protocol version, published or only proposed: what it changes in words, and what it moves for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from console.governing import amendment_preview
from console.reading import StudyLook
from console.sights import AmendmentPreview
from domain.amendment.diff import Change, diff
from domain.protocol.expanded import Protocol
from domain.refusal import Refused
from domain.stated import Stated

MOST_AT_ONCE = 20


class NoSuchVersion(LookupError):
    """No version of that name is published."""


@dataclass(frozen=True, slots=True)
class Previewed:
    """What would change for one participant; `refused`: why it could not be applied today."""

    participant: str
    preview: AmendmentPreview | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class VersionPage:
    """`before`: the version it is compared with; None: it is the first. `consented`: as if consented then."""

    version: str
    hash: str
    summary: str | None
    reconsent: bool
    published: bool
    before: str | None
    changes: tuple[Change, ...]
    consented: date | None
    previews: tuple[Previewed, ...]
    already: int
    ended: int
    after: str | None


def version_page(look: StudyLook, version: str, after: str = "") -> VersionPage:
    """A published version. `after`: the last participant shown before, where they are many.

    Raises:
        NoSuchVersion: it is not published.
    """
    for each in look.rulebook.versions(look.reading, look.study):
        if each.version == version:
            return _page(look, each, published=True, after=after)
    raise NoSuchVersion(version)


def proposal_page(look: StudyLook, proposed: Protocol, after: str = "") -> VersionPage:
    """A version that nobody published."""
    return _page(look, proposed, published=False, after=after)


def _page(look: StudyLook, protocol: Protocol, *, published: bool, after: str) -> VersionPage:
    before = _before(look, protocol)
    people = look.reading.participants(look.study)
    moving = [each.participant for each in people if each.end is None and each.protocol_hash != protocol.hash]
    left = [each for each in moving if each > after]
    shown = left[:MOST_AT_ONCE]
    amends = protocol.document.amends
    today = look.now.astimezone(look.study_rules().site(None).zone).date()
    consented = today if amends is None or amends.reconsent else None
    proposed = None if published else protocol
    return VersionPage(
        version=protocol.version,
        hash=protocol.hash,
        summary=amends.summary.in_language(look.language) if amends is not None else None,
        reconsent=amends.reconsent if amends is not None else False,
        published=published,
        before=before.version if before is not None else None,
        changes=diff(before, protocol) if before is not None else (),
        consented=consented,
        # The first version is what everybody began with: there is nothing to move to it.
        previews=tuple(_previews(look, shown, protocol.version, consented, proposed)) if before else (),
        already=sum(each.protocol_hash == protocol.hash for each in people),
        ended=sum(each.end is not None for each in people),
        after=shown[-1] if before and len(left) > len(shown) else None,
    )


def _before(look: StudyLook, protocol: Protocol) -> Protocol | None:
    """The version that this one amends; without one, the one published before it."""
    versions = look.rulebook.versions(look.reading, look.study)
    amends = protocol.document.amends
    if amends is not None:
        named = next((each for each in versions if each.version == amends.version), None)
        if named is not None:
            return named
    earlier = [each.hash for each in versions]
    position = earlier.index(protocol.hash) if protocol.hash in earlier else len(versions)
    return versions[position - 1] if position > 0 else None


def _previews(
    look: StudyLook, codes: list[str], version: str, consented: Stated | None, proposed: Protocol | None
) -> Iterator[Previewed]:
    for code in codes:
        try:
            yield Previewed(code, amendment_preview(look, code, version, consented, proposed))
        except Refused as refused:
            yield Previewed(code, None, refused.text)
