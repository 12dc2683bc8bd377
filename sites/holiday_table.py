"""The holidays of a country as dates, with the working days that make up for them.

The rule that keeps it honest: dates come from the `holidays` library or from the document, never from code;
from which year on they are only expected is recorded with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import holidays
from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from domain.protocol.sources import Strict
from domain.site import SiteDay

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_LOOK_BACK = 5
"""Years before the wanted ones in which the last announced make-up days are looked for."""

Year = Annotated[int, Field(ge=_FIRST_YEAR, le=_LAST_YEAR)]


def _spelt_out(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    first, last = value.get("from"), value.get("to")
    if (
        set(value) != {"from", "to"}
        or not isinstance(first, int)
        or not isinstance(last, int)
        or first > last
    ):
        raise ValueError("these are not years: write {from: 2024, to: 2028} or [2024, 2025]")
    if not _FIRST_YEAR <= first <= last <= _LAST_YEAR:
        raise ValueError(f"these years are out of reach: write years from {_FIRST_YEAR} to {_LAST_YEAR}")
    return tuple(range(first, last + 1))


class HolidayTable(Strict):
    """What a site document says of its holidays; `country` by ISO 3166-1, `subdivision` by ISO 3166-2.

    `extra` and `extra_working_days` are the site's own. `official_until`: the last year whose dates are
    announced, where the library does not tell.
    """

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    subdivision: str | None = None
    years: Annotated[tuple[Year, ...], BeforeValidator(_spelt_out), Field(min_length=1)]
    extra: tuple[SiteDay, ...] = ()
    extra_working_days: tuple[SiteDay, ...] = ()
    official_until: Year | None = None

    @model_validator(mode="after")
    def _place_is_known(self) -> HolidayTable:
        places = holidays.list_supported_countries()
        if self.country not in places:
            raise ValueError(
                f"there are no holidays of {self.country!r}: write a country code such as CN or DE"
            )
        if self.subdivision is not None and self.subdivision not in places[self.country]:
            known = ", ".join(sorted(places[self.country])) or "none"
            raise ValueError(f"{self.country} has no subdivision {self.subdivision!r}: known are {known}")
        return self


@dataclass(frozen=True, slots=True)
class Expanded:
    """Holidays and make-up working days in the order of the calendar."""

    holidays: tuple[date, ...]
    working_days: tuple[date, ...]
    known_until: int


def expanded(table: HolidayTable) -> Expanded:
    """The dates a table stands for. A day the site declares worked is no holiday, and the other way round."""
    years = sorted(set(table.years))
    calendar = holidays.country_holidays(
        table.country, subdiv=table.subdivision, years=range(years[0] - _LOOK_BACK, years[-1] + 1)
    )
    made_up: set[date] = set(getattr(calendar, "weekend_workdays", ()))
    off = _within(calendar, years) - set(table.extra_working_days) | set(table.extra)
    worked = _within(made_up, years) - set(table.extra) | set(table.extra_working_days)
    known_until = table.official_until or _known_until(made_up, years)
    return Expanded(tuple(sorted(off)), tuple(sorted(worked)), known_until)


def _within(days: Iterable[date], years: list[int]) -> set[date]:
    return {day for day in days if day.year in years}


def _known_until(made_up: set[date], years: list[int]) -> int:
    # Countries that shift working days announce them year by year: the last shift is the last announcement.
    announced = max((day.year for day in made_up if day.year >= years[0] - _LOOK_BACK), default=years[-1])
    return min(announced, years[-1])
