"""Hearing one command in one transaction, on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.orders import DeskOrder, OpenOrder
from activities.publishing import publish, site_body
from activities.rulebook import Rulebook
from domain.recorded import participant_stream, study_stream
from domain.refusal import Code, Refused
from domain.rows import rows_of
from domain.site import Site
from store import DocumentChanged, StreamMoved
from tests.support.trial import (
    COORDINATOR,
    ENGINEER,
    INVESTIGATOR,
    PROVENANCE,
    PUBLISHED_AT,
    SYSTEM,
    Trial,
    open_trial,
    register_body,
)

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Noon on 2 March 2026 at the site."""


@pytest.fixture
def trial(database_url: str) -> Iterator[Trial]:
    """A study with no participants yet."""
    opened = open_trial(database_url)
    yield opened
    opened.store.close()


def test_a_registration_is_recorded_with_its_stamp(trial: Trial) -> None:
    """INV-14: every event says who asked, when it was recorded, and under which rules."""
    outcome = trial.register("EX02-001", NOON)

    assert outcome.refused is None
    with trial.store.reading() as reading:
        record = reading.events(participant_stream(trial.study, "EX02-001"))
    assert [each.seq for each in record] == list(range(1, outcome.version + 1))
    for each in record:
        assert each.stamp.recorded_at == NOON
        assert each.stamp.actor.id == "coordinator-1"
        assert each.stamp.protocol == trial.protocol.hash
        assert each.stamp.site == trial.site.hash


def test_the_same_command_again_gives_the_first_outcome(trial: Trial) -> None:
    """INV-2: one command id leads to one decision, however often it is asked."""
    body = register_body("2026-03-02")
    first = trial.hear("EX02-001", body, NOON, "consent-1")
    second = trial.hear("EX02-001", body, NOON + timedelta(hours=3), "consent-1")

    assert second.repeated and not first.repeated
    assert (second.version, second.events) == (first.version, first.events)


def test_the_same_id_for_something_else_is_refused(trial: Trial) -> None:
    """INV-3: an id that was used for another command is refused and changes nothing."""
    trial.hear("EX02-001", register_body("2026-03-02"), NOON, "consent-1")
    other = trial.hear("EX02-001", register_body("2026-03-01"), NOON, "consent-1")

    assert other.refused == "command-reused"
    with trial.store.reading() as reading:
        kept = reading.command(participant_stream(trial.study, "EX02-001"), "consent-1")
    assert kept is not None and kept.accepted and kept.body["happened"] == "2026-03-02"


def test_a_duplicate_registration_with_other_facts_is_refused(trial: Trial) -> None:
    """A participant who is registered already is not registered again."""
    trial.register("EX02-001", NOON)
    again = trial.hear("EX02-001", register_body("2026-03-01", age="55"), NOON)

    assert again.refused == "already-registered"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "record_item", "actor": COORDINATOR, "item": "D28", "happened": "2026-03-32"}, "malformed"),
        (
            {"kind": "record_item", "actor": COORDINATOR, "item": "D28", "happened": "2026-03-02T10:00"},
            "malformed",
        ),
        ({"kind": "record_item", "actor": COORDINATOR, "item": "D28"}, "malformed"),
        (
            {"kind": "record_item", "actor": COORDINATOR, "item": "D29", "happened": "2026-03-02"},
            "unknown-item",
        ),
        ({"kind": "dance", "actor": COORDINATOR}, "malformed"),
        ({"kind": "miss_visit", "actor": COORDINATOR, "item": "D28", "reason": "x" * 501}, "malformed"),
        ({"kind": "miss_visit", "actor": COORDINATOR, "item": "D28", "reason": "a\x07b"}, "malformed"),
        ({"kind": "miss_visit", "actor": COORDINATOR, "item": "D28", "reason": "a\x00b"}, "malformed"),
        ({"kind": "miss_visit", "actor": COORDINATOR, "item": "D28", "reason": "\ud800"}, "malformed"),
        ({"kind": "miss_visit", "actor": 7.5, "item": float("nan"), "reason": "x"}, "malformed"),
        ("not an object", "malformed"),
        ([1, 2, 3], "malformed"),
        (None, "malformed"),
    ],
)
def test_bad_input_is_refused_and_kept_in_the_audit_trail(trial: Trial, body: object, code: str) -> None:
    """INV-15: whatever was sent, the refusal has a code and a sentence, and the attempt is on record."""
    version = trial.register("EX02-001", NOON).version
    outcome = trial.hear("EX02-001", body, NOON, "attempt-1")

    assert outcome.refused == code
    assert len(outcome.text) > 10
    assert outcome.version == version
    with trial.store.reading() as reading:
        kept = reading.command(participant_stream(trial.study, "EX02-001"), "attempt-1")
    assert kept is not None and not kept.accepted and kept.code == code


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            {"kind": "acknowledge_alert", "actor": COORDINATOR, "alert": "D28"},
            "alert: 'D28' cannot be: write an alert as it is listed, such as P-001/D28/overdue",
        ),
        (
            {
                "kind": "record_progression",
                "actor": {**COORDINATOR, "id": "Ward 7"},
                "happened": "2026-03-02",
            },
            (
                "actor.id: 'Ward 7' cannot be: write at most 64 small letters, digits, . - and _, such as "
                "coordinator-1"
            ),
        ),
        (
            {"kind": "end_participation", "actor": COORDINATOR, "end": "moved", "happened": "2026-03-02"},
            (
                "end: Input should be 'screen_failure', 'withdrawn', 'manufacturing_failure', 'died', "
                "'lost_to_follow_up' or 'discontinued'; reason: Field required"
            ),
        ),
    ],
)
def test_a_refusal_says_what_to_write(trial: Trial, body: object, text: str) -> None:
    """The sentence is for the person who typed: no regular expression, no name of the code."""
    trial.register("EX02-001", NOON)
    assert trial.hear("EX02-001", body, NOON).text == text


