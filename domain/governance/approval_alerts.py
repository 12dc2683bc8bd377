"""Alerts on prior approvals nobody has answered.

The rule that keeps it honest: a request waits for its answer until it is needed, and is over with the answer
or with the visit it was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.governance.book import Answer, Approval
from domain.plan import applicable
from domain.state import Alert, AlertKind, Outcome, State
from domain.warrant import Deadline, Warrant


def warrants(state: State, at: datetime) -> Iterator[Warrant]:
    """What unanswered requests warrant at `at`; no snooze passes the moment the answer is needed."""
    rule = state.protocol.document.approvals
    for each in _waiting(state):
        if rule is not None and each.remind_at <= at:
            yield Warrant(AlertKind.APPROVAL_NEEDED, each.item, each.remind_at, rule.ladder, each.needed_by)


def why_over(state: State, alert: Alert) -> str:
    """Why an alert on a request is over."""
    known = state.item(alert.item)
    if known.outcome is not Outcome.PENDING:
        return {Outcome.DONE: "recorded", Outcome.EXCUSED: "excused", Outcome.MISSED: "missed"}[known.outcome]
    answered = [each for each in state.governance.approvals.values() if each.item == alert.item]
    if answered and answered[-1].answer is not Answer.WAITING:
        return answered[-1].answer.value
    return "ended" if state.ending is not None else "not_applicable"


def waits(state: State) -> Iterator[Deadline]:
    """When an unanswered request becomes an alert."""
    for each in _waiting(state):
        if (each.item, AlertKind.APPROVAL_NEEDED) not in state.alerts:
            last = (each.needed_by - timedelta(microseconds=1)).astimezone(state.zone).date().isoformat()
            yield Deadline(
                each.remind_at, f"{each.approval} is needed by {last} {state.rules.site.zone_name}"
            )


def _waiting(state: State) -> Iterator[Approval]:
    if state.protocol.document.approvals is None:
        return
    for each in state.governance.approvals.values():
        item = state.protocol.items.get(each.item)
        if (
            each.answer is Answer.WAITING
            and item is not None
            and state.item(each.item).outcome is Outcome.PENDING
            and applicable(state, item)
        ):
            yield each
