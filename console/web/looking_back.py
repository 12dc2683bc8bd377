"""A moment of the past in a page's address: read from it, taken out of it, and looked at.

The rule that keeps it honest: a page of the past offers nothing that writes, and a form asked for in the past
is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from activities.hearing import Hearing
from console.reading import StudyLook
from console.reading_at import Moments, NoMoment, NoSuchMoment, Which, look_at, zone_of
from console.web.stating import Unstated, stated_from
from domain.stated import is_day, parse_stated

AS_OF, CLOCK, TRUE_AT = "as_of", "as_of_clock", "true_at"
MOMENT, KNOWN_BY = "moment", "known_by"
_OURS = frozenset({AS_OF, CLOCK, TRUE_AT, MOMENT, KNOWN_BY, "done"})


class InThePast(Exception):
    """Something that writes was asked of a page of the past."""


class Choice(StrEnum):
    """How the form's moment is meant: what was known then, what was true, or was true by a past knowledge."""

    KNOWN = "known"
    TRUE = "true"
    TRUE_AS_KNOWN = "true as known"


@dataclass(frozen=True, slots=True)
class Named:
    """What an address names: a day or a time with its offset up to which the record counts (`as_of`), one
    at which it is told as it was in truth (`true_at`), and a time on the site's clock for either.
    """

    as_of: str = ""
    true_at: str = ""
    clock: str = ""

    def __bool__(self) -> bool:
        return bool(self.as_of or self.true_at)


def named_in(path: str) -> Named:
    """The moments an address names, or a form filled in; none, where it names none."""
    said = {name: value.strip() for name, value in _query(path)}
    day, clock = said.get(AS_OF, ""), said.get(CLOCK, "")
    match said.get(MOMENT):
        case Choice.TRUE:
            return Named(true_at=day, clock=clock)
        case Choice.TRUE_AS_KNOWN:
            return Named(said.get(KNOWN_BY, ""), day, clock)
        case _:
            return Named(day, said.get(TRUE_AT, ""), clock)


def looked_back(look: StudyLook, named: Named, hearing: Hearing) -> StudyLook:
    """The look at what was named.

    Raises:
        NoSuchMoment: one is no moment, lies ahead, or there was nothing by then.
    """
    as_of, true_at = named.as_of, named.true_at
    if true_at:
        true_at = _stated(look, true_at, named.clock, Which.TRUE_AT)
    else:
        as_of = _stated(look, as_of, named.clock, Which.AS_OF)
    return look_at(look, Moments(as_of or None, true_at or None), hearing)


def day_named(moment: str) -> date | None:
    """The day, if a whole day was named and no time."""
    stated = parse_stated(moment) if moment else None
    return stated if stated is not None and is_day(stated) else None


def kept(path: str) -> list[tuple[str, str]]:
    """What else the address says."""
    return [each for each in _query(path) if each[0] not in _OURS]


def at_present(path: str) -> str:
    """The same page at the present moment."""
    return addressed(path, kept(path))


def addressed(path: str, said: Sequence[tuple[str, str]]) -> str:
    """The page of an address with these words after it."""
    return path.partition("?")[0] + (f"?{urlencode(said)}" if said else "")


def _stated(look: StudyLook, day: str, clock: str, which: Which) -> str:
    if not clock:
        return day
    try:
        return stated_from(day, clock, zone_of(look, day))
    except Unstated as unstated:
        raise NoSuchMoment(NoMoment(unstated.why), str(unstated), which) from unstated
    except NoSuchMoment as none:
        raise NoSuchMoment(none.why, none.text, which) from none


def _query(path: str) -> list[tuple[str, str]]:
    return parse_qsl(path.partition("?")[2], keep_blank_values=True)
