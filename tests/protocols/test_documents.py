"""The protocols that come with the product: complete, sourced, in two languages, and unlike each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.protocol.document import End
from domain.protocol.expanded import Category, Protocol
from domain.protocol.rules import AllOf, AnyOf, NotOf, ResultRule, Rule
from domain.protocol.sources import SourceKind
from domain.span import parse_span
from protocols.reading import load_document, problems_in, protocol_body, read_protocol
from protocols.yaml_text import read_yaml

ROOT = Path(__file__).resolve().parents[2]
TRIAL = ROOT / "protocols" / "NCT06642025.yaml"
CYCLES = ROOT / "protocols" / "DZ-CYCLES.yaml"
REGISTRY = ROOT.parent / "shared" / "registry" / "NCT06642025.txt"
BOTH = pytest.mark.parametrize("path", [TRIAL, CYCLES], ids=lambda path: path.stem)


@pytest.fixture(scope="module", name="trial")
def _trial() -> Protocol:
    return read_protocol(TRIAL)


@pytest.fixture(scope="module", name="cycles")
def _cycles() -> Protocol:
    return read_protocol(CYCLES)


@BOTH
def test_the_document_passes_every_check(path: Path) -> None:
    """Each protocol of the product has no problem at all."""
    assert [str(problem) for problem in problems_in(path)] == []


@BOTH
def test_the_document_survives_the_store(path: Path) -> None:
    """What is written to the store as JSON reads back as the same protocol with the same hash."""
    protocol = read_protocol(path)
    again = load_document(json.loads(json.dumps(protocol_body(protocol))))
    assert again == protocol
    assert again.hash == protocol.hash


@BOTH
def test_every_label_has_chinese_characters_and_english_without_any(path: Path) -> None:
    """No Chinese label is English left untranslated, and no English label is Chinese."""
    chinese = re.compile(r"[\u4e00-\u9fff]")
    labels = list(_labels(read_yaml(path).value))
    assert len(labels) >= 40
    # An abbreviation such as "ECOG" may stand in both, but never alone.
    assert [each for each in labels if not chinese.search(each["zh-CN"])] == []
    assert [each for each in labels if chinese.search(each["en"])] == []


def test_the_trial_has_the_schedule_that_was_agreed(trial: Protocol) -> None:
    """The expanded schedule of the first trial is the agreed one, item by item, in order."""
    milestones = [item.code for item in trial.items.values() if item.category is Category.MILESTONE]
    assert milestones == [
        "consent",
        "enrolment",
        "leukapheresis",
        "manufacturing_start",
        "release",
        "conditioning",
        "infusion",
        "reinfusion",
    ]
    visits = [item.code for item in trial.items.values() if item.category is Category.VISIT]
    daily = [f"D{day}" for day in range(1, 15)]
    yearly = [f"Y{year}" for year in range(2, 16)]
    assert visits == [
        *("LD2", "LD3", "H6"),
        *daily,
        *("D21", "D28", "D60", "D90", "M6", "M9", "M12", "S3", "S6", "S9", "S12"),
        *yearly,
    ]


@pytest.mark.parametrize(
    ("code", "anchor", "target", "early", "late"),
    [
        ("D14", "infusion", "P14D", "P0D", "P0D"),
        ("D21", "infusion", "P21D", "P2D", "P2D"),
        ("D28", "infusion", "P28D", "P3D", "P3D"),
        ("D60", "infusion", "P60D", "P7D", "P7D"),
        ("D90", "infusion", "P90D", "P7D", "P7D"),
        ("M6", "infusion", "P6M", "P14D", "P14D"),
        ("M12", "infusion", "P12M", "P14D", "P14D"),
        ("S12", "leukapheresis", "P12M", "P14D", "P14D"),
        ("Y2", "infusion", "P24M", "P90D", "P90D"),
        ("Y15", "infusion", "P180M", "P90D", "P90D"),
        ("infusion", "LD3", "P3D", "P1D", "P1D"),
        ("release", "leukapheresis", "P21D", "P7D", "P7D"),
        ("H6", "infusion", "PT6H", "PT1H", "PT1H"),
    ],
)
def test_the_trial_has_the_windows_that_were_agreed(
    code: str, anchor: str, target: str, early: str, late: str, trial: Protocol
) -> None:
    """Anchor, target, early and late of the windows that matter most are the agreed ones."""
    window = trial.items[code].window
    assert window is not None
    assert (window.anchor, window.target, window.early, window.late) == (
        anchor,
        parse_span(target),
        parse_span(early),
        parse_span(late),
    )


def test_what_the_registry_fixes_is_so_in_the_document(trial: Protocol) -> None:
    """Nine participants, Day 60 as the frame of response, survival from leukapheresis, 15 criteria."""
    assert trial.document.cap is not None
    assert trial.document.cap.participants == 9
    assert trial.document.cap.source.kind is SourceKind.REGISTRY
    day_60 = trial.items["D60"].window
    assert day_60 is not None
    assert day_60.frame_ends == parse_span("P60D")
    assert trial.items["D60"].endpoints == ("orr", "ecog")
    survival = trial.items["S12"]
    assert survival.after_end == {End.MANUFACTURING_FAILURE, End.DISCONTINUED}
    assert list(trial.criteria) == [*(f"I{n}" for n in range(1, 8)), *(f"E{n}" for n in range(1, 9))]


@pytest.mark.parametrize(
    ("criterion", "result", "field", "span"),
    [
        ("E3", "lvef", "within", "P8W"),
        ("E3", "last_mi_or_cabg", "longer_ago_than", "P6M"),
        ("E7", "immunosuppressants_stopped", "at_least_ago", "P6W"),
    ],
)
def test_the_three_shelf_lives_of_the_registry_are_in_the_criteria(
    criterion: str, result: str, field: str, span: str, trial: Protocol
) -> None:
    """LVEF of 8 weeks, infarction 6 months ago, immunosuppressants 6 weeks ago: as the record says."""
    rules = {rule.result: rule for rule in _results(trial, criterion)}
    assert getattr(rules[result], field) == parse_span(span)


def test_every_shelf_life_in_a_criterion_says_where_it_comes_from(trial: Protocol) -> None:
    """A shelf life that the team added is never hidden behind the registry's sentence around it."""
    silent = [
        (criterion, rule.result)
        for criterion in trial.criteria
        for rule in _results(trial, criterion)
        if rule.within is not None and rule.source is None
    ]
    assert silent == []


