"""The chance of each hold: a bar with its interval, and the figures in words beside it.

The rule that keeps it honest: every hold has the same scale, from never to always; a hold that never came has
its interval too.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.cohorts.drawing import RIGHT, WIDTH, Picture
from console.cohorts.shapes import HoldChance

_ROW, _BAR, _SIDE, _ABOVE, _BOTTOM = 52, 16, 16, 4, 44
_FIGURES = 150
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def chances(name: str, title: str, holds: Sequence[HoldChance]) -> Picture:
    """The picture, a row for each hold."""
    height = _ABOVE + _ROW * len(holds) + _BOTTOM
    picture = Picture(name, title, _described(holds), height)
    bottom = height - _BOTTOM + 4
    for share in _SHARES:
        picture.line("axis", (_x(share), bottom - 6), (_x(share), bottom))
        picture.text(f"{share * 100:g} %", (_x(share), bottom + 16), "soft", _anchor(share))
    picture.text("of all studies; the line is the 95 % interval", (_SIDE, bottom + 34), "soft")
    for number, each in enumerate(holds):
        _row(picture, each, _ABOVE + _ROW * number)
    return picture


def figures(each: HoldChance) -> str:
    """The chance and its interval in per cent."""
    return f"{each.share * 100:.1f} % ({each.low * 100:.1f}–{each.high * 100:.1f})"


def _row(picture: Picture, each: HoldChance, top: float) -> None:
    picture.text(each.label, (_SIDE, top + 18))
    y = top + 26
    for share in _SHARES:
        picture.line("grid", (_x(share), y - 3), (_x(share), y + _BAR + 3))
    picture.box("bar", (_SIDE, y), max(1.0, _x(each.share) - _SIDE), _BAR)
    middle = y + _BAR / 2
    picture.line("whisker", (_x(each.low), middle), (_x(each.high), middle))
    for share in (each.low, each.high):
        picture.line("whisker", (_x(share), middle - 5), (_x(share), middle + 5))
    picture.text(figures(each), (WIDTH - RIGHT, y + 13), "", "end")


def _x(share: float) -> float:
    return _SIDE + (WIDTH - _SIDE - RIGHT - _FIGURES) * share


def _anchor(share: float) -> str:
    return "start" if share == 0 else "middle"


def _described(holds: Sequence[HoldChance]) -> str:
    said = "; ".join(f"{each.label}: {figures(each)}" for each in holds)
    return f"{said}. In brackets: the 95 % interval."
