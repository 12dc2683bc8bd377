"""Pages as of a moment, and as it was in truth, beside the live ones: how many times as long.

The rule that keeps it honest: the same console is asked in turn for the same page, and nothing of a moment is
shown that was not folded from the record; what the console remembers between pages it remembers here too.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from bench.consoles import Asked
from bench.figures import Row, alternated, seconds

TIMES = 5
"""How often a page is asked for in a turn; its median counts."""

_WAYS = {"as_of": "as it was known", "true_at": "as it was in truth"}


def past_rows(console: Asked, study: str, code: str, rounds: int, people: int) -> list[Row]:
    """Today, the study and one participant (`code`) at a moment with all on record, beside live pages."""
    pages = {"Today": "", "Study": "/overview", "one participant": f"/participant/{code}"}
    then = f"{console.house.now:%Y-%m-%dT%H:%M:%S.%fZ}"
    return [
        _row(
            console,
            f"{page} of {people} participants {way}",
            f"/study/{study}{path}",
            f"{name}={then}",
            rounds,
        )
        for page, path in pages.items()
        for name, way in _WAYS.items()
    ]


def _row(console: Asked, what: str, path: str, moment: str, rounds: int) -> Row:
    taken = alternated(rounds, {"then": _taken(console, f"{path}?{moment}"), "live": _taken(console, path)})
    return Row("", f"{what}, beside the live page", "ms", tuple(taken["then"]), tuple(taken["live"]))


def _taken(console: Asked, path: str) -> Callable[[], float]:
    console.get(path)
    return lambda: median(seconds(lambda: console.get(path)) for _ in range(TIMES)) * 1000
