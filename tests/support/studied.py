"""A trial in a store whose participants are on their way to the infusion, told through the desk's hearing.

The rule that keeps it honest: every command is heard as in production, at the moment it is told for; none of
them is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from activities.orders import DeskOrder, DeskOutcome
from domain.commands import Command, command_body
from domain.recorded import STUDY_SUBJECT
from tests.support.lives import Teller
from tests.support.trial import Trial

LIFT = "I have reviewed the grounds of this hold and the study may go on"


def until(trial: Trial, participant: str, consent: date, last: str) -> Iterator[tuple[datetime, Command]]:
    """A participant's way up to and including `last`: an item, or a gate's code."""
    for moment, command in Teller(trial.protocol, trial.site.zone, participant).until_infusion(consent):
        yield moment, command
        if last in (getattr(command, "item", None), getattr(command, "gate", None)):
            return


def hear_all(trial: Trial, participant: str, told: Iterable[tuple[datetime, Command]]) -> None:
    """Hear what is told, in order, in one transaction for each command."""
    for number, (moment, command) in enumerate(told):
        outcome = trial.hear(participant, command_body(command), moment, f"told/{number:03}")
        assert outcome.refused is None, f"{command.kind}: {outcome.text}"


def ask_study(
    trial: Trial, kind: str, at: datetime, role: str = "sponsor", command_id: str | None = None, **fields: Any
) -> DeskOutcome:
    """A command of the study, heard in one transaction."""
    actor = {"id": f"{role}-1", "role": role, "method": "cli"}
    body = {"kind": kind, "actor": actor, **fields}
    order = DeskOrder(
        trial.study, STUDY_SUBJECT, command_id or f"{kind}/{at.isoformat()}", body, at.isoformat()
    )
    with trial.store.writing() as tx:
        return trial.hearing.hear(tx, order)


def toxicity_body(grade: int, happened: datetime) -> dict[str, Any]:
    """An assessment of CRS by the investigator, whatever the observations advise."""
    return {
        "kind": "assess_toxicity",
        "actor": {"id": "investigator-1", "role": "investigator", "method": "cli"},
        "happened": happened.isoformat(),
        "grade": grade,
        "scale": "ASTCT-CRS",
        "crs": {"temperature": "39.1", "hypotension": "none", "hypoxia": "none"},
        "reason": "as seen at the bedside",
    }
