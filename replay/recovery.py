"""Hearing again what a lost store had heard: the record made anew from what the timelines remember.

The rule that keeps it honest: the desk decides everything again, at the moments and under the ids it was
asked with, and what comes out is compared with what was answered then; what cannot be had back is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.hearing import Hearing, Provenance, stream_of
from activities.orders import REACH_CLOCK, DeskOrder, DeskOutcome, OpenOrder, clock_command_id
from activities.publishing import publish
from activities.rulebook import Rulebook
from activities.together import hear_together, is_together
from domain.protocol.expanded import Protocol
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Refused
from domain.roles import Actor
from domain.site import Site
from domain.stated import parse_instant
from store import Store

_BEFORE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Remembered:
    """An order to the desk, and its answer; None: the timeline never had one."""

    order: DeskOrder
    outcome: DeskOutcome | None


@dataclass(frozen=True, slots=True)
class Documents:
    """What was published, as files still have it; protocol versions in their order."""

    protocols: tuple[Protocol, ...]
    sites: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not on the record as it was; `subject` of the study, `what` in a sentence."""

    study: str
    subject: str
    what: str


@dataclass(frozen=True, slots=True)
class Recovered:
    """`heard` commands were decided again, `known` were on the record already."""

    heard: int
    known: int
    missing: tuple[Missing, ...]


def lacking(store: Store, remembered: Sequence[Remembered]) -> int:
    """How many of the commands the store does not know."""
    with store.reading() as reading:
        return sum(
            reading.command(stream_of(each.order.study, each.order.participant), each.order.command_id)
            is None
            for each in remembered
        )


def spoken_of(remembered: Sequence[Remembered]) -> tuple[list[str], list[str]]:
    """The protocol versions and the sites that the answers speak of: what must be at hand to decide again."""
    told = [each.outcome.attributes for each in remembered if each.outcome is not None]
    return (
        sorted({str(each["protocol"]) for each in told if each.get("protocol")}),
        sorted({str(each["site"]) for each in told if each.get("site")}),
    )


