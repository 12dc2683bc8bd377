"""The file of accepted differences: one entry, one difference, one reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from replay.accepted import FaultyAcceptance, judge, proposed, read_accepted
from replay.difference import Detail, Difference, Kind

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
LONGER = Difference(
    "NCT06642025", "EX02-001", AT, "record_item", "c-1", Kind.EVENT_CHANGED, "plan.revised D28",
    (Detail("windows[D28].closes", "2026-04-02", "2026-04-03"),),
)  # fmt: skip
GONE = Difference("NCT06642025", "EX02-001", AT, "record_item", "c-1", Kind.EVENT_GONE, "stage.entered")


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "accepted.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_is_proposed_is_accepted_once_it_has_its_reasons(tmp_path: Path) -> None:
    """The proposal is refused as it is, for want of reasons; with them it accepts exactly its differences."""
    proposal = proposed([LONGER])
    with pytest.raises(FaultyAcceptance, match=r"accepted\.0\.why"):
        read_accepted(written(tmp_path, proposal))
    entries = read_accepted(written(tmp_path, proposal.replace("why: ''", "why: the window was too short")))
    judged = judge([LONGER, GONE], entries)
    assert (judged.accepted, judged.unaccepted, judged.stale) == ((LONGER,), (GONE,), ())


def test_an_entry_accepts_no_other_content(tmp_path: Path) -> None:
    """The same name with another date inside is another difference; the entry is then said to be stale."""
    entries = read_accepted(written(tmp_path, proposed([LONGER]).replace("why: ''", "why: meant")))
    details = (Detail("windows[D28].closes", "2026-04-02", "2026-04-09"),)
    other = replace(LONGER, details=details)
    assert (other.name, other.content != LONGER.content) == (LONGER.name, True)
    judged = judge([other], entries)
    assert (judged.unaccepted, judged.accepted, judged.stale) == ((other,), (), entries)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("accepted: [", "accepted.yaml", id="no-yaml"),
        pytest.param("accepted: 5", "accepted", id="no-list"),
        pytest.param("differences: []", "accepted: Field required", id="another-name"),
        pytest.param(
            yaml.safe_dump({"accepted": [{"study": "S", "difference": "d", "content": "abc", "why": "w"}]}),
            r"accepted\.0\.content",
            id="content-cut-short",
        ),
    ],
)
def test_a_faulty_file_is_named_with_the_place(tmp_path: Path, text: str, says: str) -> None:
    """What is no such file is told with its name and where it is wrong, and accepts nothing."""
    with pytest.raises(FaultyAcceptance, match=says):
        read_accepted(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is not an empty one."""
    with pytest.raises(FaultyAcceptance, match="No such file"):
        read_accepted(tmp_path / "none.yaml")
