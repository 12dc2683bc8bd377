"""Whatever is wrong with a protocol is named: the line, the field, what is wrong, what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocols.reading import ProtocolInvalid, problems_in, read_protocol
from tests.protocols.fault import Fault, assert_told
from tests.protocols.faults import FAULTS
from tests.protocols.small import SMALL, broken, line_of, written


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_is_told_with_its_line_and_with_what_would_be_right(fault: Fault, tmp_path: Path) -> None:
    """Each fault in a document is told at the line where it is written, with what would be right."""
    text = broken(fault.old, fault.new)
    path = written(tmp_path, text)
    with pytest.raises(ProtocolInvalid) as refused:
        read_protocol(path)
    assert_told(fault, path, text, map(str, refused.value.problems))


def test_the_small_document_is_right_until_broken(tmp_path: Path) -> None:
    """The document that the faults are planted in has none itself, so each test sees only its own fault."""
    assert problems_in(written(tmp_path, SMALL)) == []


def test_all_problems_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    """A document with several faults is not mended one run at a time: all are told, from top to bottom."""
    text = broken("enters: after", "enters: later").replace("tell: investigator", "tell: system")
    text = text.replace("is: red", "is: green")
    lines = [problem.line for problem in problems_in(written(tmp_path, text))]
    assert lines == sorted(lines, key=lambda line: line or 0)
    wanted = {line_of(text, sign) for sign in ("enters: later", "tell: system", "is: green", "{code: after")}
    assert wanted <= set(lines)


def test_problems_are_also_data(tmp_path: Path) -> None:
    """A program gets file, line, field, text and hint of each problem apart."""
    path = written(tmp_path, broken("enters: after", "enters: aftr"))
    problem = next(each for each in problems_in(path) if each.path == ("milestones", 1, "enters"))
    assert problem.as_data() == {
        "file": str(path),
        "line": line_of(path.read_text(encoding="utf-8"), "enters: aftr"),
        "field": "milestones[1].enters",
        "text": "there is no stage 'aftr'",
        "hint": "did you mean 'after'? known are before, after",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("id: [", "this is not YAML"),
        ("id: a: b", "this is not YAML"),
        ("\tid: x", "this is not YAML"),
        ("- a\n- b\n", "a list cannot stand here"),
        ("just words\n", "'just words' cannot stand here"),
        ("? [a, b]\n: c\n", "a key is a list or a mapping"),
        ("a: &a [*a]\n", "contains itself"),
        ("[" * 5_000 + "]" * 5_000, "nested too deeply"),
        ("x: " + "y" * 1_000_001, "too long"),
    ],
)
def test_a_text_that_is_no_document_is_refused_and_not_crashed_on(
    text: str, says: str, tmp_path: Path
) -> None:
    """Empty, broken, huge, endless and self-containing texts give a clear problem, never a traceback."""
    with pytest.raises(ProtocolInvalid) as refused:
        read_protocol(written(tmp_path, text))
    assert says in str(refused.value)


def test_aliases_that_multiply_are_stopped(tmp_path: Path) -> None:
    """A short text whose aliases unfold to billions of values is refused within a moment."""
    layers = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))
    with pytest.raises(ProtocolInvalid, match="too large"):
        read_protocol(written(tmp_path, f"a0: &a0 [x]\n{layers}\n"))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """A file in another encoding is named as such instead of being read as wrong characters."""
    path = tmp_path / "gbk.yaml"
    path.write_bytes("id: 知情同意".encode("gbk"))
    with pytest.raises(ProtocolInvalid, match="save the file as UTF-8"):
        read_protocol(path)


def test_a_gate_on_criteria_needs_some(tmp_path: Path) -> None:
    """A gate that asks for all criteria of a document without any would open for everybody: it is refused."""
    start, end = SMALL.index("criteria:\n"), SMALL.index("gates:\n")
    text = (SMALL[:start] + SMALL[end:]).replace("criteria_checked: [OLD]", "criteria_checked: []")
    told = [str(problem) for problem in problems_in(written(tmp_path, text))]
    assert [line.split(": ", 1)[1] for line in told] == [
        "gates[0].criteria: the document has no criteria to be met; add criteria, or criteria: false"
    ]


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("{decided: way, is: left}", "{decided: way, is: right}", False),
        ("{decided: way, is: left}", "{decided: way, is: left}", True),
        ("{decided: way, is: left}", "{not: {decided: way, is: left}}", False),
        ("{not: {decided: way, is: left}}", "{not: {decided: way, is: right}}", True),
        ("{reached: start}", "{not: {reached: start}}", False),
        ("{reached: start}", "{decided: way, is: right}", True),
        ("{all: [{reached: start}, {decided: way, is: left}]}", "{decided: way, is: right}", False),
        ("{any: [{reached: start}, {decided: way, is: left}]}", "{decided: way, is: right}", True),
        ("{not: {any: [{reached: start}, {decided: way, is: left}]}}", "{reached: start}", False),
        ("{not: {all: [{reached: start}, {decided: way, is: left}]}}", "{reached: start}", True),
    ],
)
def test_visits_may_overlap_only_where_their_conditions_exclude_each_other(
    one: str, other: str, overlap: bool, tmp_path: Path
) -> None:
    """Two windows may share days when no participant can have both visits, and only then."""
    text = broken("condition: {decided: way, is: left}", f"condition: {one}")
    text = text.replace("condition: {decided: way, is: right}", f"condition: {other}")
    told = [str(problem) for problem in problems_in(written(tmp_path, text))]
    assert any("a visit could belong to both" in line for line in told) is overlap, told
