"""Change what-if: commands nobody has given yet, tried on the record as it stands."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from replay.change import Trial, try_change
from replay.effects import Effect
from replay.history import Foreign
from replay.patience import OutOfPatience, Patience
from replay.trials import FaultyTrials, read_trials
from tests.replay.record import FIRST, Recording, recording
from tests.support.lives import Teller
from tests.support.trial import COORDINATOR, PROVENANCE, STUDY

NOW = datetime(2026, 2, 10, 2, tzinfo=UTC)


@pytest.fixture
def waiting(tmp_path: Path) -> Recording:
    """A participant whose product is released, and who is not conditioned yet."""
    record = recording(tmp_path)
    consent = datetime(2026, 1, 5, tzinfo=UTC).date()
    for at, command in Teller(record.trial.protocol, record.trial.site.zone).until_infusion(consent):
        if at < NOW:
            assert record.ask(FIRST, command, at).refused is None
    return record


def planned(day: str) -> Trial:
    """The infusion's appointment on a day."""
    body = {"kind": "plan_item", "actor": COORDINATOR, "item": "infusion", "appointment": day}
    return Trial(FIRST, body, NOW)


def test_an_infusion_that_slips_moves_what_is_counted_from_it(waiting: Recording) -> None:
    """With the appointment five days later every expected window moves by five days, and is told with both
    dates; the record is left as it was, byte for byte."""
    waiting.ask(FIRST, planned("2026-02-16").body, NOW)
    before = hashlib.sha256(waiting.file.read_bytes()).hexdigest()
    slipped = planned("2026-02-21")
    slipped = Trial(FIRST, {**slipped.body, "reason": "no bed"}, NOW + timedelta(hours=1))
    result = try_change(waiting.history(), STUDY, [slipped], NOW + timedelta(days=1), PROVENANCE)
    windows = {
        each.about: (each.before, each.after) for each in result.changes if each.effect is Effect.WINDOW
    }
    assert windows["D28"] == ("2026-03-13 to 2026-03-19", "2026-03-18 to 2026-03-24")
    assert result.tried[0].events[0] == "appointment.planned"
    assert hashlib.sha256(waiting.file.read_bytes()).hexdigest() == before


def test_time_runs_on_to_the_horizon(waiting: Recording) -> None:
    """Excusing what would come due takes its alert away, in a future that is run through to its end."""
    until = NOW + timedelta(days=60)
    end = {
        "kind": "end_participation", "actor": COORDINATOR, "end": "withdrawn", "happened": "2026-02-10",
        "reason": "asked to stop",
    }  # fmt: skip
    result = try_change(waiting.history(), STUDY, [Trial(FIRST, end, NOW)], until, PROVENANCE)
    assert result.tried[0].refused is None
    alerts = [each for each in result.changes if each.effect is Effect.ALERT]
    assert alerts and all(each.after is None for each in alerts)


def test_a_last_rung_that_is_told_again_costs_no_time(waiting: Recording) -> None:
    """Alerts that nobody answers for two years are not gone through rung by rung: what takes place in the
    meantime is decided, and what is only said once more is not."""
    heard = count(1)
    patience = Patience(800, lambda: next(heard))
    result = try_change(waiting.history(), STUDY, [], NOW + timedelta(days=730), PROVENANCE, patience)
    assert result.changes == ()
    assert next(heard) > 20


def test_nobody_waits_longer_than_they_want(waiting: Recording) -> None:
    """What takes longer than was said ends with an error and no part of an answer."""
    seconds = count()
    patience = Patience(3, lambda: next(seconds))
    with pytest.raises(OutOfPatience, match="longer than 3 seconds"):
        try_change(waiting.history(), STUDY, [], NOW + timedelta(days=730), PROVENANCE, patience)


def test_a_command_that_would_be_refused_says_why(waiting: Recording) -> None:
    """A refusal is told with code and sentence, and changes nothing."""
    body = {"kind": "record_item", "actor": COORDINATOR, "item": "D28", "happened": "2026-02-09"}
    result = try_change(waiting.history(), STUDY, [Trial(FIRST, body, NOW)], NOW, PROVENANCE)
    assert result.tried[0].refused is not None
    assert result.tried[0].text
    assert result.changes == ()


def test_the_past_of_the_record_cannot_be_changed(waiting: Recording) -> None:
    """A moment before the newest record is refused, naming it."""
    early = Trial(FIRST, planned("2026-02-16").body, NOW - timedelta(days=30))
    with pytest.raises(Foreign, match="is before the newest record"):
        try_change(waiting.history(), STUDY, [early], NOW, PROVENANCE)
    with pytest.raises(Foreign, match="nothing is recorded of study"):
        try_change(waiting.history(), "NCT00000000", [planned("2026-02-16")], NOW, PROVENANCE)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("study: S", "commands: Field required", id="no-commands"),
        pytest.param("study: S\ncommands: []", "commands", id="empty"),
        pytest.param("study: S\ncommands: [{who: P-1}]", r"commands\.0\.do", id="nothing-to-do"),
        pytest.param(
            "study: S\ncommands: [{who: P-1, at: tomorrow, do: {}}]", r"commands\.0\.at", id="no-instant"
        ),
    ],
)
def test_a_faulty_file_is_named_with_the_place(tmp_path: Path, text: str, says: str) -> None:
    """What cannot be read is told with the file's name and the place in it."""
    file = tmp_path / "what-if.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FaultyTrials, match=says):
        read_trials(file, NOW)


def test_a_message_that_is_only_said_again_is_not_counted(waiting: Recording) -> None:
    """However long nobody answers, each contact is counted once for the rung at which they are told."""
    end = {
        "kind": "end_participation", "actor": COORDINATOR, "end": "withdrawn", "happened": "2026-02-10",
        "reason": "asked to stop",
    }  # fmt: skip
    until = NOW + timedelta(days=60)
    result = try_change(waiting.history(), STUDY, [Trial(FIRST, end, NOW)], until, PROVENANCE)
    alerts = [each.about for each in result.changes if each.effect is Effect.ALERT]
    told = {each.about: each.before for each in result.changes if each.effect is Effect.NOTICES}
    assert "EX02-001/conditioning/overdue" in alerts
    assert told == {"coordinator-1": "1", "investigator-1": "1", "sponsor-1": "1"}
