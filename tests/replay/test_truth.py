"""What was true: mistakes that were taken back, dates known in part, and what was published late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.folding import folded
from domain.events import RecordCorrected
from domain.recorded import participant_stream, study_stream
from domain.safety.terms import ClockState
from domain.state import UNTOUCHED, Outcome, State
from replay.as_of import AsOf
from replay.course import Course
from replay.true_at import TrueAt
from tests.replay.played import STORIES, Told, played
from tests.replay.typed import WHO, Stand, stand
from tests.support.trial import STUDY, register_body


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """A trial with nobody in it."""
    return stand(tmp_path_factory.mktemp("truth"))


def test_an_event_entered_in_error_never_was() -> None:
    """An adverse event that is voided was at no moment; by the knowledge of before it was, and from the
    voiding on it is shown as voided and counts nowhere."""
    told = story("turns_into_a_susar")
    week_before = told.now - timedelta(days=7)
    assert state(told, week_before).safety.events == {}
    assert list(state(told, week_before, by=week_before).safety.events) == ["AE1"]
    now = state(told, told.now).safety
    assert (now.events["AE1"].voided is None, now.standing_events) == (False, ())


def test_what_was_closed_too_early_was_open() -> None:
    """An event that was closed on day 39 and opened again two days later had never come to its end."""
    told = story("taken_back_and_reopened")
    between = told.now - timedelta(hours=10)
    assert state(told, between, by=between).safety.events["AE1"].closed
    assert not state(told, between).safety.events["AE1"].closed


def test_a_report_that_was_withdrawn_ended_nothing() -> None:
    """The clock of a report that does not stand ran on until the stated time of the one that does."""
    told = story("taken_back_and_reopened")
    sent = state(told, told.now).safety.clocks["AE1.sponsor_24h"].ended_at
    assert sent is not None
    before = state(told, sent - timedelta(minutes=1)).safety.clocks["AE1.sponsor_24h"]
    after = state(told, sent).safety.clocks["AE1.sponsor_24h"]
    assert (before.state, after.state) == (ClockState.RUNNING, ClockState.REPORTED)


def test_a_date_known_in_part_counts_once_it_is_sure() -> None:
    """That an event was over in April was recorded on the 20th: before that nobody can say that it was."""
    told = story("reported_on_the_clock")
    over = datetime.fromisoformat("2026-04-20T10:00:00+08:00")
    moments = (over - timedelta(seconds=1), over)
    assert [state(told, each).safety.events["AE1"].closed for each in moments] == [False, True]


def test_what_was_retracted_was_never_done() -> None:
    """A record that was retracted is nothing before it was taken back, whatever was known then; from then on
    the item waits as one whose record was retracted."""
    told = story("wrong_participant")
    [row] = AsOf(told.reading, told.now, told.rulebook).participants(told.study)
    record = told.reading.events(participant_stream(told.study, row.participant))
    retracted = [
        (each.event.item, each.stamp.recorded_at)
        for each in record
        if isinstance(each.event, RecordCorrected) and each.event.happened is None
    ]
    item, back = next(each for each in retracted if each[0] not in ("end", "progression"))
    at = back - timedelta(seconds=1)
    assert state(told, at, by=at).item(item).outcome is Outcome.DONE
    never = state(told, at).item(item)
    assert replace(never, window=None) == UNTOUCHED
    then = state(told, back, by=back).item(item)
    assert (then.outcome, then.retracted) == (Outcome.PENDING, True)


def test_a_consent_before_the_publication_is_read_by_what_was_published(empty: Stand) -> None:
    """Somebody who consented before the protocol was on the record was there from that day on, and the study
    with them; before it there was nothing."""
    paper = empty.paper.fork()
    course = Course(paper, empty.hearing(), STUDY)
    outcome = course.ask(WHO, register_body("2025-12-20"), moment("2026-01-03T10:00"), "registered")
    assert outcome.refused is None, outcome.text
    now = moment("2026-01-04T10:00")
    true = TrueAt(paper, moment("2025-12-24T12:00"), now)
    assert [each.participant for each in true.participants(STUDY)] == [WHO]
    assert [each.slots for each in true.study_rows()] == [1]
    assert TrueAt(paper, moment("2025-12-19T12:00"), now).events(study_stream(STUDY)) == []


def test_two_truths_are_never_taken_for_each_other(empty: Stand) -> None:
    """The mark by which folds are remembered names the moment and the knowledge."""
    now, then = moment("2026-02-02T10:00"), moment("2026-01-02T10:00")
    readings = [TrueAt(empty.paper, then, by) for by in (now, now - timedelta(days=1))]
    assert len({each.head(study_stream(STUDY)).hash for each in readings}) == len(readings)


def story(name: str) -> Told:
    """One of the stored stories, played."""
    [path] = (each for each in STORIES if each.stem == name)
    return played(path)


def state(told: Told, at: datetime, by: datetime | None = None) -> State:
    """The story's participant as they were at a moment, by what was known at another."""
    known = told.reading if by is None else AsOf(told.reading, by, told.rulebook)
    true = TrueAt(known, at, by or told.now, told.rulebook)
    [row] = true.participants(told.study)
    return folded(true, told.rulebook, true.events(participant_stream(told.study, row.participant)))


def moment(text: str) -> datetime:
    """A time at the site, in UTC."""
    return datetime.fromisoformat(f"{text}:00+08:00").astimezone(UTC)
