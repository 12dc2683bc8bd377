"""What stands otherwise than it should: the store's due deadlines and owed notices against what was done.

The rule that keeps it honest: it is read from the store and the clock alone, so it can be said with Temporal
down; what Temporal runs is compared only when somebody could ask it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from activities.digest import digest_note
from activities.hearing import stream_of
from activities.notify import NOT_NEEDED
from activities.rulebook import Rulebook
from domain.recorded import STUDY_SUBJECT
from domain.state import AlertStatus
from domain.views import ParticipantRow
from domain.working_time import NoWorkingTime, next_digest
from store import NoticeRow, NoticeStatus, Reading, Store


class What(StrEnum):
    """Kinds of drift. Stored in notes and used as metric labels: never rename one."""

    DEADLINES = "deadlines"
    NOTICES = "notices"
    FAILED_NOTICES = "failed_notices"
    DIGEST = "digest"
    STORE = "store"
    WORKFLOWS = "workflows"
    TEMPORAL = "temporal"
    CLOCK = "clock"
    ROUND = "round"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is not as it should be. `detail` names codes and times, nothing else."""

    what: What
    count: int
    detail: str


@dataclass(frozen=True, slots=True)
class Drift:
    """Everything that is not as it should be at one moment, and the participants who lack a workflow."""

    conditions: tuple[Condition, ...] = ()
    without_workflow: tuple[tuple[str, str], ...] = ()

    @property
    def healthy(self) -> bool:
        return not self.conditions


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How late a thing may be before it is called drift."""

    deadline: timedelta = timedelta(minutes=2)
    notice: timedelta = timedelta(minutes=30)
    digest: timedelta = timedelta(hours=1)


MOST_COUNTED = 1000


def drift_of_store(
    store: Store, rulebook: Rulebook, tolerance: Tolerance, since: datetime, now: datetime
) -> Drift:
    """What the store itself tells. Digests are expected from `since` on.

    Raises:
        StoreError: the store cannot be read.
    """
    problems = store.check()
    conditions = [Condition(What.STORE, len(problems), "; ".join(problems))] if problems else []
    with store.reading() as reading:
        conditions += _late_deadlines(reading, now - tolerance.deadline)
        conditions += _late_notices(reading, now - tolerance.notice)
        conditions += _failed_notices(reading)
        conditions += _late_digests(reading, rulebook, tolerance.digest, since, now)
    return Drift(tuple(conditions))


def without_workflow(reading: Reading, running: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Studies and participants with something left to wait for and no workflow among the `running` ids."""
    expected = [(row.study, STUDY_SUBJECT) for row in reading.study_rows() if row.next_due is not None]
    expected += [(row.study, row.participant) for row in reading.participants() if not _closed(row)]
    return tuple(each for each in expected if workflow_id(*each) not in running)


def workflow_id(study: str, participant: str) -> str:
    """The workflow id of a participant, or of the study; it is the name of their stream."""
    return stream_of(study, participant)


def _closed(row: ParticipantRow) -> bool:
    return row.end is not None and row.next_due is None and row.open_alerts == 0


def _late_deadlines(reading: Reading, before: datetime) -> Iterator[Condition]:
    late = reading.due(before, MOST_COUNTED)
    if late:
        oldest = late[0]
        yield Condition(
            What.DEADLINES,
            len(late),
            f"the oldest: {oldest.participant}, due {oldest.next_due.isoformat()}, nothing recorded",
        )


def _late_notices(reading: Reading, before: datetime) -> Iterator[Condition]:
    unsettled = reading.notices(status=(NoticeStatus.OWED, NoticeStatus.SENDING))
    yield from _of_notices(What.NOTICES, [each for each in unsettled if each.owed_at <= before])


def _failed_notices(reading: Reading) -> Iterator[Condition]:
    """Notices never to be delivered whose alert nobody has answered: somebody may not know of it."""
    unanswered = [each for each in reading.alerts(open_only=True) if each.status == AlertStatus.OPEN]
    open_names = {(each.study, each.alert) for each in unanswered}
    failed = [
        notice
        for study, participant in sorted({(each.study, each.participant) for each in unanswered})
        for notice in reading.notices(study, participant, NoticeStatus.FAILED)
        if (notice.study, notice.alert) in open_names and not (notice.detail or "").startswith(NOT_NEEDED)
    ]
    yield from _of_notices(What.FAILED_NOTICES, failed)


def _of_notices(what: What, notices: list[NoticeRow]) -> Iterator[Condition]:
    if notices:
        oldest = notices[0]
        channels = ", ".join(sorted({each.channel for each in notices}))
        yield Condition(
            what,
            len(notices),
            f"channels {channels}; the oldest: {oldest.notice}, owed {oldest.owed_at.isoformat()}, "
            f"{oldest.attempts} attempts, {oldest.detail or 'not tried yet'}",
        )


def _late_digests(
    reading: Reading, rulebook: Rulebook, late: timedelta, since: datetime, now: datetime
) -> Iterator[Condition]:
    missing: list[str] = []
    for study in reading.studies():
        for code in sorted({each.site for each in rulebook.study(reading, study).sites}):
            site = rulebook.site_in_force(reading, study, code)
            try:
                went_out = next_digest(site, now - late - timedelta(days=1))
            except NoWorkingTime as error:
                missing.append(str(error))
                continue
            day = went_out.astimezone(site.zone).date().isoformat()
            if since <= went_out <= now - late and (reading.note(digest_note(study, code)) or "") < day:
                missing.append(f"{study} {code} {day}")
    if missing:
        yield Condition(What.DIGEST, len(missing), f"not sent: {', '.join(missing)}")
