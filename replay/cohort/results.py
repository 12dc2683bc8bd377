"""Results that meet, or fail, what a protocol asks for: found from its rules alone.

The rule that keeps it honest: an answer is tried against the core's own judgement of eligibility, so that
staff never state what the desk would read otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from typing_extensions import override

from domain.eligibility import Truth, judge, observations_in
from domain.protocol.document import Criterion, Gate, Observation
from domain.protocol.expanded import Protocol
from domain.protocol.rules import AllOf, AnyOf, NotOf, ResultRule, Rule
from domain.site import Site
from domain.state import Result, Rules, State

Answers = Mapping[str, str]
"""Values by the code of the observation, in its own unit."""

_A_DAY = date(2026, 1, 5)
_MOST_TRIED = 200_000
_NEAR, _ROUNDED_FROM = Decimal("0.15"), 40
_LONG_AGO, _NEVER = "2000-01-01", "never"
THE_SAME_DAY = _A_DAY.isoformat()
"""Stands for the day on which a result is stated."""


class NoAnswers(Exception):
    """The rules of a protocol contradict each other: nobody could pass its gates."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule with the answer that is wanted."""

    code: str
    rule: Rule
    wanted: Truth


def passing(protocol: Protocol, site: Site) -> Answers:
    """Results by which every criterion and every need of every gate is met; none that nobody asks for.

    Raises:
        NoAnswers: there are none.
    """
    return _passing(_Key(protocol, site))


def failing(protocol: Protocol, site: Site, number: int) -> tuple[str, Answers]:
    """(criterion, results) by which one criterion is not met: the `number`-th of those that can fail.

    Raises:
        NoAnswers: no criterion can fail after consent.
    """
    found = _failing(_Key(protocol, site))
    if not found:
        raise NoAnswers(f"protocol {protocol.id}: no criterion can fail, so nobody fails screening")
    return found[number % len(found)]


def on_day(protocol: Protocol, answers: Answers, day: date) -> Answers:
    """The same results as they are stated on a site day."""
    return {code: _dated(protocol.observations[code], value, day) for code, value in answers.items()}


def _dated(observation: Observation, value: str, day: date) -> str:
    return day.isoformat() if observation.kind == "date" and value == THE_SAME_DAY else value


def observations_of(protocol: Protocol, gate: Gate, codes: Iterable[str]) -> frozenset[str]:
    """The observations that these criteria and needs of a gate read."""
    wanted = frozenset(codes)
    return frozenset(
        name
        for each in _of_gate(protocol, gate)
        if each.code in wanted
        for name in observations_in(each.rule)
    )


@dataclass(frozen=True)
class _Key:
    """Protocol and site, told from others by their hashes."""

    protocol: Protocol
    site: Site

    @override
    def __hash__(self) -> int:
        return hash((self.protocol.hash, self.site.hash))

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and (self.protocol.hash, self.site.hash) == (
            other.protocol.hash,
            other.site.hash,
        )


@lru_cache(maxsize=64)
def _passing(key: _Key) -> Answers:
    asked = [each for gate in key.protocol.gates.values() for each in _of_gate(key.protocol, gate)]
    asked += [_met(key.protocol.criteria[code]) for code in _at_consent(key.protocol)]
    found = next(_solutions(key, asked, {}), None)
    if found is None:
        raise NoAnswers(f"protocol {key.protocol.id}: no results pass all of its gates")
    return _lean(key, asked, found)


@lru_cache(maxsize=64)
def _failing(key: _Key) -> Sequence[tuple[str, Answers]]:
    """For each criterion that can fail after consent, results by which it does."""
    asked_later = {
        each.code
        for gate in key.protocol.gates.values()
        if gate.criteria
        for each in _of_gate(key.protocol, gate)
    } & set(key.protocol.criteria)
    checked = _at_consent(key.protocol)
    passed = _passing(key)
    found: list[tuple[str, Answers]] = []
    for code, criterion in key.protocol.criteria.items():
        if code not in asked_later or code in checked:
            continue
        met = _met(criterion)
        opposite = Truth.FAILED if met.wanted is Truth.MET else Truth.MET
        failed = next(_solutions(key, [Asked(code, met.rule, opposite)], {}), None)
        if failed is not None:
            found.append((code, {**passed, **failed}))
    return found


def _at_consent(protocol: Protocol) -> tuple[str, ...]:
    return protocol.document.registration.criteria_checked


def _of_gate(protocol: Protocol, gate: Gate) -> Iterator[Asked]:
    if gate.criteria:
        yield from (_met(each) for each in protocol.criteria.values())
    yield from (Asked(each.code, each.rule, Truth.MET) for each in gate.needs)


