"""Looking back: the same look at the study, at a record that ends at a moment of the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.cli.exits import Exit, Stopped
from console.cli.show_endpoints import moment
from console.reading import StudyLook
from domain.recorded import study_stream
from domain.stated import is_day, parse_stated
from replay.as_of import AsOf


def looked_back(look: StudyLook, text: str) -> StudyLook:
    """The look as of a moment as it was typed: a time, or a site day up to its last instant.

    Raises:
        Stopped: it is no time, it lies ahead, or nothing was recorded by then.
    """
    at = moment(look, text)
    if at < look.now and is_day(parse_stated(text)):
        # The end of a day is the first instant of the next, and what happens at midnight is of the next.
        at -= timedelta(microseconds=1)
    as_of = AsOf(look.reading, at)
    if not as_of.events(study_stream(look.study)):
        raise Stopped(Exit.USAGE, f"--as-of: nothing was recorded of {look.study} by {text}")
    return replace(look, reading=as_of, now=at)
