"""The study's slots: nine at most, each held exactly while its participant is due one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain import Code, Refused, State, Subject, decide, fold, initial
from domain.commands import Command
from domain.events import ProtocolPublished, SitePublished, SlotReturned, SlotTaken
from domain.study import Study, StudyEvent, answer, evolve_study, fold_study, study_rules, touches_study
from tests.domain.builders import at, end, enrolled, record, register, retract, rules, screened
from tests.domain.spec import Course, given

NOON = at("2026-01-05 12:00")


class Trial:
    """A study and its participants, as the desk keeps them: each decision answered in the same step."""

    def __init__(self, name: str = "NCT06642025") -> None:
        self.rules = rules(name)
        self.study = Study()
        self.states: dict[str, State] = {}

    def hear(self, participant: str, command: Command, hours: int = 0) -> list[str]:
        """The study's events that follow from one participant's command."""
        state = self.states.get(participant, initial(self.rules))
        subject = Subject(self.rules.protocol.id, participant)
        events = decide(state, command, NOON + timedelta(hours=hours), subject)
        after = fold(state, events)
        answers = answer(self.study, study_rules(self.rules), after, events, NOON + timedelta(hours=hours))
        for event in answers:
            self.study = evolve_study(self.study, event)
        self.states[participant] = after
        return [event.TYPE for event in answers if isinstance(event, SlotTaken | SlotReturned)]


def slots(study: Study, story: Course) -> list[StudyEvent]:
    """What the last step of a story means for the slots of a study."""
    answers = answer(study, study_rules(story.state.rules), story.state, story.events, NOON)
    return [event for event in answers if isinstance(event, SlotTaken | SlotReturned)]


@pytest.fixture
def full() -> Trial:
    """Nine participants in screening."""
    trial = Trial()
    for number in range(1, 10):
        assert trial.hear(f"EX02-00{number}", register()) == ["study.slot_taken"]
    return trial


def test_the_tenth_participant_is_refused(full: Trial) -> None:
    """Nine slots, nine held: the sentence says when one is free again, and nothing is kept of the tenth."""
    with pytest.raises(Refused) as refused:
        full.hear("EX02-010", register())
    assert refused.value.code is Code.NO_SLOT
    assert "all 9 slots of NCT06642025 are taken" in refused.value.text
    assert "EX02-010" not in full.states


def test_a_screen_failure_gives_its_slot_back(full: Trial) -> None:
    """Who ends before enrolment frees a slot for somebody else."""
    failed = end("screen_failure", "2026-01-05")
    assert full.hear("EX02-003", failed, 1) == ["study.slot_returned"]
    assert full.hear("EX02-010", register(), 2) == ["study.slot_taken"]


def test_an_end_taken_back_needs_a_slot_again(full: Trial) -> None:
    """Retracting the screen failure takes the slot back while one is free, and is refused when none is."""
    full.hear("EX02-003", end("screen_failure", "2026-01-05"), 1)
    assert full.hear("EX02-003", retract("end"), 2) == ["study.slot_taken"]
    full.hear("EX02-003", end("screen_failure", "2026-01-05"), 3)
    full.hear("EX02-010", register(), 4)
    with pytest.raises(Refused) as refused:
        full.hear("EX02-003", retract("end"), 5)
    assert refused.value.code is Code.NO_SLOT


def test_from_enrolment_on_a_slot_is_kept_for_good() -> None:
    """An enrolled participant who ends keeps the slot: the trial has treated or tried to treat them."""
    story = given(enrolled())
    study = fold_study([SlotTaken("EX02-001", 9)])
    story.when(end("withdrawn", "2026-01-20"), at("2026-01-20 12:00"))
    assert slots(study, story) == []


def test_an_enrolment_told_late_after_the_slot_was_returned_takes_it_again() -> None:
    """Withdrawn first and the enrolment typed in afterwards: the cap counts them."""
    story = given(enrolled()[:-1]).when(end("withdrawn", "2026-01-13"), at("2026-01-13 12:00"))
    held = fold_study([SlotTaken("EX02-001", 9)])
    assert slots(held, story) == [SlotReturned("EX02-001", "withdrawn")]
    story.when(record("enrolment", "2026-01-12"), at("2026-01-14 12:00"))
    assert slots(Study(), story) == [SlotTaken("EX02-001", 9)]


def test_only_what_can_move_a_slot_touches_the_study() -> None:
    """Results and visits leave the study's stream alone."""
    story = given(screened())
    assert not touches_study(story.events)
    assert slots(fold_study([SlotTaken("EX02-001", 9)]), story) == []
    assert touches_study(story.when(end("withdrawn", "2026-01-10"), at("2026-01-10 12:00")).events)


def test_the_second_protocol_counts_to_forty() -> None:
    """The cap is data: forty there, and a slot is kept from the first dose."""
    trial = Trial("DZ-CYCLES")
    for number in range(40):
        trial.hear(f"P-{number:03}", register(age=None))
    with pytest.raises(Refused, match="all 40 slots"):
        trial.hear("P-041", register(age=None))


def test_published_documents_stand_in_the_study_newest_last() -> None:
    """The study's stream names each published protocol and site version."""
    one = ProtocolPublished("NCT06642025", "NCT06642025", "1.0", "a" * 64)
    two = SitePublished("hefei", "1", "b" * 64)
    study = fold_study([one, two])
    assert (study.protocols, study.sites, study.version) == ((one,), (two,), 2)


def test_a_participants_event_does_not_belong_to_a_study() -> None:
    """A stream of the wrong kind is an error, never silently skipped."""
    with pytest.raises(TypeError, match="does not belong to a study"):
        fold_study(given(screened()).events)
