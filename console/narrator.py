"""Telling in the terminal, line by line, what the record says is happening.

The rule that keeps it honest: it reads the store after each commit and nothing else; what it prints has
happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from domain import events as ev
from domain.recorded import Recorded
from store import NoticeStatus, Store

BATCH = 500


def newest_zone(store: Store) -> ZoneInfo:
    """The zone of the site published last; UTC while there is none."""
    with store.reading() as reading:
        newest = reading.documents("site")
        body = reading.document("site", newest[-1].hash) if newest else None
    return ZoneInfo(str(body["zone"])) if body else ZoneInfo("UTC")


class Narrator:
    """Follows the store from a position on; times are shown in the zone of the newest site."""

    def __init__(self, store: Store, ack_command: str) -> None:
        self._store = store
        self._zone = newest_zone(store)
        self._ack_command = ack_command
        self._position = 0
        self._told: set[str] = set()

    def skip_to_end(self) -> None:
        """Leave out what is recorded already."""
        for _line in self.news():
            continue

    def news(self) -> Iterator[str]:
        """A line for each event and each delivery recorded since the last call that is worth one."""
        yield from self._events()
        yield from self._deliveries()

    def _deliveries(self) -> Iterator[str]:
        with self._store.reading() as reading:
            settled = reading.notices(status=(NoticeStatus.DELIVERED, NoticeStatus.FAILED))
        for row in settled:
            if row.notice not in self._told:
                self._told.add(row.notice)
                sent = "sent" if row.status is NoticeStatus.DELIVERED else f"NOT sent ({row.detail})"
                yield f"          notice of rung {row.rung} {sent} to {row.contact} by {row.channel}"

    def _events(self) -> Iterator[str]:
        while True:
            with self._store.reading() as reading:
                batch = reading.since(self._position, BATCH)
            for position, recorded in batch:
                self._position = position
                if isinstance(recorded.event, ev.SitePublished):
                    self._zone = newest_zone(self._store)
                said = self._sentence(recorded)
                if said is not None:
                    clock = recorded.stamp.recorded_at.astimezone(self._zone).strftime("%H:%M:%S")
                    yield f"{clock}  {said}"
            if len(batch) < BATCH:
                return

    def _sentence(self, recorded: Recorded) -> str | None:
        who = recorded.stream.rpartition("/")[2]
        match recorded.event:
            case ev.AlertRaised() as alert:
                late = self._local(alert.due)
                return f"{alert.alert}: alert raised, {alert.kind.replace('_', ' ')} since {late}"
            case ev.RungReached() as rung:
                return self._rung(rung)
            case ev.AlertAcknowledged() as answered:
                until = self._local(answered.until)
                return f"{answered.alert}: acknowledged by {answered.by}, the climb stops until {until}"
            case ev.AlertSnoozed() as snoozed:
                return f"{snoozed.alert}: snoozed until {self._local(snoozed.until)}"
            case ev.AcknowledgementExpired() as expired:
                return f"{expired.alert}: the acknowledgement ran out, the climb goes on"
            case ev.AlertResolved() as resolved:
                return f"{resolved.alert}: resolved by itself ({resolved.why})"
            case ev.MilestoneReached() | ev.VisitRecorded() as done:
                return f"{who}: {done.item} recorded, happened {done.happened.isoformat()}"
            case ev.ParticipantRegistered() as registered:
                return f"{registered.participant}: registered"
            case ev.ParticipationEnded() as ended:
                return f"{who}: participation ended ({ended.end.value})"
            case _:
                return None

    def _rung(self, rung: ev.RungReached) -> str:
        told = ", ".join(rung.contacts) or "nobody on duty"
        again = f" (for the {rung.round}. time)" if rung.round > 1 else ""
        line = f"{rung.alert}: rung {rung.rung}{again}, {rung.role.value} told: {told}"
        if rung.next_at is None:
            return line
        goes_on = f"          goes on {self._local(rung.next_at)} unless somebody answers: "
        return f"{line}\n{goes_on}{self._ack_command} {rung.alert}"

    def _local(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
