"""Who answers an alert, and when: the people who were told, rung by rung.

The rule that keeps it honest: only who was told answers, once for each time they are told, and nobody answers
what is settled or answered by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.notices import Notice
from domain.permissions import ANSWERING
from domain.roles import Role
from domain.site import Site
from domain.state import Alert, AlertStatus
from replay.cohort.document import Cohort
from replay.cohort.draws import Draws


@dataclass(frozen=True, order=True, slots=True)
class Answer:
    """Somebody means to acknowledge an alert `at` (UTC)."""

    at: datetime
    subject: str
    alert: str
    contact: str
    role: Role = field(compare=False)


@dataclass(frozen=True)
class Answerers:
    """The people of a site who are told. `told`: every telling that was weighed, which happens once."""

    cohort: Cohort
    site: Site
    told: set[tuple[str, int, int, str]] = field(default_factory=set)

    def answer(self, at: datetime, subject: str, notice: Notice, draws: Draws) -> Answer | None:
        """What somebody makes of a notice; None: nothing."""
        role = self._roles.get(notice.contact)
        telling = (notice.alert, notice.rung, notice.round, notice.contact)
        if not self.cohort.answers or role is None or role not in ANSWERING or telling in self.told:
            return None
        self.told.add(telling)
        rung = self.cohort.answers[min(notice.rung, len(self.cohort.answers)) - 1]
        purpose = "/".join(map(str, telling))
        if not draws.happens(rung.answered, f"{purpose}/answered"):
            return None
        hours = draws.number(rung.after_hours, f"{purpose}/after")
        moment = at + timedelta(minutes=max(1, round(hours * 60)))
        return Answer(moment, subject, notice.alert, notice.contact, role)

    @property
    def _roles(self) -> Mapping[str, Role]:
        return {contact.id: contact.role for contact in self.site.contacts}


def still_wanted(answer: Answer, alert: Alert | None) -> bool:
    """Whether the alert is open and this person has not answered it."""
    if alert is None or alert.status in (AlertStatus.RESOLVED, AlertStatus.ACKNOWLEDGED):
        return False
    return answer.contact not in alert.acknowledged_by
