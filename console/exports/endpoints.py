"""Endpoints as files: rows, everybody's place and curves as CSV, and the whole figures as JSON lines.

The rule that keeps it honest: the cells are those of the documented JSON shape, and every row says as of when
it was counted and whether its participant is simulated.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any

import orjson

from console.endpoints.sights import EndpointReport, PlaceSight, RowSight, StepSight
from console.exports.tables import cell


def endpoint_files(report: EndpointReport) -> Iterator[tuple[str, str]]:
    """Each file: its name and its text (CSV by RFC 4180, UTF-8, header first)."""
    figures = report.figures
    rows = ((each.code, report.simulated, row) for each in figures for row in each.rows)
    yield "endpoints.csv", _table(report, RowSight, rows)
    places = ((each.code, row.simulated, row) for each in figures for row in each.participants)
    yield "endpoint-participants.csv", _table(report, PlaceSight, places)
    steps = (
        (each.code, report.simulated, row)
        for each in figures
        for row in (each.curve.steps if each.curve is not None else ())
    )
    yield "endpoint-curves.csv", _table(report, StepSight, steps)
    yield "endpoints.jsonl", _lines(report)


def _table(report: EndpointReport, shape: type[Any], rows: Iterable[tuple[str, bool, Any]]) -> str:
    names = [field.name for field in fields(shape) if field.name != "simulated"]
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["simulated", "as_of", "endpoint", *names])
    for code, simulated, row in rows:
        values = (getattr(row, name) for name in names)
        write.writerow([cell(simulated), cell(report.as_of), cell(code), *map(_cell, values)])
    return out.getvalue()


def _cell(value: object) -> str:
    match value:
        case list() | tuple():
            return cell("; ".join(map(_named, value)))
        case float():
            return repr(value)
        case _:
            return cell(value)


def _named(value: Any) -> str:
    return value if isinstance(value, str) else f"{value.stream}#{value.seq}"


def _lines(report: EndpointReport) -> str:
    head = {name: value for name, value in _shallow(report) if name != "figures"}
    lines = (orjson.dumps({**head, **asdict(figure)}, option=orjson.OPT_UTC_Z) for figure in report.figures)
    return "".join(f"{line.decode()}\n" for line in lines)


def _shallow(report: EndpointReport) -> Sequence[tuple[str, Any]]:
    return [(field.name, getattr(report, field.name)) for field in fields(report)]
