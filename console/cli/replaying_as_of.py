"""Looking back: the same look at the study, at a record that ends at a moment of the past."""

from __future__ import annotations

from console.cli.exits import Exit, Stopped
from console.reading import StudyLook
from console.reading_at import NoSuchMoment, look_at


def looked_back(look: StudyLook, text: str) -> StudyLook:
    """The look as of a moment as it was typed: a time, or a site day up to its last instant.

    Raises:
        Stopped: it is no time, it lies ahead, or nothing was recorded by then.
    """
    try:
        return look_at(look, text)
    except NoSuchMoment as none:
        raise Stopped(Exit.USAGE, f"--as-of: {none.text}") from none
