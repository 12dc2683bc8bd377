"""What the desk tells the study's workflow.

The rule that keeps it honest: the same shape as of a participant; a study has no end, so it is never closed.
"""

from __future__ import annotations

from collections.abc import Sequence

from activities.orders import DeskOutcome, Due
from activities.outcomes import Heard
from domain.recorded import STUDY_SUBJECT
from domain.study import Study, StudyRules, next_study_deadline
from domain.warrant import Deadline


def outcome_of_study(study: Study, rules: StudyRules, owed: Sequence[str], heard: Heard) -> DeskOutcome:
    """How the study stands after the command."""
    deadline = next_study_deadline(study, rules)
    return DeskOutcome(
        version=study.version,
        refused=heard.refused,
        text=heard.text,
        repeated=heard.repeated,
        events=list(heard.events),
        alerts=sorted(alert.alert for alert in study.alerts.values()),
        due=Due(deadline.at.isoformat(), deadline.what) if deadline else None,
        notices=list(owed),
        attributes={
            "study": study.code,
            "participant": STUDY_SUBJECT,
            "stage": _stage(study),
            "protocol": f"{rules.protocol.id}:{rules.protocol.version}",
            "next_due": deadline.at.isoformat() if deadline else None,
            "open_alerts": len(study.alerts),
        },
        headline=_headline(study, rules, deadline),
    )


def _stage(study: Study) -> str:
    return "on_hold" if study.holds_in_force else f"recruitment_{study.recruitment.value}"


def _headline(study: Study, rules: StudyRules, deadline: Deadline | None) -> str:
    protocol, site = rules.protocol, rules.site(None)
    lines = [f"**{study.code}** · {_stage(study)} · protocol {protocol.id} {protocol.version}"]
    if deadline is not None:
        local = deadline.at.astimezone(site.zone).strftime("%Y-%m-%d %H:%M")
        lines.append(f"next: {deadline.what} ({local} {site.zone_name})")
    lines.extend(
        f"- {alert.alert}: {alert.status.value}, rung {alert.rung} of {len(alert.ladder.rungs)}"
        for alert in study.alerts.values()
    )
    return "\n\n".join(lines)
