"""Pages of the console with few participants and with many: their time, their bytes, their queries.

The rule that keeps it honest: both studies hold the same lives in the same proportion, both consoles are
served in one process and asked in turn, and bytes are counted as they travel.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx

from bench.consoles import Asked, asked
from bench.crowd import crowded
from bench.figures import Of, Row, alternated, at_most, seconds
from bench.lives import Told
from bench.looking_back import past_rows

FEW = 9
TIMES = 7
"""How often a page is asked for in a turn; its median counts."""

_SOMEBODY = "EX02-0001"
_FILE = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_KB = 1000


def measure(told: Told, folder: Path, rounds: int, participants: int) -> list[Row]:
    """Today and the study, beside the same with nine participants; and pages of the past beside live ones."""
    now, rows = datetime.now(UTC), list[Row]()
    with ExitStack() as open_:
        consoles: dict[str, Asked] = {}
        for name, count in (("few", FEW), ("many", participants)):
            store = open_.enter_context(closing(crowded(told, folder, count, now)))
            consoles[name] = open_.enter_context(asked(store))
        for page, path in (("Today", ""), ("Study", "/overview")):
            rows += _rows(consoles, page, f"/study/{told.study}{path}", rounds, participants)
        rows += past_rows(consoles["few"], told.study, _SOMEBODY, rounds, FEW)
    return rows


def _rows(consoles: dict[str, Asked], page: str, path: str, rounds: int, participants: int) -> list[Row]:
    what = f"{page} with {participants:,} participants, beside {FEW}"
    taken = {name: _taken(each, path) for name, each in consoles.items()}
    times = alternated(rounds, taken)
    bytes_ = {name: (_kilobytes(each, path),) for name, each in consoles.items()}
    queries = {name: (float(each.queries(path)),) for name, each in consoles.items()}
    promised = (at_most(100, Of.OURS),) if page == "Today" else ()
    return [
        Row("", f"{what}: from asking to the last byte", "ms",
            tuple(times["many"]), tuple(times["few"]), (at_most(3),)),
        Row("", f"{what}: all that travels", "kB", bytes_["many"], bytes_["few"], promised),
        Row("", f"{what}: queries", "queries", queries["many"], queries["few"], (at_most(1),)),
    ]  # fmt: skip


def _taken(console: Asked, path: str) -> Callable[[], float]:
    console.get(path)
    return lambda: median(seconds(lambda: console.get(path)) for _ in range(TIMES)) * 1000


def _kilobytes(console: Asked, path: str) -> float:
    page = console.get(path)
    files = sorted(set(_FILE.findall(page.text)))
    return sum(_travelled(each) for each in (page, *map(console.get, files))) / _KB


def _travelled(answer: httpx.Response) -> int:
    return answer.num_bytes_downloaded
