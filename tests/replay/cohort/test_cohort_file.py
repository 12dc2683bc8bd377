"""The file of a cohort: what is right is read, and what is wrong is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocols.reading import read_protocol
from replay.cohort.reading import FaultyCohort, read_cohort
from tests.protocols import small
from tests.replay.cohort.trials import CYCLES, ROOT, THERAPY, protocol_named

EXAMPLE = ROOT / "cohorts" / "example.yaml"
PLAIN = "cohort: small\ncandidates: 3\nper_week: 1\nlasts: P12M\n"


def faults(tmp_path: Path, text: str, protocol: str = THERAPY) -> list[str]:
    """What is said about a file, without the folder."""
    file = tmp_path / "cohort.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FaultyCohort) as told:
        read_cohort(file, protocol_named(protocol))
    return [str(each).replace(f"{tmp_path}/", "") for each in told.value.problems]


def test_the_example_is_read_and_says_where_its_figures_come_from() -> None:
    """The file that is shipped fits the protocol that is shipped, and its main figures carry a source."""
    cohort = read_cohort(EXAMPLE, protocol_named(THERAPY))
    sourced = (cohort.screening.failure, cohort.manufacture.failure, cohort.manufacture.turnaround_days)
    assert all(each is not None and each.source is not None for each in sourced)
    assert {each.chance.source is not None for each in cohort.toxicities} == {True}


def test_what_is_left_out_goes_as_the_protocol_plans_it(tmp_path: Path) -> None:
    """Four lines are a whole cohort: nobody fails, falls ill, is late, leaves or answers."""
    file = tmp_path / "cohort.yaml"
    file.write_text(PLAIN, encoding="utf-8")
    cohort = read_cohort(file, protocol_named(CYCLES))
    assert cohort.screening.failure.of == cohort.manufacture.failure.of == cohort.visits.missed.of == 0
    assert (cohort.answers, cohort.toxicities, cohort.departures) == ((), (), ())


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        (
            "screening: {failure: 1.5}",
            5,
            "screening.failure: '1.5' cannot stand here; it should be less than or equal to 1",
        ),
        ("screening: {fails: 0.1}", 5, "there is no field 'fails' here; did you mean 'failure'?"),
        ("visits:\n  missed: maybe", 6, "visits.missed"),
        ("visits:\n  late_days: {shape: normal, mean: 1}", 6, "'normal' cannot stand here"),
        (
            "visits:\n  late_days:\n    shape: uniform\n    least: 3\n    most: 1",
            6,
            "least 3 is more than most 1",
        ),
        ("manufacture: {turnaround_days: -4}", 5, "a wait of -4 would end before it begins"),
        ("toxicities:\n  - {term: Fever, scale: CTCAE, chance: 0.1}", 6, "'onset_days' is missing"),
        ("departures:\n  - {end: completed, chance: 0.1, after_days: 3}", 6, "'completed' cannot stand here"),
        ("asking_again: {every: P1D, at_most: 5000}", 5, "asking_again.at_most"),
        ("asking_again: {every: P1M}", 5, "P1M counts months, which differ in length"),
        ("asking_again: {every: P0D}", 5, "P0D leads nowhere"),
        ("candidates: 5", 5, "'candidates' is given twice, first on line 2"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, written: str, line: int, said: str) -> None:
    """Each fault names file, line, what is wrong and what would be right."""
    told = faults(tmp_path, PLAIN + written + "\n")
    assert any(each.startswith(f"cohort.yaml:{line}: ") and said in each for each in told), told


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        (
            "toxicities:\n  - {term: Rash, scale: CTCAE5, chance: 1, onset_days: 3, grade: 2, lasts_days: 2}",
            6,
            "has no scale 'CTCAE5'; did you mean CTCAE?",
        ),
        (
            "progressions:\n  - {from: infusions, chance: 0.1, after_days: 30}",
            6,
            "has no milestone or visit 'infusions'; did you mean infusion or reinfusion?",
        ),
        ("departures:\n  - {end: died, from: day0, chance: 0.1, after_days: 3}", 6, "'day0'"),
        ("decisions:\n  course: {among: {continue: 1}}", 6, "has no decision 'course'"),
        ("responses:\n  among:\n    CRh: 3", 7, "has no category of response 'CRh'; did you mean CR"),
    ],
)
def test_what_the_protocol_does_not_know_is_told(tmp_path: Path, written: str, line: int, said: str) -> None:
    """A scale, milestone, decision or category of another protocol is a fault, told with near names."""
    told = faults(tmp_path, PLAIN + written + "\n")
    assert any(each.startswith(f"cohort.yaml:{line}: ") and said in each for each in told), told


def test_a_protocol_that_grades_nothing_takes_no_toxicities(tmp_path: Path) -> None:
    """Toxicities and responses are refused for a protocol that says nothing about either."""
    text = EXAMPLE.read_text(encoding="utf-8")
    told = faults(tmp_path, text, CYCLES)
    assert any("does not say how adverse events are graded" in each for each in told)
    assert any("by which criteria response is judged" in each for each in told)


@pytest.mark.parametrize(
    ("written", "protocol", "said"),
    [
        ("manufacture: {failure: 0.1}", CYCLES, "5: manufacture: protocol DZ-CYCLES makes no product"),
        ("conduct: {lifted: 0.5}", CYCLES, "5: conduct: protocol DZ-CYCLES states no conduct"),
        ("decisions: {late_infusion: {among: {give_up: 1}}}", THERAPY, "5: decisions.late_infusion: "),
    ],
)
def test_what_would_mean_nothing_is_told(tmp_path: Path, written: str, protocol: str, said: str) -> None:
    """A figure that this protocol has no place for is a fault, and never left unread."""
    assert any(said in each for each in faults(tmp_path, PLAIN + written + "\n", protocol))


def test_screening_that_nothing_ends_cannot_fail(tmp_path: Path) -> None:
    """Where a protocol has neither that end nor a gate of criteria, nobody could fail screening."""
    text = small.broken("    criteria: true\n", "").replace(
        "  - {end: screen_failure, before: start, source: {assumption: For tests.}}", "  []"
    )
    file = tmp_path / "cohort.yaml"
    file.write_text(PLAIN + "screening: {failure: 0.2}\n", encoding="utf-8")
    with pytest.raises(FaultyCohort, match="protocol SMALL does not say when screening ends; leave it out"):
        read_cohort(file, read_protocol(small.written(tmp_path, text)))


def test_an_option_of_another_decision_is_told(tmp_path: Path) -> None:
    """The options of a decision are the protocol's."""
    told = faults(tmp_path, PLAIN + "decisions:\n  course: {among: {continue: 1, swap: 2}}\n", CYCLES)
    assert any("has no option of course 'swap'; it has continue, switch" in each for each in told), told


@pytest.mark.parametrize(("lasts", "said"), [("-P3M", "leads nowhere"), ("P90Y", "at most P360M")])
def test_a_play_lasts_some_time_and_not_for_ever(tmp_path: Path, lasts: str, said: str) -> None:
    """A play that ends before it begins, or in another century, is a fault of the file."""
    told = faults(tmp_path, PLAIN.replace("P12M", lasts))
    assert any("cohort.yaml:4: lasts: " in each and said in each for each in told), told


@pytest.mark.parametrize("text", ["", "cohort: [", "- a\n- b\n", "cohort: small\n"])
def test_what_is_no_cohort_is_told(tmp_path: Path, text: str) -> None:
    """An empty file, broken YAML, a list, a file with next to nothing in it: each has its sentence."""
    assert faults(tmp_path, text)


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    """A path that leads nowhere is not taken for an empty cohort."""
    with pytest.raises(FileNotFoundError):
        read_cohort(tmp_path / "nowhere.yaml", protocol_named(THERAPY))
