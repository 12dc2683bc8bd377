"""Simulated studies a second, on one core and on all, and one study of a thousand participants.

The rule that keeps it honest: whole studies through the desk's hearing, observed as the command line observes
them; the large study's floor folds the very events it led to.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bench.figures import Row, processor_seconds, seconds
from domain.evolve import ParticipantEvent, fold
from domain.protocol.expanded import Protocol, expand
from domain.recorded import Recorded
from domain.site import Site
from domain.state import Rules, initial
from domain.study import fold_study
from protocols.reading import read_protocol
from replay.cohort.document import Cohort
from replay.cohort.many import observe_many
from replay.cohort.observed import observe
from replay.cohort.played import PlayedStudy
from replay.cohort.playing import play_study
from replay.cohort.reading import read_cohort
from replay.cohort.seeds import seeds_of
from settings import ROOT
from sites.reading import read_site

_STARTS = datetime(2026, 1, 4, 16, tzinfo=UTC)
_PER_WEEK = 20
"""Candidates of the large study: all have come within a year."""


@dataclass(frozen=True, slots=True)
class _Studies:
    """What is played, by any seed."""

    cohort: Cohort
    protocol: Protocol
    site: Site

    def __call__(self, seed: int) -> PlayedStudy:
        return play_study(self.cohort, self.protocol, self.site, seed, _STARTS)


def measure(rounds: int, studies: int, participants: int) -> list[Row]:
    """Studies a second, and what a large study costs."""
    protocol = read_protocol(ROOT / "protocols" / "NCT06642025.yaml")
    cohort = read_cohort(ROOT / "cohorts" / "example.yaml", protocol)
    site = read_site(ROOT / "sites" / "hefei.yaml")
    return [
        *_many(_Studies(cohort, protocol, site), rounds, studies),
        *_large(cohort, protocol, site, participants),
    ]


def _many(play: _Studies, rounds: int, studies: int) -> list[Row]:
    cores = os.cpu_count() or 1
    alone, together = list[float](), list[float]()
    for number in range(rounds):
        seeds = list(seeds_of(number, studies))
        alone.append(studies / processor_seconds(partial(_observe, play, seeds, 1)))
        together.append(studies / seconds(partial(_observe, play, seeds, cores)))
    what = f"simulated studies of the example cohort ({play.cohort.candidates} candidates, three years)"
    return [
        Row("", f"{what}, observed, on one core", "/s", tuple(alone)),
        Row("", f"{what}, observed, in {cores} processes, their start included", "/s", tuple(together)),
    ]


def _observe(play: _Studies, seeds: Sequence[int], jobs: int) -> None:
    for _ in observe_many(play, seeds, jobs):
        pass


def _large(cohort: Cohort, protocol: Protocol, site: Site, participants: int) -> list[Row]:
    """A study without the limits of a first one in human: no cap, no spacing, no stopping rules."""
    later = expand(protocol.document.model_copy(update={"cap": None, "conduct": None}))
    large = cohort.model_copy(update={"candidates": participants, "per_week": _PER_WEEK})
    played = list[PlayedStudy]()
    took = processor_seconds(lambda: played.append(_Studies(large, later, site)(1)))
    observing = processor_seconds(lambda: observe(played[0]))
    commands = observe(played[0]).commands
    folded = processor_seconds(lambda: _fold(played[0].events, Rules(later, site)))
    of = f"a simulated study of {participants:,} participants over three years"
    count = f"{commands:,} commands, {len(played[0].events):,} events"
    return [
        Row("", f"{of} ({count})", "s", (took,)),
        Row("", "the same, per command, beside the bare fold of its events", "µs",
            (took * 1e6 / commands,), (folded * 1e6 / commands,)),
        Row("", "observing what happened in it", "s", (observing,)),
    ]  # fmt: skip


def _fold(events: Sequence[Recorded], rules: Rules) -> None:
    streams: dict[str, list[Recorded]] = {}
    for each in events:
        streams.setdefault(each.stream, []).append(each)
    for stream, record in streams.items():
        if stream.startswith("study/"):
            fold_study(each.event for each in record)
        else:
            fold(initial(rules), [each.event for each in record if isinstance(each.event, ParticipantEvent)])
