"""`protocol` and `site`: documents are checked with file and line, and shown as they were read."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from protocols.reading import json_schema, read_protocol
from settings import ROOT
from tests.console.terminal import Terminal

PROTOCOLS = ROOT / "protocols"


@pytest.mark.parametrize("name", ["NCT06642025", "NCT06642025:1.0", str(PROTOCOLS / "DZ-CYCLES.yaml")])
def test_a_document_in_order_is_said_to_be(dayzero: Terminal, name: str) -> None:
    """A document is named by id, by id and version, or by file."""
    said = dayzero("protocol", "check", name)
    assert said.code == 0
    assert said.out.strip().endswith(": in order")


def test_a_fault_is_named_with_file_line_and_field(dayzero: Terminal, tmp_path: Path) -> None:
    """Every problem has its line, its field and what would be right; the exit code says there are some."""
    broken = tmp_path / "broken.yaml"
    text = (PROTOCOLS / "NCT06642025.yaml").read_text(encoding="utf-8")
    broken.write_text(text.replace("anchor: LD3\n", "anchor: LD33\n"), encoding="utf-8")
    line = text[: text.index("anchor: LD3\n")].count("\n") + 1
    said = dayzero("protocol", "check", str(broken))
    assert said.code == 1
    assert f"broken.yaml:{line}: " in said.out
    [problem] = dayzero("protocol", "check", str(broken), "--json").data
    assert problem["line"] == line
    assert problem["field"] == "milestones[6].window.anchor"
    assert problem["hint"]


def test_a_protocol_is_shown_with_windows_and_sources(dayzero: Terminal) -> None:
    """Each item has its rule and says whether it is the team's assumption."""
    said = dayzero("protocol", "show", "NCT06642025")
    assert said.code == 0
    d60 = next(line for line in said.lines if line.startswith("D60"))
    assert "infusion + P60D (-P7D, +P7D)" in d60
    assert "team assumption" in d60
    assert read_protocol(PROTOCOLS / "NCT06642025.yaml").hash in said.out
    assert dayzero("protocol", "show", "NCT06642025", "--json").data["document"]["id"] == "NCT06642025"


def test_the_schema_is_the_published_one(dayzero: Terminal) -> None:
    """`protocol schema` prints the JSON Schema that editors are given."""
    assert dayzero("protocol", "schema").data == orjson.loads(orjson.dumps(json_schema()))


def test_an_unknown_document_names_those_there_are(dayzero: Terminal) -> None:
    """A wrong name is a mistake of usage and lists what could have been meant."""
    said = dayzero("protocol", "show", "NCT0")
    assert said.code == 2
    assert "NCT06642025:1.0" in said.err


def test_a_site_is_shown_with_its_people(dayzero: Terminal) -> None:
    """Zone, hours, holidays and contacts of a site are shown."""
    out = dayzero("site", "show", "demo").out
    assert "zone Asia/Shanghai" in out
    assert "coordinator-1" in out
    assert "make-up workdays" in out


def test_a_site_that_cannot_run_a_protocol_is_refused(dayzero: Terminal, tmp_path: Path) -> None:
    """`site show --runs` names the role that the protocol tells and the site has nobody of."""
    lonely = tmp_path / "lonely.yaml"
    text = (ROOT / "sites" / "demo.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "role: sponsor" not in line]
    lonely.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert dayzero("site", "check", str(lonely)).code == 0
    said = dayzero("site", "show", str(lonely), "--runs", "NCT06642025")
    assert said.code == 1
    assert "sponsor" in said.err
    assert dayzero("site", "show", "demo", "--runs", "NCT06642025").code == 0
