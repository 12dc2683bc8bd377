"""The product at the desk: one transaction with the study's stream, and refusals that leave a trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from activities.orders import DeskOutcome
from domain.commands import command_body
from domain.recorded import participant_stream, study_stream
from replay.cohort.custody import custody_body
from tests.support.lives import Teller
from tests.support.trial import Trial, open_trial

CONSENT = date(2026, 1, 5)


@pytest.fixture
def trial(database_url: str) -> Iterator[Trial]:
    """A published study in an empty store of each kind."""
    opened = open_trial(database_url)
    yield opened
    opened.store.close()


def told(trial: Trial, participant: str, upto: str) -> tuple[DeskOutcome, datetime]:
    """A participant lived until the desk has heard a command of this kind; its outcome, and its moment."""
    teller = Teller(trial.protocol, trial.site.zone, participant)
    for moment, command in teller.until_infusion(CONSENT):
        outcome = trial.hear(participant, command_body(command), moment)
        assert outcome.refused is None or command.kind == upto, outcome.text
        if command.kind == upto:
            return outcome, moment
    raise AssertionError(f"no command {upto}")


def test_two_participants_never_share_a_number(trial: Trial) -> None:
    """The second binding of a number is refused in its own transaction, and nothing of it is written."""
    told(trial, "EX02-001", "bind_identity")
    teller = Teller(trial.protocol, trial.site.zone, "EX02-002")
    for moment, command in teller.until_infusion(CONSENT):
        body = command_body(command)
        if command.kind != "bind_identity":
            assert trial.hear("EX02-002", body, moment).refused is None
            continue
        outcome = trial.hear("EX02-002", {**body, "number": "COI-EX02-001"}, moment)
        assert outcome.refused == "number-taken"
        assert "EX02-001" in (outcome.text or "")
        break
    with trial.store.reading() as reading:
        study = [each.event.TYPE for each in reading.events(study_stream(trial.study))]
        person = [each.event.TYPE for each in reading.events(participant_stream(trial.study, "EX02-002"))]
    assert study.count("study.number_taken") == 1
    assert "identity.bound" not in person


def test_a_wrong_identity_is_refused_and_stands_in_the_store_with_its_notice(trial: Trial) -> None:
    """The command is refused; what was seen, its alert and the owed notice are on the record all the same."""
    outcome, moment = told(trial, "EX02-001", "bind_identity")
    part = trial.protocol.document.product
    assert part is not None
    role, body = custody_body("cells_collected", "EX02-001", part, moment.isoformat())
    actor = {"id": f"{role.value}-1", "role": role.value, "method": "cli"}
    wrong = {**body, "actor": actor, "number": "COI-EX02-009"}
    before = outcome.version
    first = trial.hear("EX02-001", wrong, moment, "scan-1")
    assert first.refused == "identity-mismatch"
    again = trial.hear("EX02-001", wrong, moment, "scan-1")
    assert (again.refused, again.version) == ("identity-mismatch", first.version)
    with trial.store.reading() as reading:
        events = reading.events(participant_stream(trial.study, "EX02-001"))
    left = [each.event.TYPE for each in events if each.seq > before]
    assert left == ["identity.mismatch_seen", "alert.raised", "alert.rung_reached"]