def test_a_command_for_nobody_is_refused_and_kept(trial: Trial) -> None:
    """A command for a participant who does not exist leaves an attempt in the trail and no stream."""
    body = {"kind": "record_item", "actor": COORDINATOR, "item": "D28", "happened": "2026-03-02"}
    outcome = trial.hear("EX02-777", body, NOON, "attempt-1")

    assert (outcome.refused, outcome.known, outcome.closed) == ("unknown-participant", False, True)
    stream = participant_stream(trial.study, "EX02-777")
    with trial.store.reading() as reading:
        assert reading.command(stream, "attempt-1") is not None
        assert reading.head(stream).version == 0


def test_the_tenth_participant_is_refused_until_a_slot_is_free(trial: Trial) -> None:
    """The cap is never oversold, and an end before enrolment gives the slot back."""
    for number in range(1, 10):
        assert trial.register(f"EX02-00{number}", NOON).refused is None
    assert trial.register("EX02-010", NOON).refused == "no-slot"

    failure = {
        "kind": "end_participation", "actor": COORDINATOR, "end": "screen_failure",
        "happened": "2026-03-02", "reason": "LVEF too low",
    }  # fmt: skip
    assert trial.hear("EX02-004", failure, NOON).refused is None
    assert trial.register("EX02-010", NOON).refused is None


def test_simultaneous_registrations_never_oversell_the_cap(trial: Trial) -> None:
    """Twenty people registering at once for nine slots make exactly nine participants."""
    start = threading.Barrier(8)

    def registered(number: int) -> str | None:
        if number < 8:
            start.wait(10)
        while True:
            try:
                return trial.register(f"EX02-{number:03}", NOON).refused
            except StreamMoved:
                continue  # the desk's retry policy does the same

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(registered, range(20)))

    assert answers.count(None) == 9
    assert answers.count("no-slot") == 11
    with trial.store.reading() as reading:
        assert len(reading.participants(trial.study)) == 9


def test_ten_writers_on_one_participant_lose_and_double_nothing(trial: Trial) -> None:
    """INV-1 and INV-4: every acknowledged command is in the stream once, and the stream has no gap."""
    trial.register("EX02-001", NOON)

    def record(number: int) -> str:
        day = f"2026-03-0{number % 2 + 1}"
        body = {
            "kind": "record_result", "actor": COORDINATOR,
            "result": {"observation": "hb", "value": str(70 + number), "unit": "g/L", "on": day},
        }  # fmt: skip
        while True:
            try:
                outcome = trial.hear("EX02-001", body, NOON + timedelta(minutes=1), f"result-{number}")
            except StreamMoved:
                continue
            assert outcome.refused in (None, "before-anchor")
            return f"result-{number}"

    with ThreadPoolExecutor(10) as pool:
        asked = list(pool.map(record, range(30)))

    with trial.store.reading() as reading:
        record_ = reading.events(participant_stream(trial.study, "EX02-001"))
    assert [each.seq for each in record_] == list(range(1, len(record_) + 1))
    by_command = [each.stamp.command_id for each in record_ if each.stamp.command_id.startswith("result-")]
    assert sorted(by_command) == sorted(asked)


