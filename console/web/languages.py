"""The languages of the console: catalogues of sentences, and dates as each language writes them.

The rule that keeps it honest: sentences are looked up by gettext, codes by `console.words`; nothing is put
together from parts of sentences.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from console.words import Language
from domain.stated import is_day, parse_stated

CATALOGUES = Path(__file__).with_name("locale")
_LOCALES = {Language.EN: Locale.parse("en_GB"), Language.ZH: Locale.parse("zh_CN")}
NAMES = {Language.EN: "English", Language.ZH: "中文"}


@dataclass(frozen=True)
class Tongue:
    """One language: its catalogue and its way of writing dates."""

    language: Language
    catalogue: NullTranslations

    def day(self, day: date) -> str:
        """A site day: 6 Mar 2026."""
        return format_date(day, "medium", locale=_LOCALES[self.language])

    def moment(self, at: datetime, zone: str) -> str:
        """An instant on the wall clock of a zone, to the minute; the zone is named beside it by the page."""
        place = ZoneInfo(zone)
        local = at.astimezone(place)
        locale = _LOCALES[self.language]
        return f"{format_date(local.date(), 'medium', locale=locale)} {local:%H:%M}"

    def to_the_second(self, at: datetime, zone: str) -> str:
        """As `moment`, with seconds."""
        return format_datetime(at, "medium", tzinfo=ZoneInfo(zone), locale=_LOCALES[self.language])

    def month(self, day: date) -> str:
        """The month of a day: March 2026."""
        return format_skeleton("yMMMM", day, locale=_LOCALES[self.language])

    def weekday(self, day: date) -> str:
        """The weekday of a day, in short: Fri."""
        return format_date(day, "ccc", locale=_LOCALES[self.language])

    def clock(self, at: datetime, zone: str) -> str:
        """The wall clock of a zone, to the minute."""
        return format_time(at, "HH:mm", tzinfo=ZoneInfo(zone), locale=_LOCALES[self.language])

    def stated(self, text: str, zone: str) -> str:
        """A stated day or instant, in the site's zone."""
        value = parse_stated(text)
        if isinstance(value, datetime):
            return self.moment(value, zone)
        return self.day(value) if is_day(value) else text


def tongues() -> dict[Language, Tongue]:
    """Every language, its catalogue read from the .po file beside this module."""
    return {each: Tongue(each, _catalogue(each)) for each in Language}


def catalogue_file(language: Language) -> Path:
    """Where the sentences of a language are kept."""
    return CATALOGUES / language.replace("-", "_") / "LC_MESSAGES" / "console.po"


def preferred(accepted: str) -> Language:
    """The language a browser asks for (`Accept-Language`), English where it asks for none of ours."""
    weighed = [_weighed(each) for each in accepted.split(",") if each.strip()]
    for _, name in sorted(weighed, key=lambda each: -each[0]):
        if name.startswith("zh"):
            return Language.ZH
        if name.startswith("en"):
            return Language.EN
    return Language.EN


def _weighed(each: str) -> tuple[float, str]:
    name, _, weight = each.partition(";")
    try:
        return float(weight.strip().removeprefix("q=") or 1), name.strip().lower()
    except ValueError:
        return 0.0, name.strip().lower()


def _catalogue(language: Language) -> NullTranslations:
    if language is Language.EN:
        return NullTranslations()  # what the pages say in the source is English
    compiled = io.BytesIO()
    with catalogue_file(language).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language.replace("-", "_")))
    compiled.seek(0)
    return GNUTranslations(compiled)