def recover(
    store: Store,
    remembered: Sequence[Remembered],
    documents: Documents,
    publisher: Actor,
    provenance: Provenance,
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> Recovered:
    """Decide everything again that the store does not know, in the order of time.

    What would be decided otherwise than it was is named and leaves no trace: with what it lacks at hand (a
    document, a command that another history holds) it is heard the next time. `tell`: how many are done.

    Raises:
        StoreError: the store cannot be written; asked again, it goes on from there.
    """
    recovery = _Recovery(store, documents, publisher, provenance)
    nameless = recovery.without_documents(remembered)
    known = [each for each in remembered if each.order.study not in nameless]
    for number, each in enumerate(sorted(known, key=lambda one: one.order.at), start=1):
        recovery.hear(each)
        tell(number, len(known))
    return Recovered(recovery.heard, recovery.known, tuple(recovery.missing))


class _Otherwise(Exception):
    """What is decided now is not what was answered then: the transaction ends without a trace of it."""

    def __init__(self, outcome: DeskOutcome) -> None:
        super().__init__(outcome.text)
        self.outcome = outcome


class _Recovery:
    def __init__(self, store: Store, documents: Documents, publisher: Actor, provenance: Provenance) -> None:
        self._store, self._documents, self._publisher = store, documents, publisher
        self._provenance = provenance
        self._hearing = Hearing(Rulebook(), provenance)
        self.heard = self.known = 0
        self.missing: list[Missing] = []

    def hear(self, each: Remembered) -> None:
        order = each.order
        self._publish(each)
        if each.outcome is not None:
            self._let_time_pass(order, each.outcome)
        try:
            outcome = self._decided(order, each.outcome)
        except _Otherwise as otherwise:
            self._miss(order.study, order.participant, _told(order, each.outcome, otherwise.outcome))
            return
        if outcome.repeated:
            self.known += 1
        else:
            self.heard += 1
        if each.outcome is not None:
            self._compare(order, each.outcome, outcome)

    def without_documents(self, remembered: Sequence[Remembered]) -> set[str]:
        """Studies of which no protocol or no site is at hand: nothing of them could be decided as it was."""
        given = {protocol.id for protocol in self._documents.protocols if self._documents.sites}
        with self._store.reading() as reading:
            known = {study for study in reading.studies() if self._hearing.study_of(reading, study)[1]}
        lacking = Counter(each.order.study for each in remembered)
        for study in given | known:
            lacking.pop(study, None)
        for study, commands in sorted(lacking.items()):
            versions = {_version(each.outcome) for each in remembered if each.order.study == study} - {""}
            named = f" (they speak of {', '.join(sorted(versions))})" if versions else ""
            what = f"{commands} commands are remembered, and no protocol and site of it were given{named}"
            self._miss(study, STUDY_SUBJECT, what)
        return set(lacking)

    def _decided(self, order: DeskOrder, then: DeskOutcome | None = None) -> DeskOutcome:
        def agreed(now: DeskOutcome) -> DeskOutcome:
            if then is not None and not now.repeated and now.refused != then.refused:
                # It would stand for ever, even if what it needs is found later.
                raise _Otherwise(now)
            return now

        if is_together(order.command):
            return hear_together(self._store, self._hearing, order, agreed)
        with self._store.writing() as tx:
            return agreed(self._hearing.hear(tx, order))

    def _publish(self, each: Remembered) -> None:
        """Publish the version that this answer speaks of, a moment before it was asked."""
        named = _version(each.outcome)
        asked = each.order.command.get("version") if isinstance(each.order.command, dict) else None
        at = parse_instant(each.order.at) - _BEFORE
        for protocol in self._documents.protocols:
            called = f"{protocol.id}:{protocol.version}"
            if protocol.id == each.order.study and (called == named or protocol.version == asked):
                self._published(protocol, at)

    def _published(self, protocol: Protocol, at: datetime) -> None:
        try:
            with self._store.writing() as tx:
                publish(tx, protocol, self._documents.sites, self._publisher, at, self._provenance)
        except Refused as refused:
            self._miss(protocol.id, STUDY_SUBJECT, f"version {protocol.version} is not published: {refused}")

    def _let_time_pass(self, order: DeskOrder, then: DeskOutcome) -> None:
        """Reach the deadlines that somebody else had decided by then, as the watchdog does."""
        before = then.version - len(then.events)
        while True:
            stands = self._standing(order)
            if then.repeated or stands.version >= before or stands.due is None or stands.due.at > order.at:
                return
            due = stands.due
            clock = DeskOrder(order.study, order.participant, clock_command_id(due.at), REACH_CLOCK, due.at)
            if self._decided(clock).version == stands.version:
                return

    def _standing(self, order: DeskOrder) -> DeskOutcome:
        with self._store.writing() as tx:
            return self._hearing.look(tx, OpenOrder(order.study, order.participant))

    def _compare(self, order: DeskOrder, then: DeskOutcome, now: DeskOutcome) -> None:
        what = f"{order.command_id} of {order.at}"
        if then.refused != now.refused:
            self._miss(order.study, order.participant, _told(order, then, now))
        elif not now.repeated and then.version > now.version:
            gap = f"events {now.version + 1} to {then.version}" if then.version - now.version > 1 else ""
            lost = gap or f"event {then.version}"
            self._miss(
                order.study, order.participant, f"{lost}, recorded by {what}, are remembered by nobody"
            )

    def _miss(self, study: str, subject: str, what: str) -> None:
        self.missing.append(Missing(study, subject, what))


def _version(then: DeskOutcome | None) -> str:
    return str(then.attributes.get("protocol") or "") if then is not None else ""


def _told(order: DeskOrder, then: DeskOutcome | None, now: DeskOutcome) -> str:
    what = f"{order.command_id} of {order.at}"
    if then is None or then.refused is None:
        return f"{what} was taken and cannot be now: {now.text}"
    if now.refused is None:
        return f"{what} was refused ({then.refused}: {then.text}) and would be taken now"
    return (
        f"{what} was refused ({then.refused}) and would be for another reason now ({now.refused}): {now.text}"
    )