def test_read_models_equal_the_fold_after_every_command(trial: Trial) -> None:
    """INV-5: what lists show is what the stream says."""
    trial.register("EX02-001", NOON)
    trial.hear("EX02-001", {"kind": "reach_clock", "actor": SYSTEM}, NOON + timedelta(days=42))

    with trial.store.writing() as tx:
        state = trial.hearing.state_of(tx, trial.study, "EX02-001")
        assert state is not None
        rows = rows_of(state)
        assert tx.participant(trial.study, "EX02-001") == rows.participant
        assert sorted(tx.items(trial.study, "EX02-001"), key=lambda row: row.position) == list(rows.items)
        assert {row.alert: row for row in tx.alerts(trial.study)} == {row.alert: row for row in rows.alerts}


def test_an_overdue_alert_owes_its_notices_in_the_same_transaction(trial: Trial) -> None:
    """Telling the first rung and owing its notices are one step."""
    trial.register("EX02-001", NOON)
    outcome = trial.hear("EX02-001", {"kind": "reach_clock", "actor": SYSTEM}, NOON + timedelta(days=42))

    assert outcome.alerts == ["EX02-001/enrolment/overdue"]
    assert outcome.notices
    with trial.store.reading() as reading:
        owed = reading.notices(trial.study, "EX02-001")
    assert [each.notice for each in owed] == outcome.notices
    assert {each.rung for each in owed} == {1}


def test_recorded_time_never_goes_back(trial: Trial) -> None:
    """A clock that is a day behind records at the time of the newest event, not before it."""
    trial.register("EX02-001", NOON)
    body = {
        "kind": "record_result", "actor": COORDINATOR,
        "result": {"observation": "hb", "value": "71", "unit": "g/L", "on": "2026-03-02"},
    }  # fmt: skip
    assert trial.hear("EX02-001", body, NOON - timedelta(days=1)).refused is None

    with trial.store.reading() as reading:
        record = reading.events(participant_stream(trial.study, "EX02-001"))
    times = [each.stamp.recorded_at for each in record]
    assert times == sorted(times) and times[-1] == NOON


def test_a_new_site_version_is_in_force_at_once(trial: Trial) -> None:
    """A published site version counts for the next decision, though the state is remembered."""
    trial.register("EX02-001", NOON)
    newer = Site.model_validate({**site_body(trial.site), "version": "9.9"})
    with trial.store.writing() as tx:
        publish(tx, trial.protocol, [newer], ENGINEER, NOON, PROVENANCE)
        state = trial.hearing.state_of(tx, trial.study, "EX02-001")

    assert state is not None and state.rules.site.version == "9.9"


def test_a_published_version_cannot_be_changed(trial: Trial) -> None:
    """The same protocol version with another content is an error, not an edit."""
    document = trial.protocol.document.model_copy(update={"cap": None})
    edited = replace(trial.protocol, document=document, hash="0" * 64)

    with pytest.raises(Exception) as raised, trial.store.writing() as tx:  # noqa: PT011
        publish(tx, edited, [], ENGINEER, PUBLISHED_AT, PROVENANCE)
    assert isinstance(raised.value, DocumentChanged) or "hash" in str(raised.value)


def test_opening_decides_nothing(trial: Trial) -> None:
    """The way in for new, continued and rehydrated workflows only looks."""
    version = trial.register("EX02-001", NOON).version
    with trial.store.writing() as tx:
        known = trial.hearing.look(tx, OpenOrder(trial.study, "EX02-001"))
        unknown = trial.hearing.look(tx, OpenOrder(trial.study, "EX02-999"))

    assert (known.version, known.known, known.closed) == (version, True, False)
    assert known.due is not None
    assert (unknown.known, unknown.closed) == (False, True)


