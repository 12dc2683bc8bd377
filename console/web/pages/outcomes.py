"""Endpoints: each figure with its exact interval, its curve, and everybody behind a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.endpoints.report import UnknownEndpoint
from console.endpoints.sights import EndpointReport, FigureSight, PlaceSight, RowSight
from console.endpoints.statistics import scipy_is_here
from console.exports.endpoints import report_of
from console.reading import StudyLook
from console.web.drawing_survival import Survival, survival
from domain.endpoints import Place
from domain.refusal import Refused


@dataclass(frozen=True, slots=True)
class Figure:
    """One endpoint. `among`: the label of what brings a participant into it. `size`: of its denominator.

    `ended`, `censored`: of survival, the participants with an event and without.
    """

    sight: FigureSight
    among: str
    size: int
    left_out: int
    unknown: int
    drawing: Survival | None
    ended: int
    censored: int


@dataclass(frozen=True, slots=True)
class Behind:
    """The participants behind one number: all of a figure, or those counted in one of its rows."""

    figure: Figure
    row: RowSight | None
    places: tuple[PlaceSight, ...]


@dataclass(frozen=True, slots=True)
class OutcomesPage:
    """`report` None: nothing can be counted, `why` says it in English. `counted_only`: SciPy is absent."""

    report: EndpointReport | None
    why: str
    counted_only: bool
    figures: tuple[Figure, ...]
    behind: Behind | None


def outcomes_page(look: StudyLook, of: str = "", row: str = "") -> OutcomesPage:
    """Every endpoint; `of` one of them, everybody behind it, or behind its `row`.

    Raises:
        UnknownEndpoint: there is no endpoint `of`, or it has no such row.
    """
    here = scipy_is_here()
    try:
        found = report_of(look)
    except (UnknownEndpoint, Refused) as nothing:
        return OutcomesPage(None, str(nothing), not here, (), None)
    figures = tuple(_figures(look, found))
    behind = _behind(figures, of, row) if of else None
    return OutcomesPage(found, "", not here, figures, behind)


def one_figure(look: StudyLook, code: str) -> Figure:
    """One endpoint.

    Raises:
        UnknownEndpoint: there is none of that code.
        Refused: nothing was published yet.
    """
    return _chosen(tuple(_figures(look, report_of(look))), code)


def _figures(look: StudyLook, found: EndpointReport) -> Iterator[Figure]:
    protocol = look.rulebook.protocol(look.reading, found.protocol_hash)
    for each in found.figures:
        places = [place.place for place in each.participants]
        watched = [place for place in each.participants if place.days is not None]
        ended = sum(place.place == Place.COUNTED for place in watched)
        left_out = places.count(Place.LEFT_OUT)
        yield Figure(
            sight=each,
            among=look.item_label(protocol, each.among),
            size=len(places) - left_out,
            left_out=left_out,
            unknown=places.count(Place.UNKNOWN),
            drawing=survival(each.curve) if each.curve is not None else None,
            ended=ended,
            censored=len(watched) - ended,
        )


def _chosen(figures: tuple[Figure, ...], code: str) -> Figure:
    for each in figures:
        if each.sight.code.casefold() == code.casefold():
            return each
    raise UnknownEndpoint(f"there is no endpoint {code!r}")


def _behind(figures: tuple[Figure, ...], of: str, row: str) -> Behind:
    figure = _chosen(figures, of)
    if not row:
        return Behind(figure, None, tuple(figure.sight.participants))
    for each in figure.sight.rows:
        if each.row == row:
            counted = frozenset(each.participants)
            places = (place for place in figure.sight.participants if place.participant in counted)
            return Behind(figure, each, tuple(places))
    raise UnknownEndpoint(f"{of} has no row {row!r}")
