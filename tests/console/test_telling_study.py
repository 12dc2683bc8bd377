"""Each event of a study's own stream has its line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from console.speech import Speech
from console.telling_study import study_told
from console.words import Language
from domain import events as ev
from domain.events.study import Recruitment, Treatment
from domain.protocol.document import End
from domain.roles import Role
from domain.signed import Signed
from domain.study import StudyEvent

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DAY = date(2026, 3, 1)
SIGNED = Signed("i-1", Role.INVESTIGATOR, AT, "words", "0" * 64)
OF = {"participant": "P-001", "site": "hefei", "zone": "Asia/Shanghai"}

TOLD: list[tuple[StudyEvent, str]] = [
    (ev.ProtocolPublished("S", "S", "2.0", "h", "1.0", "one more", "多一次访视"), "S 2.0; one more"),
    (ev.SitePublished("hefei", "3", "h"), "hefei 3"),
    (ev.SlotTaken("P-001", 9), "P-001 (of 9)"),
    (ev.SlotReturned("P-001", "screen_failure"), "P-001; screen failure"),
    (ev.NumberTaken("P-001", "COI-1"), "P-001 COI-1"),
    (ev.RecruitmentSet(Recruitment.PAUSED, "too fast", "sponsor-1", Role.SPONSOR, AT), "paused, sponsor-1"),
    (ev.MilestoneNoted("f", item="infusion", happened=DAY, **OF), "P-001 infusion 2026-03-01"),
    (ev.EndNoted("f", end=End.DIED, happened=DAY, related=True, **OF), "died 2026-03-01; not said to be"),
    (ev.LimitingToxicityNoted("f", ae="AE1", onset="2026-03", **OF), "P-001 AE1, onset 2026-03"),
    (
        ev.LastingToxicityNoted("f", rule="r", toxicity="crs", grade=4, since=DAY, fell=DAY, **OF),
        "P-001 CRS grade 4 since 2026-03-01, fell 2026-03-01 (r)",
    ),
    (ev.FactWithdrawn("P-001/death"), "P-001/death"),
    (
        ev.TurnTaken("P-001", "hefei", "Asia/Shanghai", "infusion", "g", DAY, AT, DAY),
        "P-001 infusion, 2026-03-01 to 2026-03-01",
    ),
    (ev.TurnReturned("P-001", "unused"), "P-001; unused"),
    (
        ev.HoldPlaced("hold-1", "grade 4", ("infusion",), Role.SPONSOR, "w", "l", AT, "system"),
        "hold-1, system 2026-03-02 09:30; grade 4; stops infusion",
    ),
    (ev.HoldLifted("hold-1", "looked into", AT, SIGNED), "hold-1, i-1 (investigator); looked into"),
    (
        ev.TreatmentDecided("P-001", Treatment.WITHHOLD, "infusion", (), "no", "i-1", Role.INVESTIGATOR, AT),
        "P-001 withhold (infusion), i-1 (investigator); no",
    ),
    (ev.MeetingRecorded("smc-1", DAY, "goes on", "i-1", Role.SPONSOR), "smc-1 2026-03-01, i-1"),
    (ev.BreachNoted("b", "P-001", "stagger", "too soon"), "P-001 too soon"),
    (ev.BreachWithdrawn("b"), "b"),
    (ev.SnoozeEnded("study/hold-1/on_hold", AT, AT), "study/hold-1/on_hold"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "line"), TOLD, ids=lambda each: getattr(each, "TYPE", None))
def test_each_event_has_its_line(event: StudyEvent, line: str) -> None:
    """The line names the event and holds what it holds, with times of the site."""
    said = study_told(event, Speech(ZONE, Language.EN))
    assert line in said and not said.startswith(event.TYPE)


def test_no_event_of_a_study_is_left_out() -> None:
    """Every type that the study's stream can hold is told above, or is an alert's."""
    told = {type(event) for event, _ in TOLD}
    assert {each for each in get_args(StudyEvent) if not each.TYPE.startswith("alert.")} <= told


def test_a_summary_is_told_in_the_readers_language() -> None:
    """What an amendment says of itself is told in Chinese to a Chinese reader."""
    assert "多一次访视" in study_told(TOLD[0][0], Speech(ZONE, Language.ZH))
