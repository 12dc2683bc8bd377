"""A person's own settings: what they like, where they are signed in, and how messages reach them."""

from __future__ import annotations

from dataclasses import dataclass

from console.reading import StudyLook
from console.web.visiting import Visitor
from store.preferences import Preferences
from store.sign_ins import Session, sessions_of


@dataclass(frozen=True, slots=True)
class Reached:
    """How a site's document says that messages reach somebody. `channels`: by their names."""

    study: str
    site: str
    role: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """`own`: the session this page is looked at in."""

    liked: Preferences
    own: Session
    sessions: tuple[Session, ...]
    reached: tuple[Reached, ...]
    studies: tuple[str, ...]


def settings_page(visitor: Visitor) -> SettingsPage:
    """Somebody's own settings."""
    parts, user_id = visitor.console.parts, visitor.signed_in.user.user_id
    with parts.store.reading() as reading:
        studies = tuple(reading.studies())
        sessions = tuple(sessions_of(reading, user_id, parts.now()))
    found: list[Reached] = []
    for study in studies:
        with visitor.looking(study) as look:
            found += _reached(look, user_id)
    own = visitor.signed_in
    return SettingsPage(own.preferences, own.session, sessions, tuple(found), studies)


def _reached(look: StudyLook, user_id: str) -> list[Reached]:
    codes = sorted({each.site for each in look.reading.participants(look.study)})
    return [
        Reached(look.study, site, contact.role.value, tuple(contact.channels))
        for site in codes
        for contact in look.site(site).contacts
        if contact.id == user_id
    ]
