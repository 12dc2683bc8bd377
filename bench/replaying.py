"""The record decided again beside a bare fold of it, and a page as of a moment beside the live one.

The rule that keeps it honest: the replay is the whole one, through the desk's hearing and with documents
loaded, and the fold beside it is the desk's too: participants' events, decoded before, into their states,
nothing shown and nothing decided; a look back opens its record anew each time, as a page does.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from activities.hearing import Provenance
from activities.rulebook import Rulebook
from bench.decade import decade
from bench.figures import Of, Row, alternated, at_most, processor_seconds
from bench.lives import TOLD, Told, codes
from bench.stores import open_trial, populate, sqlite_url
from console.folding import folded
from console.reading import StudyLook
from domain.recorded import Recorded
from replay.archive import read_archive
from replay.as_of import AsOf
from replay.history import Asked, History
from replay.paper import Paper
from replay.rules import replay_rules
from settings import ROOT
from store import Reading

_RECORD = ROOT / "tests" / "replay" / "record.jsonl"
_NOBODY = Provenance(software="bench", zone_table="bench")


def measure(told: Told, folder: Path, rounds: int, recorded: int, nine: int, years: int) -> list[Row]:
    """Row P9 as the command line does it, a whole study of `nine` in so many years, and looking back."""
    looks = _looks(told, folder, rounds, recorded)
    return [*_rules(rounds), *_decade(decade(folder, nine, years), rounds, nine, years), *looks]


def _decade(history: History, rounds: int, nine: int, years: int) -> list[Row]:
    events = replay_rules(history, _NOBODY).events
    streams, rulebook, reading = _streams(history), Rulebook(), _at_the_end(history)
    taken = alternated(
        rounds,
        {
            "again": lambda: processor_seconds(lambda: replay_rules(history, _NOBODY)),
            "fold": lambda: processor_seconds(lambda: [folded(reading, rulebook, each) for each in streams]),
        },
    )
    who = f"{years} years of a study of {nine} ({len(history.entries)} entries, {events} events)"
    again, fold = tuple(taken["again"]), tuple(taken["fold"])
    return [
        Row("", f"rule replay of {who}, beside a fold of it", "s", again, fold, (at_most(1, Of.OURS),)),
        Row(
            "",
            f"rule replay of {years} years of a study: events",
            "/s",
            tuple(events / each for each in again),
        ),
    ]


def _rules(rounds: int) -> list[Row]:
    history = read_archive(_RECORD)
    streams = _streams(history)
    events = sum(len(each) for each in streams)
    rulebook, reading = Rulebook(), _at_the_end(history)
    taken = alternated(
        rounds,
        {
            "again": lambda: processor_seconds(lambda: replay_rules(history, _NOBODY)),
            "fold": lambda: processor_seconds(lambda: [folded(reading, rulebook, each) for each in streams]),
        },
    )
    what = f"rule replay of the stored record ({events} events) through the desk's hearing"
    return [
        Row("P9", f"{what}, per event, beside a fold of the same streams", "µs",
            tuple(each * 1e6 / events for each in taken["again"]),
            tuple(each * 1e6 / events for each in taken["fold"]), (at_most(2),)),
        Row("", f"{what}, events", "/s", tuple(events / each for each in taken["again"])),
    ]  # fmt: skip


def _streams(history: History) -> list[list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for entry in history.entries:
        for each in entry.events if isinstance(entry, Asked) else ():
            if each.stream.startswith("participant/"):
                found.setdefault(each.stream, []).append(each)
    return list(found.values())


def _at_the_end(history: History) -> Reading:
    paper = Paper(history.documents)
    for entry in history.entries:
        paper.keep(entry.events if isinstance(entry, Asked) else [entry.event])
    return paper


def _looks(told: Told, folder: Path, rounds: int, participants: int) -> list[Row]:
    now = datetime.now(UTC)
    with closing(open_trial(sqlite_url(folder, "looks"), told, now - timedelta(days=900))) as store:
        populate(store, told, TOLD, codes("LOOK", participants), now)
        with store.reading() as reading:
            taken = alternated(
                rounds,
                {
                    "back": lambda: processor_seconds(lambda: _page(told, AsOf(reading, now), now)),
                    "live": lambda: processor_seconds(lambda: _page(told, reading, now)),
                },
            )
    what = f"the list of {participants} participants as of a moment, beside the live one"
    return [Row("", what, "s", tuple(taken["back"]), tuple(taken["live"]))]


def _page(told: Told, reading: Reading, now: datetime) -> None:
    StudyLook(reading, Rulebook(), told.study, now).participants()
