"""Playing many studies and telling what they came to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.printing import print_json, print_line, print_table
from console.cli.progressing import shown_progress
from console.cli.simulating_place import Placed
from console.cohorts.files import Row, csv_files, study_row, svg_files, write_all
from console.cohorts.page import page
from console.cohorts.report import Played, report
from console.cohorts.shapes import CohortSimulated
from console.cohorts.tables import HOLD_HEADS, MEASURE_HEADS, WEEK_HEADS, groups, hold_rows, week_rows
from replay.cohort.many import ProcessLost, StudyFailed, observe_many
from replay.cohort.observed import Observed
from replay.cohort.seeds import seeds_of
from replay.cohort.summed import Summing


@dataclass(frozen=True, slots=True)
class Files:
    """What is written beside what is printed."""

    csv: Path | None
    svg: Path | None
    html: Path | None


def simulate_studies(
    local: Local, placed: Placed, studies: int, seed: int, jobs: int | None, files: Files
) -> None:
    """Play the studies that follow from a seed, and tell them.

    Raises:
        Stopped: a study failed, or a file cannot be written.
    """
    conduct = placed.protocol.document.conduct
    summing = Summing([each.code for each in conduct.stopping_rules] if conduct is not None else [])
    rows: list[Row] = []
    for number, observed in enumerate(_observed(placed, studies, seed, jobs), start=1):
        summing.take(observed)
        if files.csv is not None:
            rows.append(study_row(number, observed))
    played = Played(placed.cohort, placed.protocol, placed.site, placed.first_day, seed)
    found = report(played, summing.sums())
    _write(found, rows, files)
    if local.as_json:
        print_json(found)
    else:
        _tell(found)


def _observed(placed: Placed, studies: int, seed: int, jobs: int | None) -> Iterator[Observed]:
    at_once = min(jobs or os.cpu_count() or 1, studies)
    try:
        with closing(observe_many(placed, list(seeds_of(seed, studies)), at_once)) as found:
            yield from shown_progress(found, studies, "studies played")
    except StudyFailed as error:
        text = f"{error}; `dayzero cohort play` with --seed {error.seed} plays it alone"
        raise Stopped(Exit.BROKEN, text) from error
    except ProcessLost as error:
        raise Stopped(Exit.BROKEN, str(error)) from error


def _write(found: CohortSimulated, rows: list[Row], files: Files) -> None:
    try:
        if files.csv is not None:
            write_all(files.csv, csv_files(found, rows))
        if files.svg is not None:
            write_all(files.svg, dict(svg_files(found)))
        if files.html is not None:
            write_all(files.html.parent, {files.html.name: page(found)})
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{error.filename}: {error.strerror or error}") from error


def _tell(found: CohortSimulated) -> None:
    studies = "study" if found.studies == 1 else "studies"
    print_line(
        f"{found.studies} simulated {studies} of {found.study} {found.protocol_version} at {found.site}, "
        f"{found.participants} participants, cohort {found.cohort}, seed {found.seed}",
        style="bold",
    )
    _table("Chance of each hold", HOLD_HEADS, hold_rows(found))
    for group, rows in groups(found):
        _table(group, MEASURE_HEADS, rows)
    apart, weeks = week_rows(found)
    every = f"every {apart} weeks; all are in --json and --csv" if apart > 1 else "every week"
    _table(f"Load by week since the first consent ({every})", WEEK_HEADS, weeks)


def _table(title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    print_line()
    print_line(title, style="bold")
    print_table(heads, rows)
