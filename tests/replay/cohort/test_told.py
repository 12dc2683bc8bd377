"""Messages are counted as the desk owed them: by role, rung, day and working time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.notices import Notice
from domain.site import Site
from domain.working_time import is_working_instant
from replay.cohort.told import Owed, told_of
from tests.replay.cohort.trials import site

MONDAY_NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)  # 09:00 in Shanghai


def owed(contact: str, rung: int, at: datetime, subject: str = "P-001") -> Owed:
    """One message to somebody on one channel."""
    return at, subject, Notice(f"P-001/D28/overdue/rung-{rung}/1/{contact}/log", "", rung, 1, contact, "log")


def contacts() -> list[str]:
    """Everybody whom the site has."""
    return [each.id for each in site().contacts]


MESSAGES = st.lists(
    st.builds(
        lambda contact, rung, hours, subject: owed(
            contacts()[contact % len(contacts())], rung, MONDAY_NINE + timedelta(hours=hours), subject
        ),
        st.integers(0, 20),
        st.integers(1, 3),
        st.integers(0, 400),
        st.sampled_from(["P-001", "P-002", "study"]),
    ),
    max_size=30,
)


@given(MESSAGES)
def test_every_message_counts_once(messages: list[Owed]) -> None:
    """By role and rung they sum up to all; the busiest day of a role is the most that one day has."""
    where = {"P-001": site(), "P-002": site()}
    told = told_of(messages, where)
    roles = {each.id: each.role for each in site().contacts}
    assert sum(told.by_rung.values()) == len(messages)
    days = Counter((roles[each.contact], at.astimezone(site().zone).date()) for at, _, each in messages)
    assert told.busiest == {
        role: max(count for (each, _), count in days.items() if each is role) for role, _ in days
    }
    assert told.outside == sum(not is_working_instant(site(), at) for at, _, _ in messages)


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        (MONDAY_NINE, 0),
        (MONDAY_NINE + timedelta(hours=14), 1),
        (MONDAY_NINE + timedelta(days=5), 1),
    ],
    ids=["Monday morning", "Monday night", "Saturday"],
)
def test_nights_and_days_off_are_outside_working_time(at: datetime, outside: int) -> None:
    """What comes at night or on a day off is counted as such, in the site's own hours."""
    assert told_of([owed(contacts()[0], 1, at)], {"P-001": site()}).outside == outside


def test_each_participant_has_the_hours_of_their_site() -> None:
    """The same instant is a working one at one site and not at another; the study's is the first site's."""
    abroad = Site.model_validate(
        site().model_dump(mode="json", by_alias=True, exclude_none=True)
        | {"id": "abroad", "zone": "America/New_York"}
    )
    sites = {"P-001": site(), "P-002": abroad}
    told = told_of([owed(contacts()[0], 1, MONDAY_NINE, who) for who in ("P-001", "P-002", "study")], sites)
    assert told.outside == 1


def test_nobody_told_is_nothing_counted() -> None:
    """No messages: no roles, no busiest day, and no error."""
    told = told_of([], {"P-001": site()})
    assert (told.by_rung, told.busiest, told.outside) == ({}, {}, 0)
