"""Publishing protocol and site versions: kept in the store by hash and named on the study's stream.

The rule that keeps it honest: a published version never changes; publishing it again is no event.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from activities.hearing import Provenance
from activities.rulebook import Rulebook, study_of
from activities.study_hearing import StudyHearing
from domain.amendment.succession import may_follow
from domain.events import ProtocolPublished, SitePublished
from domain.protocol.expanded import Protocol
from domain.recorded import PUBLISHING, Stamp, study_stream
from domain.refusal import Code, Refused
from domain.roles import Actor
from domain.site import Site
from domain.study import Study, StudyEvent
from protocols.reading import protocol_body
from store import Writing


def publish(
    tx: Writing,
    protocol: Protocol,
    sites: Sequence[Site],
    actor: Actor,
    at: datetime,
    provenance: Provenance,
) -> list[StudyEvent]:
    """Publish what is new of a study's protocol version and sites; the study's code is the protocol's id.

    Raises:
        Refused: a site would move to another zone, or the version does not follow those published.
        store.DocumentChanged: the same version was published with another content.
    """
    study = protocol.id
    stream = study_stream(study)
    tx.lock(stream)
    rulebook, known = Rulebook(), study_of(tx, study)
    events: list[StudyEvent] = []
    if protocol.hash not in {each.protocol_hash for each in known.protocols}:
        may_follow(protocol, [rulebook.protocol(tx, each.protocol_hash) for each in known.protocols])
        tx.publish("protocol", protocol.id, protocol.version, protocol.hash, protocol_body(protocol), at)
        events.append(_published(study, protocol))
    for site in sites:
        _keeps_its_zone(tx, known, site)
        if site.hash not in {each.site_hash for each in known.sites}:
            tx.publish("site", site.id, site.version, site.hash, site_body(site), at)
            events.append(SitePublished(site.id, site.version, site.hash))
    if events:
        tx.append(
            stream,
            known.version,
            events,
            _stamp(protocol, actor, max(at, tx.head(stream).recorded_at or at), provenance),
        )
        StudyHearing(rulebook, provenance.software, provenance.zone_table).show(tx, study)
    return events


def _published(study: str, protocol: Protocol) -> ProtocolPublished:
    amends = protocol.document.amends
    return ProtocolPublished(
        study,
        protocol.id,
        protocol.version,
        protocol.hash,
        amends=amends.version if amends else None,
        summary_en=amends.summary.en if amends else None,
        summary_zh=amends.summary.zh_cn if amends else None,
    )


def _keeps_its_zone(tx: Writing, known: Study, site: Site) -> None:
    # Recorded days were stated in the site's zone: in another they would be other days.
    for each in known.sites:
        body = tx.document("site", each.site_hash) if each.site == site.id else None
        if body is not None and body["zone"] != site.zone_name:
            raise Refused(
                Code.ZONE_CHANGED,
                f"site {site.id} was published in {body['zone']} and cannot move to {site.zone_name}: "
                "days already stated would change; publish another site",
            )


def site_body(site: Site) -> dict[str, object]:
    """A site version as it is kept."""
    return site.model_dump(mode="json", by_alias=True, exclude_none=True)


def _stamp(protocol: Protocol, actor: Actor, at: datetime, provenance: Provenance) -> Stamp:
    return Stamp(
        recorded_at=at,
        command_id=f"{PUBLISHING}{protocol.hash[:16]}/{at.isoformat()}",
        actor=actor,
        protocol=protocol.hash,
        site=None,
        zone_table=provenance.zone_table,
        software=provenance.software,
    )