def test_another_desk_on_the_same_store_sees_what_this_one_recorded(trial: Trial) -> None:
    """A remembered state is never used past the head it was folded to."""
    trial.register("EX02-001", NOON)
    other = Trial(trial.store, trial.protocol, trial.site, type(trial.hearing)(Rulebook(), PROVENANCE))
    gate = trial.protocol.gates["eligibility"]
    body = {"kind": "sign_gate", "actor": INVESTIGATOR, "gate": gate.code, "meaning": gate.meaning}
    result = {"observation": "hb", "value": "72", "unit": "g/L", "on": "2026-03-02"}
    other.hear("EX02-001", {"kind": "record_result", "actor": COORDINATOR, "result": result}, NOON)

    refused = trial.hear("EX02-001", body, NOON)
    assert refused.refused == "gate-closed"
    assert "hb is not recorded" not in refused.text


def test_slots_and_participants_are_written_together(trial: Trial) -> None:
    """The study's stream names every slot that a participant's stream claims."""
    trial.register("EX02-001", NOON)
    with trial.store.reading() as reading:
        study = [each.event.TYPE for each in reading.events(study_stream(trial.study))]
    published = ["study.protocol_published", "study.site_published"]
    assert study == [*published, "study.slot_taken", "study.milestone_noted"]


def test_an_order_with_an_unreadable_time_is_an_error_of_ours(trial: Trial) -> None:
    """Workflow time is never a caller's: a broken one fails loudly instead of being guessed."""
    order = DeskOrder(trial.study, "EX02-001", "id-1", register_body("2026-03-02"), "yesterday")
    with pytest.raises(ValueError, match="not a stated time"), trial.store.writing() as tx:
        trial.hearing.hear(tx, order)


def test_a_site_cannot_move_to_another_zone(trial: Trial) -> None:
    """Days already stated keep their meaning: a site version in another zone is refused and not kept."""
    moved = Site.model_validate({**site_body(trial.site), "version": "2.0", "zone": "Europe/Berlin"})
    with pytest.raises(Refused, match="cannot move") as refused, trial.store.writing() as tx:
        publish(tx, trial.protocol, [moved], ENGINEER, NOON, PROVENANCE)

    assert refused.value.code is Code.ZONE_CHANGED
    with trial.store.reading() as reading:
        assert [each.version for each in reading.documents("site")] == [trial.site.version]


def test_two_participants_may_use_the_same_command_id(trial: Trial) -> None:
    """A command id is a participant's own: on the study's stream two of them do not meet."""
    first = trial.hear("EX02-001", register_body("2026-03-02"), NOON, "consent")
    second = trial.hear("EX02-002", register_body("2026-03-02"), NOON, "consent")

    assert (first.refused, second.refused) == (None, None)
    with trial.store.reading() as reading:
        assert len(reading.participants(trial.study)) == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [({"seq": 5.0}, "seq is a float"), ({"retract": 1.0}, "retract is a float"), ({"seq": 10**30}, "2**53")],
)
def test_what_could_not_be_kept_as_said_is_refused(trial: Trial, more: dict[str, Any], says: str) -> None:
    """A value without one written form is not acted upon: the record could not be decided again (INV-6)."""
    body = {"kind": "correct_record", "actor": COORDINATOR, "item": "D28", "retract": True, "reason": "x"}
    outcome = trial.hear("P-001", {**body, **more}, PUBLISHED_AT)
    assert outcome.refused == "malformed"
    assert outcome.text is not None
    assert says in outcome.text


def test_letters_typed_as_two_signs_are_kept_as_one(trial: Trial) -> None:
    """Text in another normal form is taken, and the command is kept in the form that is recorded."""
    trial.register("P-001", PUBLISHED_AT)
    body = {"kind": "record_unscheduled_visit", "actor": COORDINATOR, "happened": "2026-01-01"}
    asked = trial.hear("P-001", {**body, "reason": "fie\u0300vre"}, PUBLISHED_AT, "c-1")
    assert asked.refused is None
    with trial.store.reading() as reading:
        kept = reading.command(participant_stream(trial.study, "P-001"), "c-1")
    assert kept is not None
    assert kept.body["reason"] == "fi\u00e8vre"
