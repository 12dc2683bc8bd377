"""Finding the rules a decision is made under: the pinned protocol version and the site as published.

The rule that keeps it honest: rules come from the store by content hash, never from files, so the same
stream is decided under the same rules on every machine.
"""

from __future__ import annotations

from activities.remembering import Remembered
from domain.events import ParticipantRegistered, SitePublished
from domain.protocol.expanded import Protocol
from domain.recorded import study_stream
from domain.refusal import Code, Refused
from domain.site import Site
from domain.state import Rules
from domain.study import Study, StudyRules, fold_study
from protocols.reading import published_document
from store import Head, Reading

STUDIES_REMEMBERED = 100


class MissingDocument(Exception):
    """A stream names a document that the store does not hold: the record is incomplete."""


class Rulebook:
    """Loads published documents once; they never change under their hash."""

    def __init__(self) -> None:
        self._protocols: dict[str, Protocol] = {}
        self._sites: dict[str, Site] = {}
        self._studies: Remembered[Study] = Remembered(STUDIES_REMEMBERED)

    def for_participant(self, reading: Reading, study: str, registered: ParticipantRegistered) -> Rules:
        """The rules of a registered participant: pinned protocol, newest site version.

        Raises:
            MissingDocument: the store lacks a document the record names.
        """
        site = self.site_in_force(reading, study, registered.site)
        protocol = self.protocol(reading, registered.protocol_hash)
        return Rules(protocol, site, self.versions(reading, study))

    def study(self, reading: Reading, study: str) -> Study:
        """The study as recorded; an unknown one is empty."""
        stream = study_stream(study)
        head = reading.head(stream)
        known = self._studies.recall(stream, head)
        if known is None:
            known = fold_study(each.event for each in reading.events(stream))
            self._studies.keep(stream, head, known)
        return known

    def keep_study(self, study: str, head: Head, after: Study) -> None:
        """Remember the study as it is up to this head."""
        self._studies.keep(study_stream(study), head, after)

    def study_rules(self, reading: Reading, study: str) -> StudyRules:
        """What is decided across participants under: the newest protocol version, the sites in force.

        Raises:
            MissingDocument: the store lacks a document the record names, or nothing is published.
        """
        known = self.study(reading, study)
        if not known.protocols or not known.sites:
            raise MissingDocument(f"no protocol and site are published for study {study!r}")
        sites = {each.site: self.site(reading, each.site_hash) for each in known.sites}
        return StudyRules(self.protocol(reading, known.protocols[-1].protocol_hash), sites)

    def site_in_force(self, reading: Reading, study: str, site: str) -> Site:
        """The newest published version of a site of the study."""
        return self.site(reading, _newest_site(self.study(reading, study), site).site_hash)

    def for_registration(self, reading: Reading, study: str, site: str | None) -> Rules:
        """The rules a new participant is registered under: the study's newest protocol, the stated site.

        Raises:
            Refused: no such study or site, or the site must be stated.
        """
        known = self.study(reading, study)
        if not known.protocols:
            raise Refused(Code.UNKNOWN_STUDY, f"no protocol is published for study {study!r}")
        codes = sorted({each.site for each in known.sites})
        if not codes:
            raise Refused(
                Code.UNKNOWN_SITE, f"no site is published for {study}: publish one with its protocol"
            )
        if site is None and len(codes) != 1:
            raise Refused(Code.UNKNOWN_SITE, f"state the site, one of: {', '.join(codes)}")
        chosen = site or codes[0]
        if chosen not in codes:
            raise Refused(Code.UNKNOWN_SITE, f"{chosen!r} is not a site of {study}: {', '.join(codes)}")
        protocol = self.protocol(reading, known.protocols[-1].protocol_hash)
        site_in_force = self.site_in_force(reading, study, chosen)
        return Rules(protocol, site_in_force, self.versions(reading, study))

    def versions(self, reading: Reading, study: str) -> tuple[Protocol, ...]:
        """Every published version of the study's protocol, oldest first."""
        published = self.study(reading, study).protocols
        return tuple(self.protocol(reading, each.protocol_hash) for each in published)

    def protocol(self, reading: Reading, content_hash: str) -> Protocol:
        if content_hash not in self._protocols:
            body = reading.document("protocol", content_hash)
            if body is None:
                raise MissingDocument(f"the store holds no protocol with hash {content_hash}")
            self._protocols[content_hash] = published_document(body)
        return self._protocols[content_hash]

    def site(self, reading: Reading, content_hash: str) -> Site:
        if content_hash not in self._sites:
            body = reading.document("site", content_hash)
            if body is None:
                raise MissingDocument(f"the store holds no site with hash {content_hash}")
            self._sites[content_hash] = Site.model_validate(body)
        return self._sites[content_hash]


def study_of(reading: Reading, study: str) -> Study:
    """The study as recorded; an unknown one is empty."""
    return fold_study(each.event for each in reading.events(study_stream(study)))


def _newest_site(study: Study, site: str) -> SitePublished:
    published = [each for each in study.sites if each.site == site]
    if not published:
        raise MissingDocument(f"the study stream names no site {site!r}")
    return published[-1]
