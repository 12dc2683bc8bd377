"""Notices follow from rungs that were reached: one for each contact and channel, never the same one twice."""

from __future__ import annotations

from domain.notices import Notice, owed
from tests.domain.builders import acknowledge, at, followed, rules, site
from tests.domain.spec import given

PEOPLE = [
    {"id": "coordinator-1", "role": "coordinator", "channels": ["log", "mail"]},
    {"id": "coordinator-2", "role": "coordinator", "channels": ["chat"]},
    {"id": "investigator-1", "role": "investigator", "channels": ["mail"]},
    {"id": "sponsor-1", "role": "sponsor", "channels": ["mail"]},
]
MONDAY = at("2026-05-11 08:00")


def test_a_rung_owes_a_notice_to_each_contact_on_each_of_their_channels() -> None:
    """Two coordinators, three channels, three notices; each names alert, rung, round, contact and channel."""
    told = rules(contacts=PEOPLE)
    story = given(followed(), rules=told).run(MONDAY - (MONDAY - at("2026-05-09")))
    story.run(MONDAY)
    assert list(owed(story.events, told.site)) == [
        Notice(f"EX02-001/D60/overdue/rung-1/1/{who}/{channel}", "EX02-001/D60/overdue", 1, 1, who, channel)
        for who, channel in (("coordinator-1", "log"), ("coordinator-1", "mail"), ("coordinator-2", "chat"))
    ]


def test_no_notice_id_is_ever_used_again() -> None:
    """Over acknowledgements that run out, climbs and repeats each step owes notices of its own."""
    told = rules(contacts=PEOPLE)
    story = given(followed(), rules=told).when(acknowledge("D60/overdue"), at("2026-05-11 09:00"))
    story.run(at("2026-06-20"))
    ids = [each.notice for each in owed(story.record, told.site)]
    assert len(ids) == len(set(ids)) > 30


def test_only_reached_rungs_owe_notices() -> None:
    """Nothing else that happens tells anybody anything."""
    story = given(followed())
    assert not list(owed([each for each in story.record if each.TYPE != "alert.rung_reached"], site()))


def test_a_contact_who_left_is_told_by_the_log() -> None:
    """Decided under an earlier version of the site: the notice is not lost, it stands in the log."""
    story = given(followed(), rules=rules(contacts=PEOPLE)).run(MONDAY)
    later = site(contacts=PEOPLE[1:])
    mine = [each for each in owed(story.events, later) if each.contact == "coordinator-1"]
    assert {each.channel for each in mine} == {"log"}
