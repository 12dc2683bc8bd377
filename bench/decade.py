"""Ten years of a study of nine participants, as the desk recorded them.

The rule that keeps it honest: every command goes through the desk and every deadline on the way is decided at
its own moment; the yearly visits of the long follow-up are recorded as people would record them.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.commands import Command
from domain.recorded import STUDY_SUBJECT
from domain.roles import Role
from replay.history import History
from tests.replay.record import recording
from tests.support.lives import Teller, life
from tests.support.trial import Trial

_FIRST_CONSENT = date(2026, 1, 5)
_EVERY = timedelta(days=35)
_TO_INFUSION = timedelta(days=42)
_MEETING_AFTER = 3
"""The number of the infusion that a safety review follows."""


def decade(folder: Path, participants: int, years: int) -> History:
    """What is on the record of a study after so many years."""
    record = recording(folder)
    with closing(record.trial.store):
        told = [step for number in range(participants) for step in _life(record.trial, number, years)]
        for at, subject, command in sorted(told, key=lambda step: step[:2]):
            outcome = record.ask(subject, command, at)
            if outcome.refused is not None:
                raise RuntimeError(f"{subject} {at}: {outcome.text}")
        return record.history()


def _life(trial: Trial, number: int, years: int) -> list[tuple[datetime, str, Command | dict[str, Any]]]:
    """Fourteen months as they are told elsewhere, and a visit each year after that."""
    code, consent = f"EX02-{number + 1:03}", _FIRST_CONSENT + _EVERY * number
    day0, teller = consent + _TO_INFUSION, Teller(trial.protocol, trial.site.zone, code)
    told: list[tuple[datetime, str, Command | dict[str, Any]]] = [
        (at, code, command) for at, command in life(trial.protocol, trial.site, code, consent)
    ]
    for year in range(2, years + 1):
        at, command = teller.record(f"Y{year}", day0.replace(year=day0.year + year))
        told.append((at, code, command))
    if number + 1 == _MEETING_AFTER:
        day = day0 + timedelta(days=10)
        met = {"kind": "record_meeting", "meeting": "safety_review_1", "outcome": "the study goes on"}
        actor = {"id": "sponsor-1", "role": Role.SPONSOR.value}
        body = {**met, "actor": actor, "happened": day.isoformat()}
        told.append((teller.at(day, "12:00"), STUDY_SUBJECT, body))
    return told
