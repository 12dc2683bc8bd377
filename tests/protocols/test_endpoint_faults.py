"""What can be wrong with the endpoints of a protocol: each fault planted alone in a small part."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocols.reading import ProtocolInvalid, problems_in, read_protocol
from tests.protocols.fault import Fault, assert_told
from tests.protocols.small import SMALL, written

ENDPOINTS = """\
adverse_events:
  teae: {anchor: start, within: P90D, source: {assumption: For tests.}}
  scales:
    - code: SCALE
      version: "1"
      labels: {en: Scale, zh-CN: 量表}
      lowest: 0
      toxicity: crs
      source: {assumption: For tests.}
endpoints:
  - code: emerged
    counts: adverse_events
    labels: {en: Emerged, zh-CN: 出现}
    among: start
    source: {assumption: For tests.}
  - code: storm
    counts: toxicity
    toxicity: crs
    labels: {en: Storm, zh-CN: 风暴}
    among: start
    source: {assumption: For tests.}
  - code: rate
    counts: best_response
    categories: [CR, PR]
    labels: {en: Rate, zh-CN: 率}
    among: start
    until: P60D
    source: {assumption: For tests.}
  - code: moved
    counts: shift
    observation: age
    labels: {en: Moved, zh-CN: 变化}
    among: start
    at: V1
    source: {assumption: For tests.}
  - code: alive
    counts: survival
    ends: [death]
    labels: {en: Alive, zh-CN: 存活}
    among: consent
    until: P12M
    last_known: {at: [pulse], source: {assumption: For tests.}}
    marks: {at: [P6M, P12M], source: {assumption: For tests.}}
    source: {assumption: For tests.}
"""
WHOLE = SMALL.replace("assessments: [pulse]\n", "assessments: [pulse]\n    endpoints: [rate]\n") + ENDPOINTS

FAULTS = [
    Fault(
        "an unknown milestone", "among: consent", "among: consnet", "among: consnet",
        "endpoints[4].among", "no milestone 'consnet'", "did you mean 'consent'?",
    ),
    Fault(
        "no time", "until: P60D", "until: P0D", "until: P0D",
        "endpoints[2].until", "P0D is no time at all", "P60D",
    ),
    Fault(
        "a time in hours", "until: P60D", "until: PT60H", "until: PT60H",
        "endpoints[2].until", "counts hours", "P60D",
    ),
    Fault(
        "a category twice", "categories: [CR, PR]", "categories: [CR, CR]", "categories: [CR, CR]",
        "endpoints[2].categories", "'CR' stands 2 times", "once",
    ),
    Fault(
        "an unknown category", "categories: [CR, PR]", "categories: [CR, ORR]", "[CR, ORR]",
        "endpoints[2].categories[1]", "'ORR'", "PR",
    ),
    Fault(
        "an unknown observation", "observation: age", "observation: aeg", "observation: aeg",
        "endpoints[3].observation", "no observation 'aeg'", "did you mean 'age'?",
    ),
    Fault(
        "a shift of words", "observation: age", "observation: colour", "observation: colour",
        "endpoints[3].observation", "answered with choice", "kind number",
    ),
    Fault(
        "an unknown visit", "at: V1", "at: V9", "at: V9",
        "endpoints[3].at", "no visit 'V9'", "V1",
    ),
    Fault(
        "an unknown assessment", "at: [pulse]", "at: [plus]", "at: [plus]",
        "endpoints[4].last_known.at[0]", "no assessment 'plus'", "did you mean 'pulse'?",
    ),
    Fault(
        "a mark beyond the end", "at: [P6M, P12M]", "at: [P6M, P24M]", "at: [P6M, P24M]",
        "endpoints[4].marks.at[1]", "P24M lies after P12M", "up to P12M",
    ),
    Fault(
        "an end twice", "ends: [death]", "ends: [death, death]", "ends: [death, death]",
        "endpoints[4].ends", "'death' stands 2 times", "once",
    ),
    Fault(
        "a code twice", "code: moved", "code: rate", "code: rate\n    counts: shift",
        "endpoints[3].code", "also the code of endpoints[2]", "its own code",
    ),
    Fault(
        "a visit for no endpoint", "endpoints: [rate]", "endpoints: [rat]", "endpoints: [rat]",
        "visits[0].endpoints[0]", "no endpoint 'rat'", "did you mean 'rate'?",
    ),
    Fault(
        "a toxicity that no scale grades", "counts: toxicity\n    toxicity: crs",
        "counts: toxicity\n    toxicity: icans", "toxicity: icans", "endpoints[1].toxicity",
        "no scale of the document grades icans", "adverse_events.scales",
    ),
    Fault(
        "an unknown kind of figure", "counts: shift", "counts: shfit", "counts: shfit",
        "endpoints[3].counts", "'shfit' cannot stand here", "'shift', 'survival'",
    ),
    Fault(
        "no kind of figure", "    counts: shift\n", "", "code: moved",
        "endpoints[3].counts", "'counts' is missing", "add counts",
    ),
    Fault(
        "a field of another kind", "observation: age", "observation: age\n    toxicity: crs",
        "toxicity: crs\n    labels: {en: Moved", "endpoints[3].toxicity",
        "no field 'toxicity' here", "fields here are",
    ),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_of_an_endpoint_is_told_where_it_stands(fault: Fault, tmp_path: Path) -> None:
    """Each fault is told at its line and field, with what would be right."""
    assert WHOLE.count(fault.old) == 1, fault.old
    text = WHOLE.replace(fault.old, fault.new)
    path = written(tmp_path, text)
    with pytest.raises(ProtocolInvalid) as refused:
        read_protocol(path)
    assert_told(fault, path, text, map(str, refused.value.problems))


def test_the_endpoints_are_right_until_broken(tmp_path: Path) -> None:
    """The part that the faults are planted in has none itself."""
    assert problems_in(written(tmp_path, WHOLE)) == []


def test_emergence_without_a_rule_is_told(tmp_path: Path) -> None:
    """Treatment-emergent events cannot be counted by a document that does not say what emerges."""
    text = WHOLE[: WHOLE.index("adverse_events:")] + WHOLE[WHOLE.index("endpoints:\n  - code: emerged") :]
    told = [str(problem) for problem in problems_in(written(tmp_path, text))]
    assert any("endpoints[0].counts: nothing says when an adverse event is" in line for line in told), told


def test_a_document_may_name_no_endpoints(tmp_path: Path) -> None:
    """Without the part nothing is asked of it, and the hash of older documents stays what it was."""
    assert read_protocol(written(tmp_path, SMALL)).document.endpoints is None
