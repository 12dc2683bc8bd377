"""Small studies to play: a protocol with a site, and cohorts written in a line or two."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from domain.protocol.expanded import Protocol
from domain.site import Site
from protocols.reading import read_protocol
from replay.cohort.document import Cohort
from replay.cohort.played import PlayedStudy
from replay.cohort.playing import play_study
from sites.reading import read_site

ROOT = Path(__file__).resolve().parents[3]
THERAPY, CYCLES = "NCT06642025", "DZ-CYCLES"
STARTS = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


@cache
def protocol_named(name: str) -> Protocol:
    return read_protocol(ROOT / "protocols" / f"{name}.yaml")


@cache
def site() -> Site:
    return read_site(ROOT / "sites" / "hefei.yaml")


def cohort(**said: Any) -> Cohort:
    """A cohort of punctual people to whom nothing happens, except as `said`."""
    plain = {"cohort": "small", "candidates": 2, "per_week": 1, "arrivals": "regular", "lasts": "P9M"}
    return Cohort.model_validate({**plain, **said})


def played(name: str = THERAPY, seed: int = 1, **said: Any) -> PlayedStudy:
    """A small study of that protocol."""
    return play_study(cohort(**said), protocol_named(name), site(), seed, STARTS)


def kinds(study: PlayedStudy, subject: str | None = None) -> list[str]:
    """The kinds of the commands that were taken, of everybody or of one."""
    return [
        each.body["kind"] for each in study.steps if each.refused is None and subject in (None, each.subject)
    ]


def types(study: PlayedStudy) -> set[str]:
    return {each.event.TYPE for each in study.events}
