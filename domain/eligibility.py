"""Whether what a gate asks for is true on a day: criteria and needs over recorded results.

The rule that keeps it honest: three answers, never two. What is not recorded, or too old, is unknown and is
named; only a person's signature opens a gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from domain.protocol.document import Criterion, Gate
from domain.protocol.rules import AllOf, AnyOf, NotOf, ResultRule, Rule
from domain.span import add_to_day
from domain.state import Result, State
from domain.stated import day_of


class Truth(StrEnum):
    MET = "met"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer with its reason. `last_day`: the last site day on which the results used still count."""

    code: str
    truth: Truth
    why: str
    last_day: date | None = None


def gate_findings(state: State, gate: Gate, day: date) -> tuple[Finding, ...]:
    """One finding for each criterion and need of the gate, as known for the site day `day`."""
    criteria = state.protocol.criteria.values() if gate.criteria else ()
    found = [criterion_finding(state, criterion, day) for criterion in criteria]
    for need in gate.needs:
        answer = judge(state, need.rule, day)
        found.append(Finding(need.code, answer.truth, answer.why, answer.last_day))
    return tuple(found)


def criterion_finding(state: State, criterion: Criterion, day: date) -> Finding:
    """Whether the criterion speaks for the participant: met, failed (excluded) or unknown."""
    rule = criterion.met_if if criterion.met_if is not None else criterion.excluded_if
    if rule is None:
        raise ValueError(f"criterion {criterion.code} has neither met_if nor excluded_if")
    answer = judge(state, rule, day)
    truth = answer.truth if criterion.met_if is not None else _opposite(answer.truth)
    return Finding(criterion.code, truth, answer.why, answer.last_day)


def unmet(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.truth is not Truth.MET)


def judge(state: State, rule: Rule, day: date) -> Finding:
    """The truth of a rule on the site day `day`, with its reason."""
    match rule:
        case ResultRule():
            return _judge_result(state, rule, day)
        case AllOf():
            return _all([judge(state, each, day) for each in rule.all])
        case AnyOf():
            return _any([judge(state, each, day) for each in rule.any])
        case NotOf():
            answer = judge(state, rule.not_, day)
            return Finding("", _opposite(answer.truth), answer.why, answer.last_day)
        case _:
            assert_never(rule)


def observations_in(rule: Rule) -> Iterator[str]:
    """The codes of the observations a rule reads."""
    match rule:
        case ResultRule():
            yield rule.result
        case AllOf():
            for each in rule.all:
                yield from observations_in(each)
        case AnyOf():
            for each in rule.any:
                yield from observations_in(each)
        case NotOf():
            yield from observations_in(rule.not_)
        case _:
            assert_never(rule)


def _all(answers: list[Finding]) -> Finding:
    failed = [each for each in answers if each.truth is Truth.FAILED]
    unknown = [each for each in answers if each.truth is Truth.UNKNOWN]
    if failed:
        return _joined(Truth.FAILED, failed)
    return _joined(Truth.UNKNOWN, unknown) if unknown else _joined(Truth.MET, answers)


def _any(answers: list[Finding]) -> Finding:
    met = [each for each in answers if each.truth is Truth.MET]
    unknown = [each for each in answers if each.truth is Truth.UNKNOWN]
    if met:
        # Whichever holds longest carries the alternative.
        return max(met, key=lambda each: each.last_day or date.max)
    return _joined(Truth.UNKNOWN, unknown) if unknown else _joined(Truth.FAILED, answers)


def _joined(truth: Truth, answers: list[Finding]) -> Finding:
    last_days = [each.last_day for each in answers if each.last_day is not None]
    # Two branches of a rule may read the same result: it is named once.
    reasons = dict.fromkeys(why for each in answers for why in each.why.split("; "))
    return Finding("", truth, "; ".join(reasons), min(last_days, default=None))


def _opposite(truth: Truth) -> Truth:
    swapped = {Truth.MET: Truth.FAILED, Truth.FAILED: Truth.MET}
    return swapped.get(truth, truth)


def _judge_result(state: State, rule: ResultRule, day: date) -> Finding:
    name = rule.result
    found = _newest(state.results.get(name, ()), state, day)
    if found is None:
        return Finding("", Truth.UNKNOWN, f"{name} is not recorded")
    newest, taken = found
    last_day = add_to_day(taken, rule.within) if rule.within is not None else None
    if last_day is not None and day > last_day:
        return Finding("", Truth.UNKNOWN, f"{name} of {taken} expired after {last_day}", last_day)
    truth = Truth.MET if _compare(rule, newest.value, day) else Truth.FAILED
    return Finding("", truth, f"{name} is {_with_unit(state, name, newest.value)} ({taken})", last_day)


def _newest(results: tuple[Result, ...], state: State, day: date) -> tuple[Result, date] | None:
    """The newest result up to `day` with the site day it was taken on."""
    found: tuple[Result, date] | None = None
    for each in results:
        taken = day_of(each.happened, state.zone)
        # Of the same day the later entry counts.
        if taken <= day and (found is None or taken >= found[1]):
            found = each, taken
    return found


def _with_unit(state: State, observation: str, value: str) -> str:
    unit = state.protocol.observations[observation].unit
    return f"{value} {unit}" if unit else value


def _compare(rule: ResultRule, value: str, day: date) -> bool:
    if rule.equals is not None:
        return value == _as_answer(rule.equals)
    if rule.longer_ago_than is not None:
        return value == "never" or add_to_day(date.fromisoformat(value), rule.longer_ago_than) < day
    if rule.at_least_ago is not None:
        return value == "never" or add_to_day(date.fromisoformat(value), rule.at_least_ago) <= day
    return _compare_number(rule, Decimal(value))


def _as_answer(wanted: bool | str) -> str:
    if isinstance(wanted, bool):
        return "yes" if wanted else "no"
    return wanted


def _compare_number(rule: ResultRule, number: Decimal) -> bool:
    return (
        (rule.above is None or number > rule.above)
        and (rule.at_least is None or number >= rule.at_least)
        and (rule.below is None or number < rule.below)
        and (rule.at_most is None or number <= rule.at_most)
    )


def last_day_of(findings: Iterable[Finding]) -> date | None:
    """The last site day on which all results used still count; None when none has a shelf life."""
    return min((each.last_day for each in findings if each.last_day is not None), default=None)
