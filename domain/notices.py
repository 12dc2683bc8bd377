"""Notices owed: whom to tell what, derived from a rung that was reached.

The rule that keeps it honest: a notice carries the participant code, the item and the alert, and nothing
clinical; its id names alert, rung, round, contact and channel, so the same step is never owed twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.events import Event, RungReached
from domain.site import Contact, Site


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one contact on one channel."""

    notice: str
    alert: str
    rung: int
    round: int
    contact: str
    channel: str


def owed(events: Iterable[Event], site: Site) -> Iterator[Notice]:
    """The notices that the reached rungs among `events` owe."""
    for event in events:
        if isinstance(event, RungReached):
            yield from _of_rung(event, site)


def _of_rung(event: RungReached, site: Site) -> Iterator[Notice]:
    known = {contact.id: contact for contact in site.contacts}
    for contact_id in event.contacts:
        for channel in _channels(known.get(contact_id)):
            yield Notice(
                notice=f"{event.alert}/rung-{event.rung}/{event.round}/{contact_id}/{channel}",
                alert=event.alert,
                rung=event.rung,
                round=event.round,
                contact=contact_id,
                channel=channel,
            )


def _channels(contact: Contact | None) -> tuple[str, ...]:
    # A contact who left the site since the rung was decided is still told where everything is: the log.
    return contact.channels if contact else ("log",)
