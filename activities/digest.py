"""The morning digest: on working days each site is told once what its day holds.

The rule that keeps it honest: one digest per site, study and day, to each contact once; on a quiet morning
one line says so, so that silence means something is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.channels import Channels
from activities.digest_text import digest_message, has_a_digest
from activities.message import labels_of
from activities.metrics import Metrics
from activities.morning import LabelledItem, Morning, morning_of
from activities.orders import DIGEST, DigestOrder, DigestOutcome
from activities.posting import NotSent, Sent
from activities.rulebook import MissingDocument, Rulebook
from domain.roles import Role
from domain.site import Contact, Site
from domain.working_time import is_working_day, on_duty
from store import Reading, Store

NOT_SENT = "digest-not-sent"  # error type: some contacts were not reached; ask again later
UNKNOWN_SITE = "unknown-site"  # error type: no such site is published in the study

log = structlog.stdlib.get_logger(__name__)


def digest_note(study: str, site: str) -> str:
    """The key of the note that holds the last day (ISO) whose digest went to everybody."""
    return f"digest/{study}/{site}"


@dataclass(frozen=True, slots=True)
class Target:
    """One contact's one channel."""

    contact: Contact
    channel: str


class Digest:
    """Sends digests of one store over the deployment's channels."""

    def __init__(
        self,
        store: Store,
        rulebook: Rulebook,
        channels: Channels,
        metrics: Metrics,
        clock: Callable[[], datetime],
        *,
        console_url: str | None = None,
    ) -> None:
        self._store, self._rulebook, self._channels = store, rulebook, channels
        self._metrics, self._clock, self._console_url = metrics, clock, console_url

    @activity.defn(name=DIGEST)
    def send(self, order: DigestOrder) -> DigestOutcome:
        """Send today's digest to whoever has not had it; nothing on a day the site does not work.

        Raises:
            ApplicationError: somebody could not be reached (retryable), or there is no such site.
        """
        with self._store.reading() as reading:
            site = self._site(reading, order)
            now = self._clock()
            day = now.astimezone(site.zone).date()
            if not is_working_day(site, day) or _had(reading, digest_note(order.study, site.id), day):
                return DigestOutcome(day.isoformat())
            work = self._morning(reading, order.study, site, now)
            waiting = [each for each in _targets(site, now) if not _had(reading, _key(work, each), day)]
        outcomes = [self._tell(work, each) for each in waiting]
        missed = {each.reason for each in outcomes if isinstance(each, NotSent) and not each.permanent}
        if missed:
            raise ApplicationError(f"not everybody reached: {'; '.join(sorted(missed))}", type=NOT_SENT)
        self._note(digest_note(order.study, site.id), day)
        sent = sum(isinstance(each, Sent) for each in outcomes)
        return DigestOutcome(day.isoformat(), sent=sent, said=not work.empty)

    def _site(self, reading: Reading, order: DigestOrder) -> Site:
        try:
            return self._rulebook.site_in_force(reading, order.study, order.site)
        except MissingDocument as error:
            raise ApplicationError(str(error), type=UNKNOWN_SITE, non_retryable=True) from error

    def _morning(self, reading: Reading, study: str, site: Site, now: datetime) -> Morning:
        protocols = {
            row.participant: self._rulebook.protocol(reading, row.protocol_hash)
            for row in reading.participants(study)
            if row.site == site.id
        }
        items = (
            LabelledItem(row, labels_of(protocols[row.participant], row.item))
            for row in reading.items(study)
            if row.participant in protocols and not protocols[row.participant].items[row.item].optional
        )
        alerts = [each for each in reading.alerts(study, open_only=True) if each.site == site.id]
        return morning_of(study, site, now, items, alerts, simulated=site.simulated)

    def _tell(self, work: Morning, target: Target) -> Sent | NotSent | None:
        """Tell one contact on one channel; None: nothing for them. Noted unless worth another try."""
        message = digest_message(work, target.contact.role, _key(work, target), self._console_url)
        outcome = self._channels.send(target.channel, message) if message is not None else None
        if isinstance(outcome, NotSent):
            self._metrics.notice_failures.labels(target.channel).inc()
            log.error("digest not sent", site=work.site.id, channel=target.channel, reason=outcome.reason)
            if not outcome.permanent:
                return NotSent(f"{target.channel}: {outcome.reason}", permanent=False)
        self._note(_key(work, target), work.day)
        return outcome

    def _note(self, key: str, day: date) -> None:
        with self._store.writing() as tx:
            tx.put_note(key, day.isoformat())


def _targets(site: Site, now: datetime) -> Iterator[Target]:
    for role in Role:
        if has_a_digest(role):
            for contact in on_duty(site, role, now):
                yield from (Target(contact, channel) for channel in contact.channels)


def _key(work: Morning, target: Target) -> str:
    return f"{digest_note(work.study, work.site.id)}/{target.contact.id}/{target.channel}"


def _had(reading: Reading, key: str, day: date) -> bool:
    return reading.note(key) == day.isoformat()