def _met(criterion: Criterion) -> Asked:
    if criterion.met_if is not None:
        return Asked(criterion.code, criterion.met_if, Truth.MET)
    assert criterion.excluded_if is not None, "a criterion has one of the two"
    return Asked(criterion.code, criterion.excluded_if, Truth.FAILED)


def _solutions(key: _Key, asked: Sequence[Asked], known: dict[str, str]) -> Iterator[dict[str, str]]:
    """Values that give every rule its wanted answer, found one observation after the other."""
    order = list(dict.fromkeys(name for each in asked for name in observations_in(each.rule)))
    candidates = {name: _candidates(key.protocol, name, asked) for name in order}
    tried = 0

    def search(index: int) -> Iterator[dict[str, str]]:
        nonlocal tried
        tried += 1
        if tried > _MOST_TRIED or not _may_do(key, asked, known):
            return
        if index == len(order):
            yield dict(known)
            return
        for value in candidates[order[index]]:
            known[order[index]] = value
            yield from search(index + 1)
            del known[order[index]]

    yield from search(0)


def _may_do(key: _Key, asked: Sequence[Asked], known: Answers) -> bool:
    state = _state(key, known)
    return all(judge(state, each.rule, _A_DAY).truth in (each.wanted, Truth.UNKNOWN) for each in asked)


def _do(key: _Key, asked: Sequence[Asked], known: Answers) -> bool:
    state = _state(key, known)
    return all(judge(state, each.rule, _A_DAY).truth is each.wanted for each in asked)


def _lean(key: _Key, asked: Sequence[Asked], found: Answers) -> Answers:
    """Without the results whose absence changes no answer, as nobody takes them."""
    kept = dict(found)
    for name in reversed(list(found)):
        without = {code: value for code, value in kept.items() if code != name}
        if _do(key, asked, without):
            kept = without
    return kept


def _state(key: _Key, known: Answers) -> State:
    results = {code: (Result(value, _A_DAY),) for code, value in known.items()}
    return State(Rules(key.protocol, key.site), results=results)


def _candidates(protocol: Protocol, name: str, asked: Sequence[Asked]) -> Sequence[str]:
    observation = protocol.observations[name]
    match observation.kind:
        case "yes-no":
            return ("no", "yes")
        case "choice":
            return observation.choices
        case "date":
            return (_NEVER, _LONG_AGO, THE_SAME_DAY)
        case "number":
            rules = [rule for each in asked for rule in _comparisons(each.rule) if rule.result == name]
            return _numbers(observation, rules)


def _comparisons(rule: Rule) -> Iterator[ResultRule]:
    match rule:
        case ResultRule():
            yield rule
        case AllOf():
            yield from (inner for each in rule.all for inner in _comparisons(each))
        case AnyOf():
            yield from (inner for each in rule.any for inner in _comparisons(each))
        case NotOf():
            yield from _comparisons(rule.not_)


def _numbers(observation: Observation, rules: Iterable[ResultRule]) -> list[str]:
    """Something on each side of every limit and on it, the most ordinary looking first."""
    limits = sorted({limit for rule in rules for limit in _limits(rule)})
    if observation.unit is None:
        # A class or a score is told in whole numbers.
        tried = [number for limit in limits for number in (limit - 1, limit + 1, limit)]
    else:
        tried = [
            *_between(observation, limits),
            *limits,
            *(limit + sign for limit in limits for sign in (1, -1)),
        ]
    possible = [each for each in tried if _can_be(observation, each)] or [observation.lowest or Decimal(1)]
    return [format(each.normalize(), "f") if each else "0" for each in dict.fromkeys(possible)]


def _limits(rule: ResultRule) -> Iterator[Decimal]:
    for limit in (rule.above, rule.at_least, rule.below, rule.at_most):
        if limit is not None:
            yield limit


def _between(observation: Observation, limits: Sequence[Decimal]) -> Iterator[Decimal]:
    """Midway between two limits; beyond the outermost, near them: what can be reaches much further."""
    for low, high in pairwise(limits):
        yield _rounded((low + high) / 2)
    if limits and observation.lowest is not None:
        yield _rounded(limits[0] - (limits[0] - observation.lowest) * _NEAR)
    if limits and observation.highest is not None:
        yield _rounded(limits[-1] + (observation.highest - limits[-1]) * _NEAR)


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if abs(number) >= _ROUNDED_FROM else number.quantize(Decimal("0.1"))


def _can_be(observation: Observation, number: Decimal) -> bool:
    low, high = observation.lowest, observation.highest
    return (low is None or number >= low) and (high is None or number <= high)
