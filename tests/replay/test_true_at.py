"""True at: what had happened by a moment, however late it was typed and however often it was corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain.recorded import STUDY_SUBJECT, participant_stream, study_stream
from domain.study import fold_study
from replay.as_of import AsOf
from replay.true_at import TrueAt
from store import Reading
from tests.replay.played import STORIES, played
from tests.replay.typed import CHAIN, CONSENT, END, VISITS, WHO, Stand, Typed, stand
from tests.replay.what_is_told import facts
from tests.support.trial import STUDY

NOW = END.astimezone(UTC)
THINGS = (*CHAIN, *VISITS, "illness")
days_late = st.dictionaries(st.sampled_from(THINGS), st.integers(1, 9), max_size=8)
TAKEN_BACK = "closed: corrected"
mistakes = st.frozensets(st.sampled_from([*CHAIN[1:], *VISITS]), max_size=3)


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """An empty trial, from which records are typed."""
    return stand(tmp_path_factory.mktemp("typed"))


@pytest.fixture(scope="session")
def at_once(paper: Stand) -> Reading:
    """The record of people who type everything as it happens."""
    return paper.record(Typed())


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(late=days_late, wrong=mistakes, shift=st.integers(0, 9))
def test_typed_late_it_is_the_same_truth(
    paper: Stand, at_once: Reading, late: dict[str, int], wrong: frozenset[str], shift: int
) -> None:
    """A participation typed late, out of order and with mistakes that are corrected is, at the end of any
    day, what was on the record then of people who typed everything at once: schedule, stage, deviations,
    safety, product, study and endpoints."""
    told = paper.record(Typed(late, wrong))
    for moment in _evenings(shift):
        known = facts(AsOf(at_once, moment, paper.rulebook), paper.rulebook)
        assert facts(TrueAt(told, moment, NOW, paper.rulebook), paper.rulebook) == known, moment


def test_a_visit_typed_late_had_taken_place(paper: Stand) -> None:
    """Day 28 took place on Monday and was typed in six days later: on Wednesday nobody knew that it was."""
    told = paper.record(Typed({"D28": 6}))
    wednesday = _evening(42 + 30)
    assert _outcome(AsOf(told, wednesday), "D28") == "pending"
    assert _outcome(TrueAt(told, wednesday, NOW), "D28") == "done"


def test_what_was_known_of_a_truth_can_be_asked(paper: Stand) -> None:
    """What had happened by Wednesday, by what was known on Friday, is without a visit typed in on Sunday."""
    told = paper.record(Typed({"D28": 6}))
    wednesday, friday, sunday = (_evening(42 + 28 + days) for days in (2, 4, 6))
    by = {each: TrueAt(AsOf(told, each), wednesday, each) for each in (friday, sunday)}
    assert [_outcome(each, "D28") for each in by.values()] == ["pending", "done"]


def test_a_correction_over_a_moment_moves_the_visit_over_it(paper: Stand) -> None:
    """A visit recorded a quarter of an hour too early was not done between the two times."""
    told = paper.record(Typed(wrong=frozenset({"D21"})))
    visit = datetime.fromisoformat("2026-03-09T09:40:00+08:00").astimezone(UTC)
    between, after = visit - timedelta(minutes=10), visit + timedelta(minutes=1)
    assert [_outcome(TrueAt(told, each, NOW), "D21") for each in (between, after)] == ["pending", "done"]


def test_an_alert_stands_as_it_stood(paper: Stand) -> None:
    """Day 21 was done in its window and typed in after it closed: the alert that fired meanwhile is open at
    that moment, as people saw it, and the visit beside it is done."""
    told = paper.record(Typed({"D21": 6}))
    evening = _evening(42 + 25)
    true = TrueAt(told, evening, NOW)
    assert ("D21", "overdue", "open") in {(each.item, each.kind, each.status) for each in true.alerts(STUDY)}
    assert _outcome(true, "D21") == "done"
    assert true.alerts(STUDY) == AsOf(told, evening).alerts(STUDY)


def test_events_keep_their_numbers(paper: Stand) -> None:
    """Every event of the truth is found on the record under its number, with who recorded it and when."""
    told = paper.record(Typed({"infusion": 4, "D5": 9}, frozenset({"D28"})))
    stream = participant_stream(STUDY, WHO)
    recorded = {each.seq: each for each in told.events(stream)}
    for each in TrueAt(told, _evening(80), NOW).events(stream):
        assert each.stamp == recorded[each.seq].stamp


@settings(max_examples=20, deadline=None, phases=[Phase.generate])
@given(data=st.data())
def test_no_moment_of_any_story_fails(data: st.DataObject) -> None:
    """Whatever is known of a stored story, and whatever moment is asked for, there is an answer: every list
    is there, and the record folds."""
    told = played(data.draw(st.sampled_from(STORIES)))
    moments = st.sampled_from(sorted({*told.times, *(each + timedelta(hours=7) for each in told.times)}))
    for at, by in map(sorted, data.draw(st.lists(st.tuples(moments, moments), min_size=3, max_size=3))):
        true = TrueAt(AsOf(told.reading, by, told.rulebook), at, by, told.rulebook)
        assert facts(true, told.rulebook, told.study)
        people = {each.participant for each in true.participants(told.study)}
        assert {each.participant for each in true.alerts(told.study)} <= {STUDY_SUBJECT, *people}


@pytest.mark.parametrize("path", STORIES[::4], ids=lambda path: path.stem)
def test_now_it_is_the_live_record(path: Path) -> None:
    """True at the newest moment is what the lists show: the same schedule, people and study, and every
    deviation but those that a correction took back."""
    told = played(path)
    true, live = TrueAt(told.reading, told.now, told.now, told.rulebook), AsOf(told.reading, told.now)
    assert true.items(told.study) == live.items(told.study)
    people = [[replace(each, version=0) for each in of.participants(told.study)] for of in (true, live)]
    assert people[0] == people[1]
    assert true.alerts(told.study) == live.alerts(told.study)
    stood = [[each for each in of.deviations(told.study) if each.status != TAKEN_BACK] for of in (true, live)]
    assert stood[0] == stood[1]
    one, other = (
        fold_study(each.event for each in of.events(study_stream(told.study))) for of in (true, live)
    )
    assert (one.facts, one.slots, one.breaches) == (other.facts, other.slots, other.breaches)


def _outcome(reading: Reading, item: str) -> str:
    return next(each.outcome for each in reading.items(STUDY, WHO) if each.item == item)


def _evening(days: int) -> datetime:
    """The last instant of a site day, counted from consent."""
    midnight = datetime.combine(CONSENT + timedelta(days=days + 1), datetime.min.time(), END.tzinfo)
    return midnight.astimezone(UTC) - datetime.resolution


def _evenings(shift: int) -> list[datetime]:
    """Site days all over the participation, and each of the weeks in which it is densest."""
    days = sorted({*range(shift, 165, 12), *range(40 + shift % 3, 60, 4)})
    return [_evening(each) for each in days]
