"""Finding what is played: the cohort, its protocol, the site, and the moment at which it starts.

The rule that keeps it honest: documents are read with every check, and nothing depends on today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from console.cli.documents import found_protocol, found_site
from console.cli.exits import Exit, Stopped
from domain.protocol.expanded import Protocol
from domain.site import Site
from domain.stated import start_of_day
from protocols.reading import read_protocol
from replay.cohort.document import Cohort
from replay.cohort.played import PlayedStudy
from replay.cohort.playing import play_study
from replay.cohort.reading import read_cohort
from settings import read_settings
from sites.reading import read_site

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""When a study can begin: calendars know the years after it too."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What is played, by any seed. It goes to other processes as it is."""

    cohort: Cohort
    protocol: Protocol
    site: Site
    first_day: date

    @property
    def starts(self) -> datetime:
        """The beginning of the first day at the site (UTC)."""
        return start_of_day(self.first_day, self.site.zone)

    def __call__(self, seed: int) -> PlayedStudy:
        """The study of a seed."""
        return play_study(self.cohort, self.protocol, self.site, seed, self.starts)


def placed(file: Path, protocol: str, site: str, starts: str) -> Placed:
    """What is meant by the names given.

    Raises:
        Stopped: a document is not there, or the day is none.
        protocols.problems.DocumentInvalid: one of the documents is faulty.
    """
    settings = read_settings()
    read = read_protocol(found_protocol(protocol, settings))
    place = read_site(found_site(site, settings))
    try:
        first_day = date.fromisoformat(starts)
    except ValueError:
        raise Stopped(Exit.USAGE, f"--starts {starts!r}: write a day such as 2026-01-05") from None
    if not FIRST_YEAR <= first_day.year <= LAST_YEAR:
        raise Stopped(Exit.USAGE, f"--starts {starts}: write a day from {FIRST_YEAR} to {LAST_YEAR}")
    try:
        cohort = read_cohort(file, read)
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{file}: {error.strerror or error}") from error
    return Placed(cohort, read, place, first_day)
