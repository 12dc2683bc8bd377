"""Delivering owed notices: claim, send, record what became of it.

The rule that keeps it honest: sending never begins for an alert that was answered meanwhile (INV-17), nor
again after a recorded success; every attempt leaves a record. A crash between sending and recording leaves a
lease behind, and when that has run out the same notice goes out again under the same key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.channels import Channels
from activities.message import NoticeFacts, labels_of, notice_message
from activities.metrics import Metrics
from activities.orders import DELIVER, DeliverOrder
from activities.posting import NotSent, Sent
from activities.rulebook import Rulebook
from domain.recorded import STUDY_SUBJECT
from domain.state import AlertKind, AlertStatus
from domain.views import AlertRow
from store import NoticeRow, NoticeStatus, Reading, Store, UnknownNotice

NOT_NEEDED = "not needed"
"""How the detail of a notice begins that was settled because its alert had been answered."""

NOT_SENT = "notice-not-sent"  # error type: tried and not taken; ask again later
NEVER_SENT = "notice-never-sent"  # error type: no further try would help
BEING_SENT = "notice-being-sent"  # error type: another's lease still runs; ask again later

LEASE_SECONDS = 120.0
"""Longer than any sending may take (`posting.Patience.longest`), or two could send at once."""

log = structlog.stdlib.get_logger(__name__)


class Delivery(StrEnum):
    """What became of one attempt to deliver."""

    DELIVERED = "delivered"
    SETTLED = "settled before"
    NOT_NEEDED = "not needed"
    BUSY = "being sent by another"
    NOT_SENT = "not sent"
    NEVER = "never to be sent"


@dataclass(frozen=True, slots=True)
class Told:
    """The delivery and, where it was not sent, why."""

    delivery: Delivery
    reason: str = ""


class Notifier:
    """Delivers notices of one store over the deployment's channels."""

    def __init__(
        self,
        store: Store,
        rulebook: Rulebook,
        channels: Channels,
        metrics: Metrics,
        clock: Callable[[], datetime],
        *,
        console_url: str | None = None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._store, self._rulebook, self._channels = store, rulebook, channels
        self._metrics, self._clock, self._console_url = metrics, clock, console_url
        self._lease_seconds = lease_seconds

    @activity.defn(name=DELIVER)
    def deliver(self, order: DeliverOrder) -> str:
        """Deliver one notice; the answer says what became of it.

        Raises:
            ApplicationError: not delivered; retryable unless no further try would help.
        """
        try:
            told = self.tell(order.study, order.notice)
        except UnknownNotice as error:
            raise ApplicationError(str(error), type=NEVER_SENT, non_retryable=True) from error
        match told.delivery:
            case Delivery.NOT_SENT:
                raise ApplicationError(told.reason, type=NOT_SENT)
            case Delivery.NEVER:
                raise ApplicationError(told.reason, type=NEVER_SENT, non_retryable=True)
            case Delivery.BUSY:
                wait = timedelta(seconds=self._lease_seconds)
                raise ApplicationError(told.reason, type=BEING_SENT, next_retry_delay=wait)
            case Delivery.DELIVERED | Delivery.SETTLED | Delivery.NOT_NEEDED:
                return told.delivery.value

    def tell(self, study: str, notice: str) -> Told:
        """Try once to deliver a notice.

        Raises:
            UnknownNotice: no such notice is owed.
            StoreError: the store did not take part; after a sending, the lease keeps others away for a while.
        """
        with self._store.reading() as reading:
            owed = _owed(reading, study, notice)
            if owed.status in _SETTLED:
                return Told(Delivery.SETTLED)
            message = notice_message(self._facts(reading, owed))
        before = self._claim(owed)
        if before is not None:
            return before
        return self._record(owed, self._channels.send(owed.channel, message))

    def _claim(self, owed: NoticeRow) -> Told | None:
        """Take the notice; what it came to instead if it is not ours to send."""
        now = self._clock()
        with self._store.writing() as tx:
            if _owed(tx, owed.study, owed.notice).status in _SETTLED:
                return Told(Delivery.SETTLED)
            answered = _answered(_alert(tx, owed))
            if answered is not None:
                tx.failed(owed.study, owed.notice, now, f"{NOT_NEEDED}: {answered}", final=True)
                return Told(Delivery.NOT_NEEDED)
            if not tx.claim(owed.study, owed.notice, now, self._lease_seconds):
                return Told(Delivery.BUSY, "another worker is sending it, or was when it stopped")
        return None

    def _record(self, owed: NoticeRow, outcome: Sent | NotSent) -> Told:
        now = self._clock()
        line = log.bind(study=owed.study, notice=owed.notice, channel=owed.channel)
        with self._store.writing() as tx:
            match outcome:
                case Sent(detail):
                    tx.delivered(owed.study, owed.notice, now, detail)
                case NotSent(reason, permanent):
                    tx.failed(owed.study, owed.notice, now, reason, final=permanent)
        if isinstance(outcome, Sent):
            self._metrics.notices.labels(owed.channel).inc()
            line.info("notice delivered")
            return Told(Delivery.DELIVERED)
        self._metrics.notice_failures.labels(owed.channel).inc()
        if outcome.permanent:
            line.error("notice never to be delivered", reason=outcome.reason)
            return Told(Delivery.NEVER, outcome.reason)
        line.warning("notice not delivered", reason=outcome.reason, attempt=owed.attempts + 1)
        return Told(Delivery.NOT_SENT, outcome.reason)

    def _facts(self, reading: Reading, owed: NoticeRow) -> NoticeFacts:
        alert = _alert(reading, owed)
        if owed.participant == STUDY_SUBJECT:
            return self._facts_of_study(reading, owed, alert)
        whose = reading.participant(owed.study, owed.participant)
        if whose is None:
            raise UnknownNotice(f"notice {owed.notice!r} is about a participant {owed.study!r} does not have")
        items = {each.item: each for each in reading.items(owed.study, owed.participant)}
        return NoticeFacts(
            notice=owed.notice,
            alert=alert.alert,
            study=owed.study,
            participant=owed.participant,
            simulated=whose.simulated,
            item=alert.item,
            labels=labels_of(self._rulebook.protocol(reading, whose.protocol_hash), alert.item),
            kind=AlertKind(alert.kind),
            rung=owed.rung,
            rungs=alert.rungs,
            round=owed.round,
            due=alert.due,
            closes=items[alert.item].closes if alert.item in items else None,
            site=self._rulebook.site_in_force(reading, owed.study, whose.site),
            console_url=self._console_url,
        )

    def _facts_of_study(self, reading: Reading, owed: NoticeRow, alert: AlertRow) -> NoticeFacts:
        rules = self._rulebook.study_rules(reading, owed.study)
        people = reading.participants(owed.study)
        return NoticeFacts(
            notice=owed.notice,
            alert=alert.alert,
            study=owed.study,
            participant=owed.participant,
            simulated=bool(people) and all(each.simulated for each in people),
            item=alert.item,
            labels=labels_of(rules.protocol, alert.item),
            kind=AlertKind(alert.kind),
            rung=owed.rung,
            rungs=alert.rungs,
            round=owed.round,
            due=alert.due,
            closes=None,
            site=rules.site(alert.site),
            console_url=self._console_url,
        )


_SETTLED = frozenset({NoticeStatus.DELIVERED, NoticeStatus.FAILED})


def _owed(reading: Reading, study: str, notice: str) -> NoticeRow:
    owed = reading.notice(study, notice)
    if owed is None:
        raise UnknownNotice(f"no notice {notice!r} is owed in study {study!r}")
    return owed


def _alert(reading: Reading, owed: NoticeRow) -> AlertRow:
    alert = reading.alert(owed.study, owed.alert)
    if alert is None:
        raise UnknownNotice(f"notice {owed.notice!r} is about an alert {owed.study!r} does not have")
    return alert


def _answered(alert: AlertRow) -> str | None:
    """How the alert was answered, or None while it still wants telling."""
    match AlertStatus(alert.status):
        case AlertStatus.OPEN:
            return None
        case AlertStatus.RESOLVED:
            return f"resolved ({alert.resolved_why})"
        case AlertStatus.ACKNOWLEDGED | AlertStatus.SNOOZED:
            return alert.status
