"""A protocol's part on adverse events: each fault planted alone is told with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.protocol.safety import AdverseEventRules
from protocols.reading import ProtocolInvalid, problems_in, read_protocol
from tests.domain.builders import protocol
from tests.protocols.fault import Fault, assert_told
from tests.protocols.small import SMALL, written

PART = """\
adverse_events:
  teae:
    anchor: start
    within: P90D
    source: {assumption: For tests.}
  scales:
    - {code: CTCAE, version: "4.0", labels: {en: C, zh-CN: 常}, source: {assumption: For tests.}}
    - code: ASTCT-CRS
      version: "2019"
      labels: {en: CRS, zh-CN: 释}
      lowest: 0
      toxicity: crs
      source: {assumption: For tests.}
  responses: {criteria: ELN 2022, after: start, source: {assumption: For tests.}}
  clocks:
    - code: first
      labels: {en: First, zh-CN: 首}
      started_by: serious
      due: PT24H
      warn: PT12H
      ladder: at_once
      source: {assumption: For tests.}
"""
LADDER = """\
  - code: at_once
    labels: {en: At once, zh-CN: 即}
    rungs: [{after: PT0M, tell: coordinator}]
    repeat_every: PT1H
    waits: false
    acknowledgement_lasts: PT1H
    snooze_at_most: PT1H
    source: {assumption: For tests.}
"""
WITH_PART = SMALL.replace("ladders:\n", f"ladders:\n{LADDER}", 1) + PART

FAULTS = [
    Fault(
        "an unknown anchor of emergence",
        "anchor: start\n    within",
        "anchor: strat\n    within",
        "anchor: strat",
        "adverse_events.teae.anchor",
        "no milestone 'strat'",
        "start",
    ),
    Fault(
        "emergence in hours",
        "within: P90D",
        "within: PT90H",
        "within: PT90H",
        "adverse_events.teae.within",
        "not a count of days",
        "P90D",
    ),
    Fault(
        "a toxicity without grade 0",
        "      lowest: 0\n",
        "      lowest: 1\n",
        "lowest: 1",
        "adverse_events.scales[1].lowest",
        "grade 0",
        "lowest: 0",
    ),
    Fault(
        "a scale twice",
        'code: ASTCT-CRS\n      version: "2019"',
        'code: CTCAE\n      version: "4.0"',
        "- code: CTCAE\n",
        "adverse_events.scales[1].code",
        "there twice",
        "once",
    ),
    Fault(
        "observations of no toxicity",
        '{code: CTCAE, version: "4.0", ',
        '{code: CTCAE, version: "4.0", assessed: pulse, ',
        "assessed: pulse",
        "adverse_events.scales[0].assessed",
        "no toxicity",
        "name the toxicity",
    ),
    Fault(
        "a response after nothing",
        "after: start, source",
        "after: nothing, source",
        "after: nothing",
        "adverse_events.responses.after",
        "no milestone 'nothing'",
        "known are",
    ),
    Fault(
        "a clock in months",
        "due: PT24H",
        "due: P1M",
        "due: P1M",
        "adverse_events.clocks[0].due",
        "not a number of hours or days",
        "PT24H",
    ),
    Fault(
        "a clock in days and hours",
        "due: PT24H",
        "due: P1DT12H",
        "due: P1DT12H",
        "adverse_events.clocks[0].due",
        "mixes days and hours",
        "whole days",
    ),
    Fault(
        "a warning before the start",
        "warn: PT12H",
        "warn: PT24H",
        "warn: PT24H",
        "adverse_events.clocks[0].warn",
        "before the start",
        "warn later",
    ),
    Fault(
        "a safety clock that waits",
        "ladder: at_once",
        "ladder: visit",
        "ladder: visit",
        "adverse_events.clocks[0].ladder",
        "safety never waits",
        "waits: false",
    ),
    Fault(
        "an unknown ladder",
        "ladder: at_once",
        "ladder: at_one",
        "ladder: at_one",
        "adverse_events.clocks[0].ladder",
        "no ladder 'at_one'",
        "at_once",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_of_the_part_is_told_with_its_line(fault: Fault, tmp_path: Path) -> None:
    """Each fault is told where it is written, with what would be right."""
    assert WITH_PART.count(fault.old) == 1, fault.old
    text = WITH_PART.replace(fault.old, fault.new)
    path = written(tmp_path, text)
    with pytest.raises(ProtocolInvalid) as refused:
        read_protocol(path)
    assert_told(fault, path, text, map(str, refused.value.problems))


def test_the_part_is_right_until_broken(tmp_path: Path) -> None:
    """The document that the faults are planted in has none itself."""
    assert problems_in(written(tmp_path, WITH_PART)) == []


def test_a_toxicity_has_one_scale_and_a_clock_one_code(tmp_path: Path) -> None:
    """Two scales for CRS, or two clocks of one code, are told."""
    clock = PART[PART.index("    - code: first") :]
    scale = PART[PART.index("    - code: ASTCT-CRS") : PART.index("  responses:")].replace(
        "ASTCT-CRS", "OTHER"
    )
    doubled = WITH_PART.replace("  responses:", f"{scale}  responses:") + clock
    told = " | ".join(map(str, problems_in(written(tmp_path, doubled))))
    assert "crs is graded by another scale already" in told
    assert "the code 'first' is twice here" in told


def test_what_the_registry_says_of_adverse_events_is_in_the_trials_document() -> None:
    """CTCAE 4.0, 90 days from the first infusion with 3 months beside it."""
    rules = protocol().document.adverse_events
    assert isinstance(rules, AdverseEventRules)
    assert [(each.code, each.version) for each in rules.scale("CTCAE")] == [("CTCAE", "4.0")]
    assert (str(rules.teae.within), str(rules.teae.shown_beside)) == ("P90D", "P3M")
    assert [(each.code, str(each.due)) for each in rules.clocks] == [
        ("sponsor_24h", "PT24H"),
        ("susar_7d", "P7D"),
        ("susar_15d", "P15D"),
    ]
