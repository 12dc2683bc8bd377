"""Rules: what criteria, gates and conditions ask for exists and can be answered.

The rule that keeps it honest: a rule that could never be true, or never be known, is found here and not at
the bedside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import assert_never

from domain.protocol.check_order import milestone_codes, unknown_code
from domain.protocol.check_windows import is_negative, is_positive
from domain.protocol.document import Criterion, Gate, Observation, ProtocolDocument
from domain.protocol.problem import Path, Problem
from domain.protocol.rules import (
    COMPARISONS,
    AllConditions,
    AllOf,
    AnyCondition,
    AnyOf,
    Condition,
    Decided,
    NotCondition,
    NotOf,
    Reached,
    ResultRule,
    Rule,
)
from domain.roles import Role
from domain.span import Span

_LIMITS = ("above", "at_least", "below", "at_most")


def rule_problems(document: ProtocolDocument) -> Iterator[Problem]:
    """What is wrong with observations, criteria, gates, decisions and conditions."""
    for index, observation in enumerate(document.observations):
        yield from _observation(observation, ("observations", index))
    for index, criterion in enumerate(document.criteria):
        yield from _criterion(document, criterion, ("criteria", index))
    for index, gate in enumerate(document.gates):
        yield from _gate(document, gate, ("gates", index))
    for index, decision in enumerate(document.decisions):
        if decision.by is Role.SYSTEM:
            yield Problem(
                ("decisions", index, "by"), "the machine decides nothing", "name the role that decides"
            )
    yield from _conditions(document)
    yield from _assessments(document)


def _observation(observation: Observation, path: Path) -> Iterator[Problem]:
    if observation.kind == "number":
        yield from _units(observation, path)
        low, high = observation.lowest, observation.highest
        if low is not None and high is not None and low > high:
            yield Problem((*path, "lowest"), f"lowest {low} is above highest {high}", "swap them")
    else:
        for name in ("unit", "units", "lowest", "highest"):
            if getattr(observation, name) not in (None, {}):
                yield Problem((*path, name), f"a {observation.kind} answer has no {name}", f"take {name} out")
    yield from _choices(observation, path)


def _units(observation: Observation, path: Path) -> Iterator[Problem]:
    if observation.units and observation.unit is None:
        hint = "add unit: the one that limits are written in"
        yield Problem((*path, "units"), "there are other units but no own unit", hint)
    elif observation.units and observation.units.get(observation.unit or "") != 1:
        text = f"the own unit {observation.unit} is not among the accepted units with factor 1"
        yield Problem((*path, "units"), text, f"add {observation.unit}: 1, or leave units out")
    for unit, factor in observation.units.items():
        if factor <= 0:
            hint = f"write how many {observation.unit} one {unit} is"
            yield Problem((*path, "units", unit), f"the factor {factor} cannot convert", hint)


def _choices(observation: Observation, path: Path) -> Iterator[Problem]:
    choices = observation.choices
    if observation.kind == "choice" and len(choices) < 2:
        yield Problem((*path, "choices"), "a choice needs at least two options", "list them in choices")
    if observation.kind != "choice" and choices:
        yield Problem((*path, "choices"), f"a {observation.kind} answer has no choices", "take choices out")
    if len(set(choices)) < len(choices):
        yield Problem((*path, "choices"), "a choice is listed twice", "list each once")


def _criterion(document: ProtocolDocument, criterion: Criterion, path: Path) -> Iterator[Problem]:
    given = [name for name in ("met_if", "excluded_if") if getattr(criterion, name) is not None]
    if len(given) != 1:
        said = "both met_if and excluded_if" if given else "neither met_if nor excluded_if"
        yield Problem(path, f"{criterion.code} has {said}", "inclusion: met_if; exclusion: excluded_if")
    for name in given:
        yield from _rule(document, getattr(criterion, name), (*path, name))


def _gate(document: ProtocolDocument, gate: Gate, path: Path) -> Iterator[Problem]:
    yield from unknown_code((*path, "before"), gate.before, milestone_codes(document), "milestone")
    for position, need in enumerate(gate.needs):
        yield from _rule(document, need.rule, (*path, "needs", position, "rule"))
    if gate.criteria and not document.criteria:
        yield Problem(
            (*path, "criteria"), "the document has no criteria to be met", "add criteria, or criteria: false"
        )
    if gate.signed_by is Role.SYSTEM:
        yield Problem((*path, "signed_by"), "the machine signs nothing", "name the role that signs")
    if gate.signature_within is not None and is_negative(gate.signature_within):
        yield Problem(
            (*path, "signature_within"), f"{gate.signature_within} is no age", "write it without a sign"
        )
    if is_negative(gate.warn_before):
        yield Problem(
            (*path, "warn_before"), f"{gate.warn_before} is after, not before", "write it without a sign"
        )


def _rule(document: ProtocolDocument, rule: Rule, path: Path) -> Iterator[Problem]:
    match rule:
        case ResultRule():
            yield from _result(document, rule, path)
        case AllOf():
            for index, each in enumerate(rule.all):
                yield from _rule(document, each, (*path, "all", index))
        case AnyOf():
            for index, each in enumerate(rule.any):
                yield from _rule(document, each, (*path, "any", index))
        case NotOf():
            yield from _rule(document, rule.not_, (*path, "not"))
        case _:
            assert_never(rule)


def _result(document: ProtocolDocument, rule: ResultRule, path: Path) -> Iterator[Problem]:
    known = {observation.code: observation for observation in document.observations}
    yield from unknown_code((*path, "result"), rule.result, known, "observation")
    if rule.within is not None and not is_positive(rule.within):
        yield Problem((*path, "within"), f"{rule.within} is no shelf life", "write a duration such as P14D")
    for name in ("longer_ago_than", "at_least_ago"):
        ago: Span | None = getattr(rule, name)
        if ago is not None and is_negative(ago):
            yield Problem((*path, name), f"{ago} ago lies ahead", "write it without a sign")
    if rule.result in known:
        yield from _comparison(rule, known[rule.result], path)


def _comparison(rule: ResultRule, observation: Observation, path: Path) -> Iterator[Problem]:
    fitting: Mapping[str, tuple[str, ...]] = {
        "number": _LIMITS,
        "yes-no": ("equals",),
        "choice": ("equals",),
        "date": ("longer_ago_than", "at_least_ago"),
    }
    for name in COMPARISONS:
        value = getattr(rule, name)
        if value is None:
            continue
        shown = "is" if name == "equals" else name
        if name not in fitting[observation.kind]:
            right = " or ".join("is" if each == "equals" else each for each in fitting[observation.kind])
            text = f"{rule.result} is a {observation.kind} and cannot be compared by {shown}"
            yield Problem((*path, shown), text, f"compare it by {right}")
        elif name == "equals":
            yield from _answer(value, observation, (*path, "is"))
        elif name in _LIMITS:
            yield from _limit(value, observation, (*path, name))


def _answer(value: bool | str, observation: Observation, path: Path) -> Iterator[Problem]:
    if observation.kind == "yes-no" and not isinstance(value, bool):
        yield Problem(
            path, f"{observation.code} is answered by yes or no, not by {value!r}", "write true or false"
        )
    if observation.kind == "choice" and value not in observation.choices:
        hint = f"the choices are {', '.join(observation.choices)}"
        yield Problem(path, f"{observation.code} has no choice {value!r}", hint)


def _limit(value: Decimal, observation: Observation, path: Path) -> Iterator[Problem]:
    low, high = observation.lowest, observation.highest
    if (low is not None and value < low) or (high is not None and value > high):
        text = f"the limit {value} lies outside the {low} to {high} that {observation.code} can be"
        yield Problem(
            path, text, f"write it in {observation.unit or 'the same scale'}, or widen the observation"
        )


def _conditions(document: ProtocolDocument) -> Iterator[Problem]:
    for name in ("milestones", "visits"):
        for index, item in enumerate(getattr(document, name)):
            if item.condition is not None:
                yield from _condition(document, item.condition, (name, index, "condition"))
                if _waits_for(item.condition, item.code):
                    text = f"{item.code} would have to be reached before it applies"
                    yield Problem((name, index, "condition"), text, "name another milestone")


def _condition(document: ProtocolDocument, condition: Condition, path: Path) -> Iterator[Problem]:
    match condition:
        case Reached():
            yield from unknown_code(
                (*path, "reached"), condition.reached, milestone_codes(document), "milestone"
            )
        case Decided():
            yield from _decided(document, condition, path)
        case AllConditions():
            for index, each in enumerate(condition.all):
                yield from _condition(document, each, (*path, "all", index))
        case AnyCondition():
            for index, each in enumerate(condition.any):
                yield from _condition(document, each, (*path, "any", index))
        case NotCondition():
            yield from _condition(document, condition.not_, (*path, "not"))
        case _:
            assert_never(condition)


def _decided(document: ProtocolDocument, condition: Decided, path: Path) -> Iterator[Problem]:
    known = {decision.code: tuple(decision.options) for decision in document.decisions}
    yield from unknown_code((*path, "decided"), condition.decided, known, "decision")
    options = known.get(condition.decided)
    if options is not None:
        yield from unknown_code((*path, "is"), condition.option, options, "option")


def _waits_for(condition: Condition, code: str) -> bool:
    match condition:
        case Reached():
            return condition.reached == code
        case AllConditions():
            return any(_waits_for(each, code) for each in condition.all)
        case AnyCondition():
            return all(_waits_for(each, code) for each in condition.any)
        case NotCondition() | Decided():
            return False
        case _:
            assert_never(condition)


def _assessments(document: ProtocolDocument) -> Iterator[Problem]:
    known = tuple(assessment.code for assessment in document.assessments)
    for index, visit in enumerate(document.visits):
        for position, code in enumerate(visit.assessments):
            yield from unknown_code(("visits", index, "assessments", position), code, known, "assessment")
