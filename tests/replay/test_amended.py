"""Replay across an amendment: each decision under the version in force for the participant at that time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from activities.publishing import publish
from replay.as_of import AsOf
from replay.effects import Effect
from replay.protocol import under_protocol
from replay.rules import replay_rules
from tests.domain.amended import second
from tests.replay.record import FIRST, Recording, recording
from tests.support.lives import Teller
from tests.support.trial import COORDINATOR, ENGINEER, PROVENANCE, STUDY

AMENDED = datetime(2026, 3, 21, 4, tzinfo=UTC)
LATER = datetime(2026, 3, 26, 4, tzinfo=UTC)


@pytest.fixture
def amended(tmp_path: Path) -> Recording:
    """Infused under the first version, moved to the second two days later."""
    record = recording(tmp_path)
    teller = Teller(record.trial.protocol, record.trial.site.zone)
    for at, command in teller.until_infusion(date(2026, 2, 5)):
        assert record.ask(FIRST, command, at).refused is None
    record.pass_time(AMENDED)
    with record.trial.store.writing() as tx:
        publish(tx, second(), [], ENGINEER, AMENDED, PROVENANCE)
    body = {"kind": "apply_amendment", "actor": COORDINATOR, "version": "2.0", "consented": "2026-03-21"}
    assert record.ask(FIRST, body, AMENDED).refused is None
    record.pass_time(LATER)
    return record


def test_an_amended_life_is_decided_again_under_both_versions(amended: Recording) -> None:
    """Before the amendment under the first version, from it on under the second: nothing is different."""
    replayed = replay_rules(amended.history(), PROVENANCE)
    assert replayed.differences == ()
    assert replayed.events > 60


def test_as_of_the_day_before_the_first_version_was_in_force(amended: Recording) -> None:
    """Looking back behind the amendment shows version, windows and visits as they were then."""
    with amended.trial.store.reading() as reading:
        before = AsOf(reading, datetime(2026, 3, 20, 4, tzinfo=UTC))
        was, now = before.participant(STUDY, FIRST), reading.participant(STUDY, FIRST)
        assert was is not None and now is not None
        assert (was.protocol_version, now.protocol_version) == ("1.0", "2.0")
        assert "D45" not in {each.item for each in before.items(STUDY)}
        assert "D45" in {each.item for each in reading.items(STUDY)}


def test_the_amendment_can_be_tried_from_consent_on(amended: Recording) -> None:
    """Lived under the second version from the beginning, the cut-over is left out and nothing refused; the
    windows come out as the amendment left them, for what was still ahead."""
    found = under_protocol(amended.history(), second(), [], LATER, PROVENANCE)
    assert [each for each in found.changes if each.effect is Effect.REFUSED] == []
    windows = {each.about for each in found.changes if each.effect is Effect.WINDOW}
    assert windows.isdisjoint({"D28", "D45", "D60"})


def test_going_back_to_the_first_version_takes_its_visits_away(amended: Recording) -> None:
    """Under the first version the amendment's visit is gone and the old ones are there."""
    found = under_protocol(amended.history(), amended.trial.protocol, [], LATER, PROVENANCE)
    windows = {each.about: each.after for each in found.changes if each.effect is Effect.WINDOW}
    assert windows["D45"] is None
    assert windows["M9"] is not None
