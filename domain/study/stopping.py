"""Stopping rules: which are met, by which facts, and when one will be.

The rule that keeps it honest: a rule that has held the study over some facts holds it again only over further
ones; a hold that was lifted does not fall back by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.events import EndNoted, LastingToxicityNoted, LimitingToxicityNoted
from domain.protocol.conduct import Conduct, Deaths, LimitingToxicities, StoppingRule
from domain.protocol.document import End
from domain.span import Span, add_to_day
from domain.stated import day_of, earliest, end_of_day
from domain.study.book import Fact, Study, day_noted
from domain.study.window import last_day
from domain.warrant import Deadline


@dataclass(frozen=True, slots=True)
class Met:
    """A stopping rule that is met, by these facts. `site`: of the participant concerned last."""

    rule: StoppingRule
    facts: tuple[str, ...]
    reason: str
    site: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How near a stopping rule is: `count` of `limit`, by these facts. Toxicities that may still fall in time
    are `pending`.
    """

    rule: StoppingRule
    count: int
    limit: int
    facts: tuple[str, ...]
    pending: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        return self.count >= self.limit


def tallies(study: Study, conduct: Conduct, at: datetime) -> Iterator[Tally]:
    """Every stopping rule with what counts towards it at `at` (UTC), whether or not it has held the study."""
    for rule in conduct.stopping_rules:
        counting = _counting(study, conduct, rule, at)
        pending = (each for of, each, due in _lasting(study, conduct) if of.code == rule.code and due > at)
        yield Tally(
            rule,
            len({each.participant for each in counting}) if rule.limiting is not None else len(counting),
            _limit(rule),
            tuple(each.fact for each in counting),
            tuple(each.fact for each in pending if each.fell is None),
        )


def rules_met(study: Study, conduct: Conduct, at: datetime) -> Iterator[Met]:
    """The stopping rules that are met at `at` (UTC) by facts for which they have not held the study yet."""
    for rule in conduct.stopping_rules:
        counted = _counted(study, conduct, rule, at)
        if counted and not {each.fact for each in counted} <= _held_for(study, rule):
            names = tuple(each.fact for each in counted)
            reason = f"{rule.labels.en}: {', '.join(names)}"
            yield Met(rule, names, reason, counted[-1].site)


def waits(study: Study, conduct: Conduct) -> Iterator[Deadline]:
    """When a toxicity that has not fallen in time will meet its rule."""
    for rule, fact, due in _lasting(study, conduct):
        if fact.fact not in _held_for(study, rule) and not _fell_before(fact, due):
            yield Deadline(due, f"{rule.code} {fact.participant} has to have fallen")


def _counted(study: Study, conduct: Conduct, rule: StoppingRule, at: datetime) -> list[Fact]:
    """The facts that meet the rule; empty while it is not met."""
    counting = _counting(study, conduct, rule, at)
    reached = len({each.participant for each in counting}) if rule.limiting is not None else len(counting)
    return counting if reached >= _limit(rule) else []


def _counting(study: Study, conduct: Conduct, rule: StoppingRule, at: datetime) -> list[Fact]:
    """The facts that count towards the rule, whether or not it is met."""
    if rule.deaths is not None:
        return [*_deaths(study, rule.deaths)]
    if rule.limiting is not None:
        return [*_limiting(study, conduct, rule.limiting)]
    return [
        fact
        for of, fact, due in _lasting(study, conduct)
        if of.code == rule.code and due <= at and not _fell_before(fact, due)
    ]


def _limit(rule: StoppingRule) -> int:
    if rule.deaths is not None:
        return rule.deaths.count
    return rule.limiting.participants if rule.limiting is not None else 1


def _deaths(study: Study, rule: Deaths) -> Iterator[EndNoted]:
    for end in study.ends.values():
        since = study.milestone(end.participant, rule.after)
        if end.end is not End.DIED or not end.related or since is None:
            continue
        if day_noted(since) <= day_noted(end) <= add_to_day(day_noted(since), rule.within):
            yield end


def _limiting(study: Study, conduct: Conduct, rule: LimitingToxicities) -> Iterator[LimitingToxicityNoted]:
    window = conduct.dlt_window
    if window is None:
        return
    first = study.reached(window.milestone)[: rule.among_first]
    last = {each.participant: last_day(window, day_noted(each)) for each in first}
    for fact in study.facts.values():
        if isinstance(fact, LimitingToxicityNoted) and fact.participant in last:
            # What is known to the month only may have begun in the window, so it counts.
            onset = fact.onset[:10]
            counts = onset <= last[fact.participant].isoformat()[: len(onset)]
            if counts:
                yield fact


def _lasting(study: Study, conduct: Conduct) -> Iterator[tuple[StoppingRule, LastingToxicityNoted, datetime]]:
    rules = {rule.code: rule for rule in conduct.stopping_rules if rule.lasting is not None}
    for fact in study.facts.values():
        if isinstance(fact, LastingToxicityNoted) and fact.rule in rules:
            rule = rules[fact.rule]
            assert rule.lasting is not None, "only such rules are looked at"
            yield rule, fact, _has_to_have_fallen(fact, rule.lasting.within)


def _has_to_have_fallen(fact: LastingToxicityNoted, within: Span) -> datetime:
    zone = ZoneInfo(fact.zone)
    if within.whole_days:
        return end_of_day(add_to_day(day_of(fact.since, zone), within), zone)
    return earliest(fact.since, zone) + within.elapsed


def _fell_before(fact: LastingToxicityNoted, due: datetime) -> bool:
    return fact.fell is not None and earliest(fact.fell, ZoneInfo(fact.zone)) < due


def _held_for(study: Study, rule: StoppingRule) -> set[str]:
    return {fact for hold in study.holds if hold.placed.rule == rule.code for fact in hold.answers_for}
