"""The report in rows: what tables in the terminal, on the page and in CSV show.

The rule that keeps it honest: one row for each figure of the report, in its order; figures are only written
shorter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from console.cohorts.drawing_chances import figures
from console.cohorts.shapes import CohortSimulated, MeasureShown, PercentilesShown

PERCENT_HEADS = ("P5", "P25", "median", "P75", "P95")
MEASURE_HEADS = ("measure", "unit", "mean", *PERCENT_HEADS, "of")
HOLD_HEADS = ("hold", "studies", "chance, 95 % interval")
WEEK_HEADS = (
    "week",
    *(f"overdue {each}" for each in PERCENT_HEADS),
    *("open median", "open P95", "raised median", "raised P95"),
)
_MOST_WEEKS = 27


def groups(found: CohortSimulated) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Measures as rows of `MEASURE_HEADS`, under the name of their group."""
    for group, measures in groupby(found.measures, key=lambda each: each.group):
        yield group, [_measure(each) for each in measures]


def hold_rows(found: CohortSimulated) -> list[tuple[str, ...]]:
    """Holds as rows of `HOLD_HEADS`."""
    return [(each.label, str(each.studies), figures(each)) for each in found.holds]


def week_rows(found: CohortSimulated) -> tuple[int, list[tuple[str, ...]]]:
    """(weeks from one row to the next, rows of `WEEK_HEADS`) up to the last week in which anything waits."""
    busy = [each.week for each in found.weeks if each.open.p95]
    shown = found.weeks[: max(busy, default=0)]
    apart = max(1, -(-len(shown) // _MOST_WEEKS))
    return apart, [
        (str(each.week), *_percentiles(each.overdue), *_short(each.open), *_short(each.raised))
        for each in shown[::apart]
    ]


def figure(value: float | None) -> str:
    """A figure as short as it can be without misleading."""
    if value is None:
        return ""
    if value == int(value):
        return f"{int(value)}"
    digits = 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:.{digits}f}"


def _measure(each: MeasureShown) -> tuple[str, ...]:
    of = f"{each.of} {each.each if each.of == 1 else _PLURALS.get(each.each, each.each)}"
    return (each.label, each.unit, figure(each.mean), *_percentiles(each.percentiles), of)


_PLURALS = {"study": "studies", "participant": "participants", "hold": "holds"}


def _percentiles(each: PercentilesShown) -> Sequence[str]:
    return [figure(value) for value in (each.p5, each.p25, each.p50, each.p75, each.p95)]


def _short(each: PercentilesShown) -> Sequence[str]:
    return [figure(each.p50), figure(each.p95)]
