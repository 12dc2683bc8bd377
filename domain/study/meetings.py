"""Safety review meetings: when each is due.

The rule that keeps it honest: counted anew from what is noted, so that a corrected milestone moves the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.protocol.conduct import Conduct, Meeting
from domain.span import add_to_day
from domain.stated import end_of_day
from domain.study.book import Study, day_noted


@dataclass(frozen=True, slots=True)
class DueMeeting:
    """`last` is the last site day on which it is in time, `due` (UTC) the instant after it."""

    meeting: Meeting
    last: date
    due: datetime
    recorded: bool


def due_meetings(study: Study, conduct: Conduct) -> Iterator[DueMeeting]:
    """The meetings whose number of participants has been reached."""
    for meeting in conduct.meetings:
        reached = study.reached(meeting.after)
        if len(reached) >= meeting.number:
            counted = reached[meeting.number - 1]
            last = add_to_day(day_noted(counted), meeting.within)
            due = end_of_day(last, ZoneInfo(counted.zone))
            yield DueMeeting(meeting, last, due, meeting.code in study.meetings)
