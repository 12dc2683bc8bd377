"""Showing endpoints: each figure in a few lines, or one with everybody behind it."""

from __future__ import annotations

from console.cli.endings import refused
from console.cli.exits import Exit, Stopped
from console.cli.options import LookingBack
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table
from console.endpoints.report import UnknownEndpoint, counted, report
from console.endpoints.sights import CurveSight, EndpointReport, FigureSight, PlaceSight
from console.endpoints.statistics import StatisticsMissing
from console.endpoints.words import HEADINGS, PLACES, SURVIVAL_PLACES
from console.reading import StudyLook
from console.words import Language, phrase, said
from domain.endpoints import Place


def show_endpoints(said_: LookingBack, why: str | None, *, counts_only: bool) -> None:
    """Compute and show every endpoint, or the one that `why` names with everybody behind it."""
    with looking(said_) as look:
        found = computed(look, why, counts_only=counts_only)
        if said_.as_json:
            print_json(found)
            return
        _print_head(found, look.language)
        for figure in found.figures:
            _print_figure(figure, look.language)
            if why is not None:
                _print_everybody(figure, look.language)


def computed(look: StudyLook, only: str | None, *, counts_only: bool) -> EndpointReport:
    """The report of every endpoint, or of one.

    Raises:
        Stopped: there is no such endpoint, or SciPy is missing.
    """
    try:
        return report(counted(look), look.language, (only,) if only else (), counts_only=counts_only)
    except UnknownEndpoint as unknown:
        raise refused("unknown-endpoint", str(unknown), study=look.study) from unknown
    except StatisticsMissing as missing:
        raise Stopped(Exit.USAGE, str(missing)) from missing


def _print_head(found: EndpointReport, language: Language) -> None:
    simulated = f", {phrase('simulated', language)}" if found.simulated else ""
    moments = f"{said(HEADINGS, 'as of', language)} {found.as_of:%Y-%m-%dT%H:%M:%SZ}"
    if found.true_at is not None:
        moments += f", {said(HEADINGS, 'true at', language)} {found.true_at:%Y-%m-%dT%H:%M:%SZ}"
    print_line(f"{found.study} {found.protocol_version}, {moments}{simulated}", style="bold")


def _print_figure(figure: FigureSight, language: Language) -> None:
    among = f"{said(HEADINGS, 'among', language)} {figure.among}"
    print_line(f"\n{figure.code}: {figure.label} ({among})", style="bold")
    if figure.rows:
        names = ("row", "count", "share", "interval", "unknown")
        rows = [
            (
                each.row,
                f"{each.numerator} / {each.denominator}",
                _percent(each.share) if each.share is not None else said(HEADINGS, "nobody", language),
                _interval(each.low, each.high),
                str(each.unknown) if each.unknown else "",
            )
            for each in figure.rows
        ]
        print_table([said(HEADINGS, name, language) for name in names], rows)
    if figure.curve is not None:
        _print_curve(figure.curve, language)
    elif not figure.rows:
        watched = [each for each in figure.participants if each.days is not None]
        ended = sum(each.place == Place.COUNTED for each in watched)
        print_line(_counts(ended, len(watched) - ended, language))


def _print_curve(curve: CurveSight, language: Language) -> None:
    def words(code: str) -> str:
        return said(HEADINGS, code, language)

    def day(value: int | None) -> str:
        return words("not reached") if value is None else f"{value} {words('days')}"

    counts = _counts(curve.events, curve.censored, language)
    if not curve.steps:
        print_line(f"{counts}: {words('nobody')}")
        return
    spread = f"{words('interval')} {day(curve.median_low)} – {day(curve.median_high)}"
    print_line(f"{counts}; {words('median')} {day(curve.median)} ({spread})")
    rows = [
        (each.after, str(each.at_risk), _percent(each.survival), _interval(each.low, each.high))
        for each in curve.marks
    ]
    print_table([words(name) for name in ("after", "at risk", "survival", "interval")], rows)


def _counts(ended: int, censored: int, language: Language) -> str:
    return f"{said(HEADINGS, 'events', language)} {ended}, {said(HEADINGS, 'censored', language)} {censored}"


def _print_everybody(figure: FigureSight, language: Language) -> None:
    places = SURVIVAL_PLACES if figure.counts == "survival" else PLACES
    names = ("participant", "place", "value", "why", "records")
    rows = [
        (
            each.participant,
            said(places, each.place, language),
            each.value if each.days is None else f"{each.days} {said(HEADINGS, 'days', language)}",
            each.why,
            _records(each),
        )
        for each in figure.participants
    ]
    print_line()
    headings = [said(HEADINGS, name, language) for name in names]
    print_table(headings, [tuple(cell or "" for cell in row) for row in rows])
    print_line(f"\n{figure.source_kind}: {figure.source}", style="dim")


def _records(place: PlaceSight) -> str:
    return "\n".join(f"#{each.seq} {each.says}" for each in place.events)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"


def _interval(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{low * 100:.1f} – {high * 100:.1f} %"
