"""What people call the holidays of a site.

The rule that keeps it honest: only names; which days are off stands in the published site, and a day the
library knows nothing of has no name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Literal

import holidays

Tongue = Literal["en_US", "zh_CN"]
_MOVED_FROM = re.compile(r"\s*[(（][^()（）]*\d[^()（）]*[)）]")
"""The date of another day in the name of one, which the library writes as one country does."""


def holiday_name(zone_name: str, day: date, tongue: Tongue) -> str | None:
    """The name of a public holiday in the country of a zone, None where there is none that day.

    A country that the library does not name in this language is named in its own.
    """
    country = _countries().get(zone_name)
    name = _named(country, day.year, tongue).get(day) if country is not None else None
    return _MOVED_FROM.sub("", name) if name is not None else None


@lru_cache(maxsize=256)
def _named(country: str, year: int, tongue: Tongue) -> Mapping[date, str]:
    if country not in holidays.list_supported_countries():
        return {}
    return dict(holidays.country_holidays(country, years=year, language=tongue))


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    # Each zone of a place lies in one country of this table, which the pinned package carries.
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {zone: country for country, _, zone, *_ in rows}
