"""What the people who lead the study do: holds lifted, interrupted treatments decided, reviews held.

The rule that keeps it honest: read from the study as recorded; who may do what stands in the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.events import Treatment
from domain.protocol.expanded import Protocol
from domain.roles import Role
from domain.site import Site
from domain.study import Study
from domain.study.book import day_noted
from domain.study.holding import undecided
from domain.study.meetings import due_meetings
from domain.working_time import next_working_instant
from replay.cohort.document import Cohort
from replay.cohort.draws import Draws
from replay.cohort.task import MORNING, Said, Task, moment, saying, saying_when


@dataclass(frozen=True)
class Leaders:
    """Who leads a study: the sponsor and the investigator, as one."""

    cohort: Cohort
    draws: Draws
    protocol: Protocol
    site: Site
    done: set[str] = field(default_factory=set)

    def tasks(self, study: Study) -> Iterator[Task]:
        """Everything there is to do for the study as it stands."""
        yield from self._lifts(study)
        yield from self._treatments(study)
        yield from self._meetings(study)

    def _lifts(self, study: Study) -> Iterator[Task]:
        for hold in study.holds_in_force:
            conduct, placed = self.cohort.conduct, hold.placed
            if not self.draws.happens(conduct.lifted, f"{placed.hold}/lifted"):
                continue
            days = self.draws.number(conduct.hold_lasts_days, f"{placed.hold}/lasts")
            body = {"kind": "lift_hold", "hold": placed.hold, "meaning": placed.meaning}
            said = Said(placed.lifted_by, {**body, "reason": "the grounds were reviewed"})
            yield Task(f"lift/{placed.hold}", self._working(placed.placed_at, days), saying(said))

    def _treatments(self, study: Study) -> Iterator[Task]:
        conduct = self.protocol.document.conduct
        if conduct is None or conduct.decide_now is None:
            return
        for who, hold in undecided(study, conduct):
            purpose = f"{hold.code}/{who}"
            hours = self.draws.number(self.cohort.conduct.decided_after_hours, f"{purpose}/decided")
            proceeds = self.draws.happens(self.cohort.conduct.proceeds, f"{purpose}/proceeds")
            treatment = Treatment.PROCEED if proceeds else Treatment.WITHHOLD
            body = {"kind": "decide_treatment", "participant": who, "treatment": treatment.value}
            said = Said(conduct.decide_now.by, {**body, "reason": "weighed for this participant"})
            at = hold.placed.placed_at + timedelta(minutes=max(1, round(hours * 60)))
            yield Task(f"decide/{purpose}", at, saying(said))

    def _meetings(self, study: Study) -> Iterator[Task]:
        conduct = self.protocol.document.conduct
        if conduct is None:
            return
        for due in due_meetings(study, conduct):
            if due.recorded:
                continue
            code = due.meeting.code
            reached = study.reached(due.meeting.after)[due.meeting.number - 1]
            days = self.draws.number(self.cohort.conduct.meeting_after_days, f"meeting/{code}")
            begun = moment(self.site, day_noted(reached), MORNING)
            body = {"kind": "record_meeting", "meeting": code, "outcome": "the study goes on"}
            yield Task(
                f"meeting/{code}", self._working(begun, days), saying_when(self.site, Role.SPONSOR, body)
            )

    def _working(self, since: datetime, days: float) -> datetime:
        at = since + timedelta(minutes=max(1, round(days * 24 * 60)))
        return next_working_instant(self.site, at.replace(second=0, microsecond=0))
