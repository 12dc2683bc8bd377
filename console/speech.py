"""How a line about an event is said: in which language, with whose clock, and by which names.

The rule that keeps it honest: a line is a sentence with places, and each sentence has its Chinese in the one
table (`console.sentences`); what people typed is put in as they typed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from console.sentences import CHINESE
from console.words import ROLES, Language, said
from domain.roles import Role
from domain.safety.partial import Partial
from domain.stated import Stated


@dataclass(frozen=True)
class Speech:
    """One way of saying it. `name`: what people call an item, a gate or a stage.

    `prose`: dates as the language writes them; otherwise English keeps them as the record has them.
    """

    zone: ZoneInfo
    language: Language
    name: Callable[[str], str] = str
    prose: bool = False

    def __call__(self, sentence: str, **places: object) -> str:
        """The sentence in the language, its places filled."""
        return (CHINESE[sentence] if self._chinese else sentence).format(**places)

    def joined(self, *parts: str | None) -> str:
        """Several things said of one event; what is None is not said."""
        return ("；" if self._chinese else "; ").join(each for each in parts if each)

    def listed(self, parts: tuple[str, ...] | list[str]) -> str:
        """Several of a kind."""
        return ("、" if self._chinese else ", ").join(parts)

    def named(self, words: str, detail: str) -> str:
        """The name of an event, and what it holds."""
        return f"{words}{'：' if self._chinese else ': '}{detail}" if detail else words

    def stated(self, value: Stated | Partial) -> str:
        """When something happened, as precisely as it was stated."""
        known = value.stated if isinstance(value, Partial) else value
        if not self.worded or known is None:
            return str(value) if isinstance(value, Partial) else value.isoformat()
        return self.at(known) if isinstance(known, datetime) else self._day(known)

    def at(self, instant: datetime) -> str:
        """An instant on the wall clock, to the minute."""
        local = instant.astimezone(self.zone)
        day = self._day(local.date()) if self.worded else local.date().isoformat()
        return f"{day} {local:%H:%M}"

    def of(self, table: Mapping[str, tuple[str, str]], code: str) -> str:
        """The words of a code."""
        return said(table, code, self.language)

    def role(self, role: Role) -> str:
        """What people call a role; in English its code, as commands take it."""
        return self.of(ROLES, role) if self.worded else role.value

    @property
    def _chinese(self) -> bool:
        return self.language is Language.ZH

    @property
    def worded(self) -> bool:
        """Codes are shown as words; else as the record and the commands have them."""
        return self.prose or self._chinese

    def _day(self, day: date) -> str:
        return format_date(day, "medium", locale="zh_CN" if self._chinese else "en_GB")
