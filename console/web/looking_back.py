"""A moment of the past in a page's address: read from it, taken out of it, and looked at.

The rule that keeps it honest: a page of the past offers nothing that writes, and a form asked for in the past
is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from activities.hearing import Hearing
from console.reading import StudyLook
from console.reading_at import NoMoment, NoSuchMoment, look_at, zone_of
from console.web.stating import Unstated, stated_from
from domain.stated import is_day, parse_stated

AS_OF, CLOCK = "as_of", "as_of_clock"
_OURS = frozenset({AS_OF, CLOCK, "done"})


class InThePast(Exception):
    """Something that writes was asked of a page of the past."""


@dataclass(frozen=True, slots=True)
class Named:
    """What an address names: a day or a time with its offset (`as_of`), and a time on the site's clock."""

    as_of: str = ""
    clock: str = ""

    def __bool__(self) -> bool:
        return bool(self.as_of)


def named_in(path: str) -> Named:
    """The moment an address names; none, where it names none."""
    said = dict(_query(path))
    return Named(said.get(AS_OF, "").strip(), said.get(CLOCK, "").strip())


def looked_back(look: StudyLook, named: Named, hearing: Hearing) -> StudyLook:
    """The look as of what was named.

    Raises:
        NoSuchMoment: it is no moment, it lies ahead, or nothing was recorded by then.
    """
    return look_at(look, _stated(look, named), hearing)


def day_named(as_of: str) -> date | None:
    """The day, if a whole day was named and no time."""
    stated = parse_stated(as_of) if as_of else None
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


def _stated(look: StudyLook, named: Named) -> str:
    if not named.clock:
        return named.as_of
    try:
        return stated_from(named.as_of, named.clock, zone_of(look, named.as_of))
    except Unstated as unstated:
        raise NoSuchMoment(NoMoment(unstated.why), str(unstated)) from unstated


def _query(path: str) -> list[tuple[str, str]]:
    return parse_qsl(path.partition("?")[2], keep_blank_values=True)
