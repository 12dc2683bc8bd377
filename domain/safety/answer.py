"""Every command about safety, to the answer that knows it.

The rule that keeps it honest: nothing is decided here; a new command does not pass the type checkers until it
has its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from domain.commands import safety as cmd
from domain.events import DeviationClosed, DeviationOpened
from domain.safety import adverse_events, assessments, reports
from domain.safety.evolve import SafetyEvent
from domain.state import State

SafetyCommand = (
    cmd.OpenAdverseEvent
    | cmd.GradeAdverseEvent
    | cmd.ChangeAdverseEvent
    | cmd.TreatAdverseEvent
    | cmd.CloseAdverseEvent
    | cmd.ReopenAdverseEvent
    | cmd.VoidAdverseEvent
    | cmd.AssessToxicity
    | cmd.AssessResponse
    | cmd.VoidAssessment
    | cmd.ReceiveInformation
    | cmd.SendReport
    | cmd.WithdrawReport
)


def answer_safety(  # noqa: C901, PLR0912 - one case for each command, and nothing else
    state: State, command: SafetyCommand, at: datetime
) -> Sequence[SafetyEvent | DeviationOpened | DeviationClosed]:
    """What happens when a command about safety is heard.

    Raises:
        Refused: the record cannot take it.
    """
    match command:
        case cmd.OpenAdverseEvent():
            return adverse_events.open_adverse_event(state, command, at)
        case cmd.GradeAdverseEvent():
            return adverse_events.grade_adverse_event(state, command, at)
        case cmd.ChangeAdverseEvent():
            return adverse_events.change_adverse_event(state, command, at)
        case cmd.TreatAdverseEvent():
            return adverse_events.treat_adverse_event(state, command, at)
        case cmd.CloseAdverseEvent():
            return adverse_events.close_adverse_event(state, command, at)
        case cmd.ReopenAdverseEvent():
            return adverse_events.reopen_adverse_event(state, command)
        case cmd.VoidAdverseEvent():
            return adverse_events.void_adverse_event(state, command, at)
        case cmd.AssessToxicity():
            return assessments.assess_toxicity(state, command, at)
        case cmd.AssessResponse():
            return assessments.assess_response(state, command, at)
        case cmd.VoidAssessment():
            return assessments.void_assessment(state, command)
        case cmd.ReceiveInformation():
            return reports.receive_information(state, command, at)
        case cmd.SendReport():
            return reports.send_report(state, command, at)
        case cmd.WithdrawReport():
            return reports.withdraw_report(state, command, at)
        case _:
            assert_never(command)
