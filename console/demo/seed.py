"""Writing the demo's cohort into an empty store.

The rule that keeps it honest: the same tables, chains and stamps as real records, in one transaction, and
every participant marked as simulated. What was owed to people in the simulated past is not sent today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from activities.hearing import Provenance
from activities.publishing import publish
from activities.rulebook import study_of
from activities.wire import body_hash
from console.demo.lived import Decision, live
from console.demo.script import Script, acts
from domain.commands import command_body
from domain.decide import Subject
from domain.protocol.expanded import Protocol
from domain.recorded import Stamp, participant_stream, study_stream
from domain.roles import Actor, Role
from domain.rows import rows_of
from domain.site import Site
from domain.state import Rules
from domain.study import answer
from store import Store, StoredCommand, Writing

PUBLISHER = Actor(id="demo", role=Role.ENGINEER, method="simulated")


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written: how many participants, commands and events."""

    participants: int
    commands: int
    events: int


def seed(
    store: Store, script: Script, protocol: Protocol, site: Site, now: datetime, provenance: Provenance
) -> Seeded | None:
    """Write the cohort as of `now` (UTC); None when the study already has participants."""
    rules = Rules(protocol, site)
    with store.writing() as tx:
        if tx.participants(protocol.id):
            return None
        lives = {code: _lived(script, code, rules, now) for code in script.participants}
        first = min(life[0].at for life in lives.values())
        publish(tx, protocol, [site], PUBLISHER, first, provenance)
        events = sum(_write(tx, protocol.id, code, life, provenance) for code, life in lives.items())
    return Seeded(len(lives), sum(map(len, lives.values())), events)


def _lived(script: Script, code: str, rules: Rules, now: datetime) -> list[Decision]:
    told = acts(script, code, rules.protocol, rules.zone, now)
    return list(live(rules, Subject(rules.protocol.id, code), told, now))


def _write(tx: Writing, study: str, code: str, life: Iterable[Decision], provenance: Provenance) -> int:
    stream = participant_stream(study, code)
    version = 0
    last: Decision | None = None
    for decision in life:
        stamp = _stamp(decision, provenance)
        tx.append(stream, version, decision.events, stamp)
        _tell_study(tx, study, decision, stamp)
        version = decision.after.version
        tx.settle_command(_command(stream, decision, stamp))
        last = decision
    if last is not None:
        tx.show(rows_of(last.after))
    return version


def _tell_study(tx: Writing, study: str, decision: Decision, stamp: Stamp) -> None:
    known = study_of(tx, study)
    answers = answer(known, decision.after, decision.events)
    if answers:
        stream = study_stream(study)
        at = max(stamp.recorded_at, tx.head(stream).recorded_at or stamp.recorded_at)
        tx.append(stream, known.version, answers, replace(stamp, recorded_at=at))


def _stamp(decision: Decision, provenance: Provenance) -> Stamp:
    rules = decision.after.rules
    return Stamp(
        recorded_at=decision.at,
        command_id=decision.command_id,
        actor=decision.command.actor,
        protocol=rules.protocol.hash,
        site=rules.site.hash,
        zone_table=provenance.zone_table,
        software=provenance.software,
    )


def _command(stream: str, decision: Decision, stamp: Stamp) -> StoredCommand:
    body = command_body(decision.command)
    return StoredCommand(
        stream=stream,
        command_id=decision.command_id,
        kind=body["kind"],
        body=body,
        body_hash=body_hash(body),
        actor=body["actor"],
        asked_at=decision.at,
        accepted=True,
        code=None,
        text="",
        version=decision.after.version,
        events=tuple(event.TYPE for event in decision.events),
        protocol_hash=stamp.protocol,
        site_hash=stamp.site,
    )