def test_registry_sentences_stand_in_the_registry() -> None:
    """Every sentence quoted from the public record occurs in it word for word."""
    if not REGISTRY.exists():
        pytest.skip(f"the copy of the public record is not beside this checkout ({REGISTRY})")
    record = _plain(REGISTRY.read_text(encoding="utf-8"))
    quoted = sorted({text for kind, text in _sources(read_yaml(TRIAL).value) if kind == "registry"})
    criteria = [criterion.text for criterion in read_protocol(TRIAL).criteria.values()]
    assert len(quoted) > 25
    assert [text for text in [*quoted, *criteria] if _plain(text) not in record] == []


def test_the_second_protocol_is_unlike_the_first(trial: Protocol, cycles: Protocol) -> None:
    """Other anchors, stages, ladders and results, and a branch: they have only the types in common."""
    assert not set(trial.items) & set(cycles.items)
    assert not set(trial.stages) & set(cycles.stages)
    assert not set(trial.ladders) & set(cycles.ladders)
    assert not set(trial.observations) & set(cycles.observations)
    assert cycles.document.cap is not None
    assert cycles.document.cap.participants == 40
    assert set(cycles.decisions["course"].options) == {"continue", "switch"}


def test_cycles_hang_on_each_other(cycles: Protocol) -> None:
    """Each cycle counts from the actual end of the one before, not from the first dose."""
    windows = {code: cycles.items[code].window for code in ("C1", "C2", "C6")}
    assert {code: window.anchor for code, window in windows.items() if window} == {
        "C1": "first_dose",
        "C2": "C1",
        "C6": "C5",
    }
    assert all(window is not None and window.target == parse_span("P21D") for window in windows.values())


def test_timed_samples_are_counted_in_hours(cycles: Protocol) -> None:
    """24 hours is elapsed time and not a calendar day."""
    windows = [cycles.items[code].window for code in ("PK1", "PK4", "PK24")]
    assert all(window is not None and not window.whole_days for window in windows)


def test_numbers_arrive_exactly(cycles: Protocol, trial: Protocol) -> None:
    """A limit or factor written as 0.001 or 88.4 is exactly that number, not its nearest binary fraction."""
    assert trial.observations["cd3"].units["cells/uL"] == Decimal("0.001")
    assert trial.observations["creatinine"].units["mg/dL"] == Decimal("88.4")
    assert cycles.observations["qtc"].units["s"] == Decimal(1000)


def _results(protocol: Protocol, criterion: str) -> Iterator[ResultRule]:
    stated = protocol.criteria[criterion]
    for rule in (stated.met_if, stated.excluded_if):
        if rule is not None:
            yield from _result_rules(rule)


def _result_rules(rule: Rule) -> Iterator[ResultRule]:
    match rule:
        case ResultRule():
            yield rule
        case AllOf():
            for each in rule.all:
                yield from _result_rules(each)
        case AnyOf():
            for each in rule.any:
                yield from _result_rules(each)
        case NotOf():
            yield from _result_rules(rule.not_)


def _labels(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if set(value) == {"en", "zh-CN"}:
            yield value
        for each in value.values():
            yield from _labels(each)
    elif isinstance(value, list):
        for each in value:
            yield from _labels(each)


def _sources(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        source = value.get("source")
        if isinstance(source, dict):
            yield from source.items()
        for each in value.values():
            yield from _sources(each)
    elif isinstance(value, list):
        for each in value:
            yield from _sources(each)


def _plain(text: str) -> str:
    return " ".join(text.split())
