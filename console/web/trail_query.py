"""What narrows the audit trail, as it stands in an address.

The rule that keeps it honest: what cannot be read is said and never ignored, so that a list is never longer
than the reader believes; a day is the site's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, Query

from console.reading import StudyLook
from console.trail_sights import zones_by_subject
from domain.recorded import STUDY_SUBJECT
from store import Wanted


class Unreadable(ValueError):
    """A field that cannot be read; its text is what was typed."""


Text = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields as they were typed; empty ones narrow nothing. `first`, `last`: site days, included."""

    participant: str = ""
    type: str = ""
    actor: str = ""
    first: str = ""
    last: str = ""
    text: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is narrowed at all."""
        return any((self.participant, self.type, self.actor, self.first, self.last, self.text))

    def query(self, **more: str) -> str:
        """The same as the query of an address, led by `?`; empty where nothing is said."""
        own = {name: getattr(self, name) for name in self.__slots__}
        said = {name: value for name, value in {**own, **more}.items() if value}
        return f"?{urlencode(said)}" if said else ""


def asked(
    participant: Text = "",
    type: Text = "",  # noqa: A002 - the field's name
    actor: Text = "",
    first: Text = "",
    last: Text = "",
    text: Text = "",
) -> Asked:
    """What stands in the address."""
    return Asked(participant.strip(), type.strip(), actor.strip(), first.strip(), last.strip(), text.strip())


Narrowing = Annotated[Asked, Depends(asked)]


def narrowed(look: StudyLook, said: Asked, *, refused: bool | None = None) -> Wanted:
    """Which part of the trail that is.

    Raises:
        Unreadable: a day is none.
    """
    zone = ZoneInfo(zones_by_subject(look)[STUDY_SUBJECT])
    last = _day(said.last)
    return Wanted(
        look.study,
        subject=said.participant or None,
        kind=said.type or None,
        actor=said.actor or None,
        since=_midnight(_day(said.first), zone),
        before=_midnight(last + timedelta(days=1), zone) if last is not None else None,
        text=said.text or None,
        refused=refused,
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(text) from error


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day is not None else None
