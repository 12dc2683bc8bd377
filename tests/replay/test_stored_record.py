"""The stored record, decided again by this checkout: a release with an unaccepted difference fails here."""

from __future__ import annotations

from replay.accepted import judge, read_accepted
from replay.archive import read_archive
from replay.history import Asked
from replay.rules import replay_rules
from replay.telling import lines
from tests.replay.make_record import ACCEPTED, RECORD
from tests.support.trial import PROVENANCE


def test_what_was_decided_is_decided_again() -> None:
    """Every command of the stored record leads to the events or the refusal on it, but for what
    `accepted.yaml` names with a reason; and nothing is named there that does not happen any more (INV-6)."""
    judged = judge(replay_rules(read_archive(RECORD), PROVENANCE).differences, read_accepted(ACCEPTED))
    assert list(lines(judged.unaccepted)) == []
    assert [each.difference for each in judged.stale] == []


def test_the_stored_record_is_worth_replaying() -> None:
    """It holds a whole participation, late entries, alerts, deviations, and refusals of several kinds."""
    asked = [each for each in read_archive(RECORD).entries if isinstance(each, Asked)]
    types = {event.event.TYPE for each in asked for event in each.events}
    assert {"visit.recorded", "plan.revised", "alert.raised", "deviation.opened", "gate.signed"} <= types
    assert len({each.command.code for each in asked if each.command.code}) > 2
