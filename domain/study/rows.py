"""A study's state as rows for lists and pages.

The rule that keeps it honest: a pure function of the study and its rules; the same stream always gives the
same rows.
"""

from __future__ import annotations

from domain.ladder import next_told
from domain.recorded import STUDY_SUBJECT
from domain.state import Alert
from domain.study.alarms import site_of
from domain.study.book import Study
from domain.study.course import next_study_deadline
from domain.study.rules import StudyRules
from domain.views import AlertRow, StudyRow, StudyViews


def study_rows(study: Study, rules: StudyRules) -> StudyViews:
    """Every row of a published study."""
    due = next_study_deadline(study, rules)
    cap = rules.protocol.document.cap
    row = StudyRow(
        study=study.code,
        protocol_version=rules.protocol.version,
        recruitment=study.recruitment.value,
        slots=len(study.slots),
        cap=cap.participants if cap else None,
        on_hold=bool(study.holds_in_force),
        version=study.version,
        next_due=due.at if due else None,
        next_due_what=due.what if due else None,
        open_alerts=len(study.alerts),
    )
    everything = (*study.settled_alerts, *study.alerts.values())
    return StudyViews(row, tuple(_alert(study, rules, each) for each in everything))


def _alert(study: Study, rules: StudyRules, alert: Alert) -> AlertRow:
    return AlertRow(
        study=study.code,
        participant=STUDY_SUBJECT,
        alert=alert.alert,
        site=site_of(study, rules, alert.item, alert.kind).id,
        item=alert.item,
        kind=alert.kind.value,
        status=alert.status.value,
        rung=alert.rung,
        round=alert.round,
        rungs=len(alert.ladder.rungs),
        due=alert.due,
        raised_at=alert.raised_at,
        next_at=alert.next_at,
        held_by=alert.held_by,
        until=alert.until,
        reason=alert.reason,
        resolved_at=alert.resolved_at,
        resolved_why=alert.resolved_why,
        next_role=told.value if (told := next_told(alert)) is not None else None,
    )
