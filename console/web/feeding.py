"""Letting a calendar be followed from elsewhere: addresses made, ended, and answered.

The rule that keeps it honest: whoever holds the address sees what its user would, and nobody once the user is
closed; the address is shown once and stored nowhere.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from console.calendar.feed import Memory, around, told_between
from console.calendar.ics import ics
from console.exports.lists import READERS
from console.reading import StudyLook
from console.web.parts import Parts
from console.web.sessions import SignedIn, on_this_machine
from console.words import Language
from store import Reading
from store.feeds import Feed, end_feed, feed_at, feed_of, keep_feed, see_feed
from store.sign_ins import User, user_named

_SEEN_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Followed:
    """What a feed is answered with; `body` None: the asker has it already."""

    etag: str
    body: bytes | None


def new_address(parts: Parts, signed_in: SignedIn, study: str, language: Language) -> str:
    """The token of a new address for the user's calendar of a study; an old one ends."""
    token = secrets.token_urlsafe(32)
    feed = Feed(signed_in.user.user_id, study, hashed(token), language.value, parts.now())
    with parts.store.writing() as tx:
        keep_feed(tx, feed)
    return token


def end_address(parts: Parts, signed_in: SignedIn, study: str) -> None:
    """End the user's address of a study."""
    with parts.store.writing() as tx:
        end_feed(tx, signed_in.user.user_id, study)


def own_feed(reading: Reading, signed_in: SignedIn, study: str) -> Feed | None:
    """The signed-in user's feed of a study."""
    return feed_of(reading, signed_in.user.user_id, study)


def followed(
    parts: Parts, memory: Memory, token: str, address: str, base: str, known: str
) -> Followed | None:
    """What is behind an address; None: nothing, or nobody may see it any more.

    `base`: where the console is. `known`: what the asker says it has. `memory`: what was told before.
    """
    with parts.store.reading() as reading:
        feed = feed_at(reading, hashed(token))
        user = user_named(reading, feed.user_id) if feed else None
        if feed is None or user is None or not _welcome(parts, user, address):
            return None
        if feed.study not in reading.studies():
            return None
        look = StudyLook(reading, parts.rulebook, feed.study, parts.now(), Language(feed.language))
        wanted = around(look.now.astimezone(look.study_rules().site(None).zone).date())
        etag = _etag(feed, reading.position(), wanted.first.isoformat(), base)
        body = (
            None if etag in known else ics(feed.study, feed.study, base, told_between(look, wanted, memory))
        )
    _seen(parts, feed)
    return Followed(etag, body)


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _welcome(parts: Parts, user: User, address: str) -> bool:
    if user.closed_at is not None or user.role not in READERS:
        return False
    return not user.demo or (parts.policy.demo and on_this_machine(address))


def _etag(feed: Feed, *shown: object) -> str:
    return f'"{hashed("|".join(map(str, (feed.study, feed.language, *shown))))[:32]}"'


def _seen(parts: Parts, feed: Feed) -> None:
    now = parts.now()
    if feed.used_at is None or now - feed.used_at > _SEEN_AGAIN:
        with parts.store.writing() as tx:
            see_feed(tx, feed.token_hash, now)
