"""Where a simulated study is played: a sheet of paper with the protocol and the site published.

The rule that keeps it honest: the desk's own hearing decides, under the documents as they are published.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from typing_extensions import override

from activities.hearing import Hearing, Provenance
from activities.publishing import publish
from activities.rulebook import Rulebook
from domain.protocol.expanded import Protocol, expand
from domain.recorded import STUDY_SUBJECT
from domain.roles import Actor, Role
from domain.site import Site
from replay.course import Course
from replay.story.playing import Sheet
from store import Reading

_PUBLISHER = Actor(id="engineer-1", role=Role.ENGINEER, method="simulated")
_PROVENANCE = Provenance(software="simulated", zone_table="simulated")
_BEFORE = timedelta(hours=1)


def opened(protocol: Protocol, site: Site, starts: datetime) -> tuple[Course, Sheet]:
    """A course on which nothing has happened yet; published an hour before it starts (UTC)."""
    sheet = Sheet()
    publish(sheet, protocol, [site], _PUBLISHER, starts - _BEFORE, _PROVENANCE)
    course = Course(sheet, Hearing(_Known(protocol, site), _PROVENANCE), protocol.id)
    course.look(STUDY_SUBJECT)
    return course, sheet


def standing_alone(protocol: Protocol) -> Protocol:
    """The protocol as the first version of its study: one that amends another is played from the start."""
    if protocol.document.amends is None:
        return protocol
    return expand(protocol.document.model_copy(update={"amends": None}))


class _Known(Rulebook):
    """A rulebook that need not read again what was just published."""

    def __init__(self, protocol: Protocol, site: Site) -> None:
        super().__init__()
        self._protocol, self._site = protocol, site

    @override
    def protocol(self, reading: Reading, content_hash: str) -> Protocol:
        known = self._protocol.hash == content_hash
        return self._protocol if known else super().protocol(reading, content_hash)

    @override
    def site(self, reading: Reading, content_hash: str) -> Site:
        return self._site if self._site.hash == content_hash else super().site(reading, content_hash)
