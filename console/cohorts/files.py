"""The report as files: CSV for tables of figures, SVG for pictures.

The rule that keeps it honest: a file is written whole or not at all, and equal reports give equal bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, fields
from io import StringIO
from pathlib import Path

from console.cohorts.pictures import pictures
from console.cohorts.shapes import CohortSimulated, HoldChance, PercentilesShown
from replay.cohort.observed import Observed

_PERCENTS = tuple(each.name for each in fields(PercentilesShown))
_SERIES = ("overdue", "open", "raised")
_STUDY_HEADS = (
    *("study", "seed", "first_consent", "days", "consented", "infused", "unended", "most_overdue"),
    *("alerts", "at_the_top", "messages", "deviations", "refused", "given_up", "holds"),
)
Row = Sequence[object]


def study_row(number: int, each: Observed) -> Row:
    """One study, numbered from 1, in the columns of `studies.csv`; its seed plays it alone."""
    return (
        *(number, each.seed, each.first.isoformat(), each.days, len(each.lives), each.infused, each.unended),
        *(max(each.weeks.overdue), sum(each.weeks.raised), each.at_the_top),
        *(sum(each.told.by_rung.values()), sum(each.deviations.values()), sum(each.refused.values())),
        *(sum(each.given_up.values()), " ".join(f"{hold.rule}@{hold.day}" for hold in each.holds)),
    )


def csv_files(found: CohortSimulated, studies: Iterable[Row]) -> Mapping[str, str]:
    """Each table as CSV, by the name of its file."""
    return {
        "measures.csv": _csv(
            ("measure", "label", "unit", "each", "of", "mean", *_PERCENTS),
            (
                (
                    each.measure,
                    each.label,
                    each.unit,
                    each.each,
                    each.of,
                    each.mean,
                    *astuple(each.percentiles),
                )
                for each in found.measures
            ),
        ),
        "holds.csv": _csv(
            [each.name for each in fields(HoldChance)], [astuple(each) for each in found.holds]
        ),
        "weeks.csv": _csv(
            ("week", *(f"{series}_{each}" for series in _SERIES for each in _PERCENTS)),
            (
                (each.week, *astuple(each.overdue), *astuple(each.open), *astuple(each.raised))
                for each in found.weeks
            ),
        ),
        "studies.csv": _csv(_STUDY_HEADS, studies),
    }


def svg_files(found: CohortSimulated) -> Iterator[tuple[str, str]]:
    """Each picture as SVG, by the name of its file."""
    said = f"{found.study} {found.protocol_version} · {found.studies} simulated studies · seed {found.seed}"
    for each in pictures(found):
        yield f"{each.name}.svg", each.alone(said)


def write_all(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files into a folder, which is made when it is not there.

    Raises:
        OSError: it cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        partly = folder / f".{name}.partly"
        partly.write_text(text, encoding="utf-8", newline="")
        partly.replace(folder / name)


def _csv(heads: Sequence[str], rows: Iterable[Row]) -> str:
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return written.getvalue()
