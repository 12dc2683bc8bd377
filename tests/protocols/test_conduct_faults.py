"""What can be wrong with the conduct of a study as its protocol states it: each fault planted alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pydantic import ValidationError

from domain.protocol.check import problems
from domain.protocol.document import ProtocolDocument
from tests.protocols.test_product_faults import WRITTEN, Plant, planted


def without(*keys: str) -> Plant:
    """Leave out what these keys lead to."""

    def plant(document: dict[str, Any]) -> None:
        place: Any = document
        for key in keys[:-1]:
            place = place[key]
        del place[keys[-1]]

    return plant


def nobody_watched(document: dict[str, Any]) -> None:
    """A stagger that waits for a DLT window, and none."""
    del document["conduct"]["dlt_window"]
    document["conduct"]["stagger"]["after_dlt_window"] = True


def a_hold_that_lets_infuse(document: dict[str, Any]) -> None:
    """A hold that stops everything but what is to be decided now."""
    document["conduct"]["hold"]["stops"].remove("infusion")


def the_same_rule_twice(document: dict[str, Any]) -> None:
    """Two stopping rules of one code."""
    rules = document["conduct"]["stopping_rules"]
    rules.append(rules[0])


FAULTS: dict[str, tuple[Plant, str, str]] = {
    "a stagger between nothing known": (
        planted("conduct", "stagger", "milestone", value="infuson"),
        "conduct.stagger.milestone",
        "did you mean 'infusion'?",
    ),
    "a stagger of hours": (
        planted("conduct", "stagger", "gap", value="PT12H"),
        "conduct.stagger.gap",
        "such as P14D",
    ),
    "a stagger that waits for no window": (
        nobody_watched,
        "conduct.stagger.after_dlt_window",
        "state conduct.dlt_window",
    ),
    "a window that goes back": (
        planted("conduct", "dlt_window", "lasts", value="-P28D"),
        "conduct.dlt_window.lasts",
        "such as P14D",
    ),
    "deaths after nothing known": (
        planted("conduct", "stopping_rules", 0, "deaths", "after", value="infsion"),
        "conduct.stopping_rules[0].deaths.after",
        "did you mean 'infusion'?",
    ),
    "a toxicity nobody grades": (
        planted("conduct", "stopping_rules", 1, "lasting", "toxicities", value=["crs", "icand"]),
        "conduct.stopping_rules[1].lasting.toxicities[1]",
        "did you mean 'icans'?",
    ),
    "a grade that has fallen from the start": (
        planted("conduct", "stopping_rules", 1, "lasting", "falls_to", value=4),
        "conduct.stopping_rules[1].lasting.falls_to",
        "write a lower grade",
    ),
    "a toxicity that lasts calendar months": (
        planted("conduct", "stopping_rules", 1, "lasting", "within", value="P1M"),
        "conduct.stopping_rules[1].lasting.within",
        "such as P7D",
    ),
    "limiting toxicity nobody is watched for": (
        without("conduct", "dlt_window"),
        "conduct.stopping_rules[2].limiting",
        "state conduct.dlt_window",
    ),
    "more limited than there are first": (
        planted("conduct", "stopping_rules", 2, "limiting", "participants", value=7),
        "conduct.stopping_rules[2].limiting.participants",
        "at most among_first",
    ),
    "more first than there are places": (
        planted("conduct", "stopping_rules", 2, "limiting", "among_first", value=10),
        "conduct.stopping_rules[2].limiting.among_first",
        "write at most 9",
    ),
    "a rule that is there twice": (
        the_same_rule_twice,
        "conduct.stopping_rules[3].code",
        "give each its own code",
    ),
    "rules that stop nothing": (without("conduct", "hold"), "conduct.stopping_rules", "state conduct.hold"),
    "a hold of nothing known": (
        planted("conduct", "hold", "stops", value=["infusion", "enrollment"]),
        "conduct.hold.stops[1]",
        "did you mean 'enrolment'?",
    ),
    "a hold that an engineer lifts": (
        planted("conduct", "hold", "lifted_by", value="engineer"),
        "conduct.hold.lifted_by",
        "a role that conducts the study",
    ),
    "a hold told on no ladder": (
        planted("conduct", "hold", "ladder", value="conducts"),
        "conduct.hold.ladder",
        "no ladder 'conducts'",
    ),
    "a decision that waits for the morning": (
        planted("conduct", "decide_now", "ladder", value="visit"),
        "conduct.decide_now.ladder",
        "waits: false",
    ),
    "a decision about what no hold stops": (
        a_hold_that_lets_infuse,
        "conduct.decide_now.before",
        "among conduct.hold.stops",
    ),
    "a review after nothing known": (
        planted("conduct", "meetings", 0, "after", value="day_0"),
        "conduct.meetings[0].after",
        "no milestone 'day_0'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_told_where_it_is_and_with_what_would_be_right(name: str) -> None:
    """One fault, one problem at its place: no rule across participants is taken that could never act."""
    plant, path, says = FAULTS[name]
    document = copy.deepcopy(WRITTEN)
    plant(document)
    told = [str(each) for each in problems(ProtocolDocument.model_validate(document))]
    assert any(each.startswith(f"{path}: ") and says in each for each in told), "\n".join(told)


@pytest.mark.parametrize("grounds", [{}, {"deaths": 0, "limiting": 2}])
def test_a_stopping_rule_has_exactly_one_ground(grounds: dict[str, int]) -> None:
    """A rule of none could never act, one of two would not say which of them did."""
    document = copy.deepcopy(WRITTEN)
    rules = document["conduct"]["stopping_rules"]
    stated = {name: rules[index][name] for name, index in grounds.items()}
    plain = {key: rules[0][key] for key in ("code", "labels", "source")}
    rules[0] = plain | stated
    with pytest.raises(ValidationError, match="write one of deaths, lasting, limiting"):
        ProtocolDocument.model_validate(document)
