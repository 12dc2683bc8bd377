"""How somebody likes the console: language, theme, keyboard shortcuts.

The rule that keeps it honest: nothing here changes what is shown, only how; whoever chose nothing gets what
their browser asks for.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from sqlalchemy import delete, insert, select

from store.door_tables import preferences
from store.reading import Reading
from store.writing import Writing


class Theme(StrEnum):
    """Which colours; `auto`: as the browser asks. Stored."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`language`: a code such as `zh-CN`; None: as the browser asks."""

    language: str | None = None
    theme: Theme = Theme.AUTO
    shortcuts: bool = True


def preferences_of(reading: Reading, user_id: str) -> Preferences:
    """What somebody chose, or what goes for everybody who chose nothing."""
    wanted = select(*(preferences.c[each.name] for each in fields(Preferences)))
    row = reading.connection.execute(wanted.where(preferences.c.user_id == user_id)).first()
    return Preferences(row.language, Theme(row.theme), row.shortcuts) if row else Preferences()


def keep_preferences(writing: Writing, user_id: str, chosen: Preferences) -> None:
    """Keep what somebody chose."""
    writing.connection.execute(delete(preferences).where(preferences.c.user_id == user_id))
    writing.connection.execute(insert(preferences).values({"user_id": user_id, **asdict(chosen)}))
