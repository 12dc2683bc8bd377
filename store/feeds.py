"""Who follows the calendar of a study from elsewhere, each by an address of their own.

The rule that keeps it honest: of an address only the hash is stored; one user has one of a study, and a new
one ends the old.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from store.feed_tables import feeds
from store.reading import Reading
from store.writing import Writing


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar that is followed. `token_hash`: SHA-256 (hex) of the token in its address. Times are UTC.

    `used_at`: last asked for, to the hour; None: never yet.
    """

    user_id: str
    study: str
    token_hash: str
    language: str
    opened_at: datetime
    used_at: datetime | None = None


_COLUMNS = tuple(feeds.c[field.name] for field in fields(Feed))


def feed_of(reading: Reading, user_id: str, study: str) -> Feed | None:
    """The feed of a user and study."""
    wanted = select(*_COLUMNS).where(feeds.c.user_id == user_id, feeds.c.study == study)
    row = reading.connection.execute(wanted).first()
    return Feed(*row) if row else None


def feed_at(reading: Reading, token_hash: str) -> Feed | None:
    """The feed whose address holds the token of this hash."""
    row = reading.connection.execute(select(*_COLUMNS).where(feeds.c.token_hash == token_hash)).first()
    return Feed(*row) if row else None


def keep_feed(writing: Writing, feed: Feed) -> None:
    """Add the feed; the user's old address of the study ends."""
    end_feed(writing, feed.user_id, feed.study)
    writing.connection.execute(insert(feeds).values(asdict(feed)))


def end_feed(writing: Writing, user_id: str, study: str) -> None:
    """End the user's address of the study, if there is one."""
    of_user = (feeds.c.user_id == user_id) & (feeds.c.study == study)
    writing.connection.execute(delete(feeds).where(of_user))


def see_feed(writing: Writing, token_hash: str, at: datetime) -> None:
    """Note that the feed was asked for."""
    writing.connection.execute(update(feeds).where(feeds.c.token_hash == token_hash).values(used_at=at))
