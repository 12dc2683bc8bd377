"""Endpoints as lists: rows, everybody's place and curves, and the whole figures as JSON lines.

The rule that keeps it honest: the cells are those of the documented JSON shape, and every row says as of when
it was counted and whether its participant is simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any

from console.endpoints.report import counted, report
from console.endpoints.sights import EndpointReport, PlaceSight, RowSight, StepSight
from console.endpoints.statistics import scipy_is_here
from console.exports.listing import Form, Row, Rows, as_lines, as_table, as_text, columns_of, row_of
from console.reading import StudyLook
from store import Wanted

_LEADING = ("simulated", "as_of", "true_at", "endpoint")
_Found = Callable[[EndpointReport], Iterator[tuple[str, bool, Any]]]


def endpoint_files(found: EndpointReport) -> Iterator[tuple[str, str]]:
    """Each file: its name and its text (CSV by RFC 4180, UTF-8, header first)."""
    for name, shape, parts in _LISTS:
        columns = columns_of(shape, *_LEADING)
        yield f"{name}.{Form.CSV}", as_text(as_table(columns, _rows(found, columns, parts)))
    yield f"endpoints.{Form.JSONL}", as_text(as_lines(_figures(found)))


def endpoint_lists() -> Iterator[tuple[str, tuple[str, ...], Rows, Rows | None]]:
    """Name, columns, rows and lines of each list.

    Their rows raise `UnknownEndpoint` and `Refused` as `console.endpoints.report.counted` does.
    """
    for name, shape, parts in _LISTS:
        columns = columns_of(shape, *_LEADING)
        yield name, columns, _of_look(columns, parts), _figures_of_look if shape is RowSight else None


def report_of(look: StudyLook) -> EndpointReport:
    """Every endpoint as the look knows it; only counted where SciPy is not installed.

    Raises:
        Refused: no protocol was published yet.
        UnknownEndpoint: the protocol names no endpoints.
    """
    return report(counted(look), look.language, counts_only=not scipy_is_here())


def _rows_of(found: EndpointReport) -> Iterator[tuple[str, bool, Any]]:
    return ((each.code, found.simulated, row) for each in found.figures for row in each.rows)


def _places_of(found: EndpointReport) -> Iterator[tuple[str, bool, Any]]:
    return ((each.code, place.simulated, place) for each in found.figures for place in each.participants)


def _steps_of(found: EndpointReport) -> Iterator[tuple[str, bool, Any]]:
    curves = ((each.code, each.curve) for each in found.figures if each.curve is not None)
    return ((code, found.simulated, step) for code, curve in curves for step in curve.steps)


_LISTS: tuple[tuple[str, type[Any], _Found], ...] = (
    ("endpoints", RowSight, _rows_of),
    ("endpoint-participants", PlaceSight, _places_of),
    ("endpoint-curves", StepSight, _steps_of),
)


def _rows(found: EndpointReport, columns: tuple[str, ...], parts: _Found) -> Iterator[Row]:
    for code, simulated, each in parts(found):
        leading = {"as_of": found.as_of, "true_at": found.true_at, "endpoint": code}
        yield row_of(columns, each, simulated=simulated, **leading)


def _of_look(columns: tuple[str, ...], parts: _Found) -> Rows:
    def rows(look: StudyLook, wanted: Wanted) -> Iterable[Row]:
        found = _rows(report_of(look), columns, parts)
        return (row for row in found if wanted.subject in (None, row.get("participant", wanted.subject)))

    return rows


def _figures_of_look(look: StudyLook, _: Wanted) -> Iterable[Row]:
    return _figures(report_of(look))


def _figures(found: EndpointReport) -> Iterator[Row]:
    head = {each.name: getattr(found, each.name) for each in fields(found) if each.name != "figures"}
    return ({**head, **asdict(figure)} for figure in found.figures)
