"""The report says of the studies what was observed of each."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest

from console.cohorts.files import csv_files, study_row, svg_files, write_all
from console.cohorts.labels import group_of, hold_label, label_of, place_of
from console.cohorts.shapes import CohortSimulated, MeasureShown, PercentilesShown
from console.cohorts.tables import MEASURE_HEADS, WEEK_HEADS, figure, groups, hold_rows, week_rows
from replay.cohort.measures import Measure, Unit, measured
from replay.cohort.observed import Observed
from replay.cohort.summed import Summing, Sums
from tests.replay.cohort.trials import CYCLES, THERAPY, protocol_named


def measure(found: CohortSimulated, code: str) -> MeasureShown:
    """The measure of that code."""
    return next(each for each in found.measures if each.measure == code)


def test_percentiles_are_those_of_the_studies(found: CohortSimulated, observed: list[Observed]) -> None:
    """Of nine studies the median is the fifth in order, and P5 and P95 the first and the last."""
    days = sorted(each.days for each in observed)
    shown = measure(found, "duration")
    assert (shown.of, shown.each, shown.unit) == (9, "study", "days")
    assert shown.percentiles == PercentilesShown(days[0], days[2], days[4], days[6], days[8])
    assert shown.mean == pytest.approx(sum(days) / 9, abs=1e-4)


def test_what_a_study_has_none_of_is_zero(found: CohortSimulated) -> None:
    """Two studies of three have no refusal of that kind: their zeros count, so that P50 is zero."""
    shown = measure(found, "refused.study-on-hold")
    assert (shown.of, shown.percentiles.p50, shown.percentiles.p95) == (9, 0, 1)
    assert shown.mean == pytest.approx(1 / 3, abs=1e-4)


def test_how_long_a_hold_lasted_is_of_the_holds_that_came(found: CohortSimulated) -> None:
    """A study without a hold has no length of one: nothing is counted for it, not a zero."""
    assert measure(found, "hold_lasted.related_death").of == 3
    assert measure(found, "hold_came.related_death").percentiles.p5 == 66


def test_stretches_are_of_participants(found: CohortSimulated) -> None:
    """Vein to vein is counted for each participant who was infused, over all studies."""
    shown = measure(found, "span.vein_to_vein")
    assert (shown.each, shown.of, shown.percentiles.p50) == ("participant", 6, 45)


def test_each_hold_has_its_chance(found: CohortSimulated) -> None:
    """Any hold and every stopping rule of the protocol, also those that never came."""
    chances = {each.hold: (each.studies, each.share) for each in found.holds}
    assert chances == {
        "any": (3, 0.3333),
        "related_death": (3, 0.3333),
        "lasting_grade_4": (0, 0.0),
        "two_dlt": (0, 0.0),
    }
    assert all(each.low <= each.share <= each.high for each in found.holds)


def test_a_week_after_a_study_counts_as_quiet(found: CohortSimulated, observed: list[Observed]) -> None:
    """The longest study gives the number of weeks; shorter ones have nothing overdue in the later ones."""
    assert len(found.weeks) == max(len(each.weeks.overdue) for each in observed)
    for number, week in enumerate(found.weeks):
        counts = sorted(dict(enumerate(each.weeks.overdue)).get(number, 0) for each in observed)
        assert (week.overdue.p5, week.overdue.p50, week.overdue.p95) == (counts[0], counts[4], counts[8])


def test_durations_are_in_bins_without_gaps(found: CohortSimulated) -> None:
    """Every study is in one bin, and each bin begins where the one before it ends."""
    assert sum(each.studies for each in found.durations) == found.studies == 9
    assert all(one.last + 1 == other.first for one, other in pairwise(found.durations))


def test_every_measure_has_words(observed: list[Observed]) -> None:
    """Whatever is measured has a label, a group and a place; none is told by its code alone."""
    protocol = protocol_named(THERAPY)
    for measure_, _ in (pair for each in observed for pair in measured(each)):
        assert "{" not in label_of(measure_, protocol)
        assert group_of(measure_)
        assert place_of(measure_, protocol)[0] >= 0


def test_words_are_those_of_any_protocol() -> None:
    """A protocol without a product names what it counts from; a hold that it does not know keeps its code."""
    protocol = protocol_named(CYCLES)
    span = Measure("span", "consent_to_infusion", Unit.DAYS)
    assert " to " in label_of(span, protocol)
    assert hold_label("something_else", protocol) == "something_else"
    assert hold_label("by_hand", protocol) == "A hold by hand"


def test_without_a_study_there_is_no_sum() -> None:
    """Nothing played: an error, not a report of zeros."""
    with pytest.raises(ValueError, match="no study"):
        Summing([]).sums()


def test_the_order_of_studies_does_not_matter(observed: list[Observed], sums: Sums) -> None:
    """Counted in from the last to the first, everything is the same."""
    turned = Summing(["two_dlt", "related_death", "lasting_grade_4"])
    for each in reversed(observed):
        turned.take(each)
    again = turned.sums()
    assert again.holds == sums.holds
    shown = {measure_: spread.percentiles() for measure_, spread in again.measures.items()}
    assert shown == {measure_: spread.percentiles() for measure_, spread in sums.measures.items()}


def test_tables_hold_every_measure(found: CohortSimulated) -> None:
    """Each measure has its row in one group, each row as many cells as there are heads."""
    rows = [row for _, rows in groups(found) for row in rows]
    assert len(rows) == len(found.measures)
    assert {len(row) for row in rows} == {len(MEASURE_HEADS)}
    names = [name for name, _ in groups(found)]
    assert len(names) == len(set(names))
    assert len(hold_rows(found)) == 4


def test_a_long_study_is_told_in_few_rows(found: CohortSimulated) -> None:
    """Weeks are told at equal steps, few enough to be read; the last busy week ends them."""
    apart, rows = week_rows(found)
    assert apart == 1
    assert {len(row) for row in rows} == {len(WEEK_HEADS)}
    assert rows[-1][0] == str(max(each.week for each in found.weeks if each.open.p95))


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (12.0, "12"), (12.34, "12.3"), (1.234, "1.23"), (0.0123, "0.012")]
)
def test_a_figure_is_as_short_as_can_be(value: float | None, text: str) -> None:
    """Whole numbers are whole; small shares keep the digits that count."""
    assert figure(value) == text


def test_csv_holds_the_same_figures(found: CohortSimulated, observed: list[Observed], tmp_path: Path) -> None:
    """Every table is written, one row for each measure, hold, week and study, as programs read it."""
    rows = [study_row(number, each) for number, each in enumerate(observed, start=1)]
    write_all(tmp_path / "tables", csv_files(found, rows))
    read = {
        path.stem: list(csv.DictReader(StringIO(path.read_bytes().decode(), newline="")))
        for path in (tmp_path / "tables").iterdir()
    }
    assert {name: len(rows) for name, rows in read.items()} == {
        "measures": len(found.measures),
        "holds": len(found.holds),
        "weeks": len(found.weeks),
        "studies": 9,
    }
    assert read["studies"][0]["seed"] == "0"
    assert read["studies"][0]["holds"] == "related_death@66"
    assert float(read["measures"][0]["p50"]) == found.measures[0].percentiles.p50


def test_pictures_are_written_by_name(found: CohortSimulated) -> None:
    """Five pictures, each a file of its own."""
    assert [name for name, _ in svg_files(found)] == [
        "duration.svg",
        "holds.svg",
        "overdue.svg",
        "open.svg",
        "raised.svg",
    ]
