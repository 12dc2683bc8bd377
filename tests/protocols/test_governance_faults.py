"""What can be wrong with amendments, classes of deviations and approvals: each fault planted alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocols.reading import ProtocolInvalid, problems_in, read_protocol
from tests.protocols.fault import Fault, assert_told
from tests.protocols.small import SMALL, written

GOVERNANCE = """\
amends:
  version: "0.9"
  summary: {en: For tests., zh-CN: 测试。}
  approved_on: 2026-01-31
  source: {assumption: For tests.}
deviations:
  - classed: important
    kinds: [early, late]
    items: ["R{n}", V1]
    more_than: P7D
    source: {assumption: For tests.}
  - {classed: important, kinds: [missed], source: {assumption: For tests.}}
  - {classed: minor, source: {assumption: For tests.}}
approvals:
  by: sponsor
  decide_before: P1D
  remind: P2D
  ladder: visit
  source: {assumption: For tests.}
"""
WHOLE = SMALL + GOVERNANCE

FAULTS = [
    Fault(
        "an amendment of itself", 'version: "0.9"', 'version: "1.0"', 'version: "1.0"\n  summary',
        "amends.version", "version 1.0 amends itself", "a new version",
    ),
    Fault(
        "a day that is none", "2026-01-31", "2026-02-30", "2026-02-30",
        "amends.approved_on", "'2026-02-30' is not a day", "2026-02-28",
    ),
    Fault(
        "an unknown item", 'items: ["R{n}", V1]', 'items: ["R{n}", V9]', "V9",
        "deviations[0].items[1]", "no item 'V9'", "a milestone or visit",
    ),
    Fault(
        "a distance for what has none", "kinds: [early, late]", "kinds: [early, not_signed]", "more_than",
        "deviations[0].more_than", "not_signed lies no way outside a window", "early, hard_stop, late",
    ),
    Fault(
        "a distance for everything", "    kinds: [early, late]\n", "", "more_than",
        "deviations[0].more_than", "a rule for every kind", "early, hard_stop, late",
    ),
    Fault(
        "a rule that never counts", "kinds: [missed], ", "", "classed: minor",
        "deviations[2]", "never counts", "the narrower rule first",
    ),
    Fault(
        "an unknown class", "classed: minor", "classed: tiny", "classed: tiny",
        "deviations[2].classed", "'tiny'", "'minor'",
    ),
    Fault(
        "an unknown ladder", "remind: P2D\n  ladder: visit", "remind: P2D\n  ladder: vst", "ladder: vst",
        "approvals.ladder", "no ladder 'vst'", "visit",
    ),
    Fault(
        "an approval by a reader", "by: sponsor", "by: auditor", "by: auditor",
        "approvals.by", "the auditor approves nothing", "sponsor",
    ),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_of_governance_is_told_where_it_stands(fault: Fault, tmp_path: Path) -> None:
    """Each fault is told at its line and field, with what would be right."""
    assert WHOLE.count(fault.old) == 1, fault.old
    text = WHOLE.replace(fault.old, fault.new)
    path = written(tmp_path, text)
    with pytest.raises(ProtocolInvalid) as refused:
        read_protocol(path)
    assert_told(fault, path, text, map(str, refused.value.problems))


def test_the_parts_are_right_until_broken(tmp_path: Path) -> None:
    """The parts that the faults are planted in have none themselves."""
    assert problems_in(written(tmp_path, WHOLE)) == []


def test_a_document_may_say_nothing_of_it(tmp_path: Path) -> None:
    """Without the parts nothing is suggested and nothing approved, and older hashes stay what they were."""
    document = read_protocol(written(tmp_path, SMALL)).document
    assert (document.amends, document.deviations, document.approvals) == (None, None, None)
