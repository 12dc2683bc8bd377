"""How long studies take: a bar for each stretch of days, with the median and nine studies of ten marked.

The rule that keeps it honest: bars are as high as there are studies; none is left out, also where none is.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.cohorts.drawing import LEFT, RIGHT, TOP, WIDTH, Picture, ticks
from console.cohorts.shapes import DurationBin, PercentilesShown

_HEIGHT, _BOTTOM, _ABOVE = 320, 56, 26
_MOST_TICKS = 6


def durations(name: str, title: str, bins: Sequence[DurationBin], spread: PercentilesShown) -> Picture:
    """The picture of the bins, with the percentiles of the same studies."""
    picture = Picture(name, title, _described(spread), _HEIGHT)
    bottom, levels = _HEIGHT - _BOTTOM, ticks(max((each.studies for each in bins), default=1))
    for level in levels:
        y = _y(level, levels, bottom)
        picture.line("grid", (LEFT, y), (WIDTH - RIGHT, y))
        picture.text(f"{level:g}", (LEFT - 8, y + 4), "soft", "end")
    if not bins:
        return picture
    begins, ends = bins[0].first, bins[-1].last + 1
    for each in bins:
        x, to_x = _x(each.first, begins, ends), _x(each.last + 1, begins, ends)
        y = _y(each.studies, levels, bottom)
        picture.box("bar", (x + 0.5, y), max(1.0, to_x - x - 1), bottom - y)
    for each in bins[:: -(-len(bins) // _MOST_TICKS)]:
        x = _x(each.first, begins, ends)
        picture.line("axis", (x, bottom), (x, bottom + 6))
        picture.text(f"{each.first}", (x, bottom + 22), "soft", "middle")
    picture.text("studies, by days from the first consent to the last record", (LEFT, bottom + 42), "soft")
    _marks(picture, spread, begins, ends, bottom)
    return picture


def _marks(picture: Picture, spread: PercentilesShown, begins: int, ends: int, bottom: float) -> None:
    for days, words in ((spread.p5, "P5"), (spread.p50, "median"), (spread.p95, "P95")):
        if days is None:
            continue
        x = _x(days + 0.5, begins, ends)
        picture.line("mark", (x, TOP + _ABOVE - 6), (x, bottom))
        anchor = "start" if x < LEFT + 60 else "end" if x > WIDTH - RIGHT - 60 else "middle"
        # The median's words stand higher, so that they never meet the others'.
        y = TOP - 2 if words == "median" else TOP + _ABOVE - 11
        picture.text(f"{words} {days:g}", (x, y), "soft", anchor)


def _x(days: float, begins: int, ends: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (days - begins) / (ends - begins)


def _y(studies: float, levels: Sequence[float], bottom: float) -> float:
    return bottom - (bottom - TOP - _ABOVE) * studies / levels[-1]


def _described(spread: PercentilesShown) -> str:
    if spread.p50 is None:
        return "No study was played."
    return (
        f"Half of the studies take at most {spread.p50:g} days, nine of ten between {spread.p5:g} and "
        f"{spread.p95:g}. The tables give every number."
    )
