"""Results found from a protocol's rules alone: those that pass its gates, and those that fail a criterion."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.eligibility import Truth, criterion_finding, gate_findings, unmet
from domain.protocol.expanded import Protocol
from domain.state import Result, Rules, State
from protocols.reading import read_protocol
from replay.cohort.results import Answers, NoAnswers, failing, on_day, passing
from tests.protocols.small import SMALL
from tests.replay.cohort.trials import CYCLES, THERAPY, protocol_named, site

DAY = date(2026, 3, 2)


def knowing(protocol: Protocol, answers: Answers) -> State:
    """Somebody of whom just these results are known, all of one day."""
    return State(
        Rules(protocol, site()), results={code: (Result(value, DAY),) for code, value in answers.items()}
    )


@pytest.mark.parametrize("name", [THERAPY, CYCLES])
def test_passing_results_meet_every_gate(name: str) -> None:
    """Nothing is unmet or unknown at any gate of the protocol."""
    protocol = protocol_named(name)
    state = knowing(protocol, passing(protocol, site()))
    for gate in protocol.gates.values():
        assert unmet(gate_findings(state, gate, DAY)) == ()


@pytest.mark.parametrize("name", [THERAPY, CYCLES])
def test_no_result_is_taken_in_vain(name: str) -> None:
    """Leaving out any of them leaves some gate or the consent without an answer."""
    protocol = protocol_named(name)
    answers = passing(protocol, site())
    for code in answers:
        state = knowing(protocol, {other: value for other, value in answers.items() if other != code})
        criteria = [criterion_finding(state, each, DAY) for each in protocol.criteria.values()]
        gates = [each for gate in protocol.gates.values() for each in gate_findings(state, gate, DAY)]
        assert unmet([*criteria, *gates]) != ()


@given(st.sampled_from([THERAPY, CYCLES]), st.integers(0, 10_000))
def test_failing_results_fail_the_criterion_they_name(name: str, number: int) -> None:
    """The named criterion is judged as failed, and none that was checked at consent is."""
    protocol = protocol_named(name)
    code, answers = failing(protocol, site(), number)
    state = knowing(protocol, on_day(protocol, answers, DAY))
    assert criterion_finding(state, protocol.criteria[code], DAY).truth is Truth.FAILED
    for checked in protocol.document.registration.criteria_checked:
        assert criterion_finding(state, protocol.criteria[checked], DAY).truth is Truth.MET


def test_every_criterion_of_the_gate_can_fail() -> None:
    """Over enough people each criterion that is looked at after consent is somebody's."""
    protocol = protocol_named(THERAPY)
    later = set(protocol.criteria) - set(protocol.document.registration.criteria_checked)
    assert {failing(protocol, site(), number)[0] for number in range(len(later))} == later


def small(tmp_path: Path, before: str, after: str) -> Protocol:
    """The small protocol with one thing changed."""
    assert before in SMALL
    file = tmp_path / "small.yaml"
    file.write_text(SMALL.replace(before, after), encoding="utf-8")
    return read_protocol(file)


def test_a_protocol_that_nobody_passes_is_an_error(tmp_path: Path) -> None:
    """Rules that contradict each other are told by name before anything is played."""
    rule = "rule: {result: well, is: true, within: P2D}"
    both = "rule: {all: [{result: well, is: true}, {result: well, is: false}]}"
    with pytest.raises(NoAnswers, match="protocol SMALL: no results pass"):
        passing(small(tmp_path, rule, both), site())


def test_a_limit_that_is_hardly_reached_is_found(tmp_path: Path) -> None:
    """A limit with little room beyond it has an answer in that room."""
    narrow = small(tmp_path, "met_if: {result: age, at_least: 18}", "met_if: {result: age, above: 119}")
    assert passing(narrow, site())["age"] == "120"
