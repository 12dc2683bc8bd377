"""An amendment written as what it changes becomes a whole document, or says at its own line why not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from domain.amendment.diff import How, diff
from protocols.reading import ProtocolInvalid, load_document, problems_in, protocol_body, read_protocol
from tests.protocols.fault import Fault, assert_told
from tests.protocols.small import SMALL

OVERLAY = """\
id: SMALL
version: "1.1"
base: small.yaml
amends:
  version: "1.0"
  summary: {en: For tests., zh-CN: 测试。}
  source: {assumption: For tests.}
changes:
  cap: null
  visits:
    remove: [V2]
    set:
      - code: V1
        labels: {en: Visit 1, zh-CN: 访视1}
        window: {anchor: start, target: P10D, early: P2D, late: P4D, source: {assumption: Later.}}
        source: {assumption: For tests.}
      - code: V0
        after: V1
        labels: {en: Visit 0, zh-CN: 访视0}
        window: {anchor: start, target: P2D, source: {assumption: New.}}
        source: {assumption: For tests.}
"""


def written(folder: Path, text: str = OVERLAY) -> Path:
    """The overlay beside its base."""
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    path = folder / "amended.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_overlay_is_its_base_with_what_it_changes(tmp_path: Path) -> None:
    """Changed, added after another, removed, and everything else as in the base."""
    path = written(tmp_path)
    base, whole = read_protocol(tmp_path / "small.yaml"), read_protocol(path)
    assert (whole.id, whole.version) == ("SMALL", "1.1")
    found = {(each.part, each.code, each.how) for each in diff(base, whole)}
    assert found == {
        ("items", "V1", How.CHANGED),
        ("items", "V0", How.ADDED),
        ("items", "V2", How.REMOVED),
        ("cap", "", How.REMOVED),
    }
    assert [each.code for each in whole.document.visits] == ["V1", "V0", "R{n}"]


def test_an_overlay_is_stored_and_hashed_as_a_whole(tmp_path: Path) -> None:
    """Out of the store it needs no base, and the hash is of what it says, not of how it was written."""
    whole = read_protocol(written(tmp_path))
    body = protocol_body(whole)
    assert load_document(body).hash == whole.hash
    alone = tmp_path / "alone.yaml"
    alone.write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    assert read_protocol(alone).hash == whole.hash


def test_an_overlay_may_stand_on_an_overlay(tmp_path: Path) -> None:
    """The third version says only what differs from the second."""
    written(tmp_path)
    text = OVERLAY.replace('"1.1"', '"1.2"').replace('"1.0"', '"1.1"').replace("small.yaml", "amended.yaml")
    path = tmp_path / "third.yaml"
    head, _, _ = text.partition("changes:")
    path.write_text(head + "changes:\n  visits: {remove: [V0]}\n", encoding="utf-8")
    assert [each.code for each in read_protocol(path).document.visits] == ["V1", "R{n}"]


FAULTS = [
    Fault("no base there", "small.yaml", "sml.yaml", "base:", "base", "no file 'sml.yaml'", "name the file"),
    Fault("based on itself", "small.yaml", "amended.yaml", "base:", "base", "in a circle", "version before"),
    Fault("another id", "id: SMALL", "id: OTHER", "id: OTHER", "id", "is of 'SMALL'", "keeps the id"),
    Fault(
        "another version", 'version: "1.0"', 'version: "0.9"', '"0.9"',
        "amends.version", "the base is version '1.0'", "another base",
    ),
    Fault(
        "another content", 'version: "1.0"', f'version: "1.0"\n  hash: {"0" * 64}', "hash: 0",
        "amends.hash", "the base is another content", "the base has",
    ),
    Fault(
        "a part beside the changes", "changes:\n", "visits: []\nchanges:\n", "visits: []",
        "visits", "visits cannot stand here", "under changes",
    ),
    Fault("nothing changed", "changes:\n", "chang:\n", "id:", "changes", "is missing", "base, amends"),
    Fault(
        "nothing to remove", "[V2]", "[V9]", "[V9]",
        "changes.visits.remove[0]", "visits has no 'V9'", "a code of the base",
    ),
    Fault(
        "nothing to stand after", "after: V1", "after: V9", "after: V9",
        "changes.visits.set[1].after", "there is no 'V9'", "a code of the base",
    ),
    Fault(
        "an entry without code", "      - code: V0\n        after: V1", "      - after: V1", "- after: V1",
        "changes.visits.set[1]", "it has no code", "beginning with its code",
    ),
    Fault(
        "entries of what has none", "  cap: null", "  cap: {set: []}", "cap: {set",
        "changes.cap", "cap is no list", "the whole of cap",
    ),
    Fault(
        "a fault in what is put in", "target: P10D", "target: 10 days", "target: 10 days",
        "visits[0].window.target", "'10 days' is not a duration", "P60D",
    ),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_of_an_overlay_is_told_at_its_own_line(fault: Fault, tmp_path: Path) -> None:
    """What is wrong is told where the amendment says it, with what would be right."""
    assert OVERLAY.count(fault.old) == 1, fault.old
    text = OVERLAY.replace(fault.old, fault.new)
    path = written(tmp_path, text)
    with pytest.raises(ProtocolInvalid) as refused:
        read_protocol(path)
    assert_told(fault, path, text, map(str, refused.value.problems))


def test_a_base_with_faults_is_told_as_such(tmp_path: Path) -> None:
    """The base is put right first: its own faults are its own lines."""
    path = written(tmp_path)
    (tmp_path / "small.yaml").write_text("id: [", encoding="utf-8")
    assert any("the base is not in order" in str(each) for each in problems_in(path))
