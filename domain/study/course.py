"""A study with the events that led on from it, and what follows by itself.

The rule that keeps it honest: each step sees the study after the one before, exactly as a later fold will.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.ladder import next_step
from domain.study.alarms import raisings, resolutions, site_of, warrants
from domain.study.alarms import waits as meeting_waits
from domain.study.book import Study
from domain.study.breaches import changed_breaches
from domain.study.evolve import StudyEvent, evolve_study
from domain.study.holding import placed_hold
from domain.study.rules import StudyRules
from domain.study.stopping import rules_met
from domain.study.stopping import waits as stopping_waits
from domain.warrant import Deadline

BY_RULE = "stopping-rule"
"""Who places a hold that falls by itself."""


class StudyCourse:
    """Collects the events of one decision and keeps the study in step with them."""

    def __init__(self, study: Study, rules: StudyRules) -> None:
        self.study = study
        self.rules = rules
        self.events: list[StudyEvent] = []

    def happen(self, *events: StudyEvent) -> None:
        for event in events:
            self.study = evolve_study(self.study, event)
            self.events.append(event)

    def follow(self, at: datetime) -> None:
        """Holds that fall, breaches, alerts raised and resolved, rungs climbed, as of `at` (UTC)."""
        conduct = self.rules.conduct
        if conduct is not None:
            if conduct.hold is not None:
                for met in tuple(rules_met(self.study, conduct, at)):
                    self.happen(placed_hold(self.study, conduct.hold, met.reason, BY_RULE, at, met))
            self.happen(*changed_breaches(self.study, conduct))
        warranted = warrants(self.study, self.rules, at)
        self.happen(*resolutions(self.study, self.rules, warranted, at))
        self.happen(*raisings(self.study, self.rules, warranted, at))
        self._climb(at)

    def _climb(self, at: datetime) -> None:
        for key in tuple(self.study.alerts):
            alert = self.study.alerts[key]
            site = site_of(self.study, self.rules, alert.item, alert.kind)
            while step := next_step(self.study.alerts[key], site, at):
                self.happen(step)


def next_study_deadline(study: Study, rules: StudyRules) -> Deadline | None:
    """The earliest moment at which something follows by itself, or None when nothing is left."""
    return min(_waits(study, rules), key=lambda each: each.at, default=None)


def _waits(study: Study, rules: StudyRules) -> Iterator[Deadline]:
    for alert in study.alerts.values():
        if alert.next_at is not None:
            yield Deadline(alert.next_at, f"{alert.item} {alert.kind.value}")
    yield from meeting_waits(study, rules)
    if rules.conduct is not None and rules.conduct.hold is not None:
        yield from stopping_waits(study, rules.conduct)
