"""Looking back: the same look at a record as it was known, or as it was in truth, at another moment."""

from __future__ import annotations

from console.cli.exits import Exit, Stopped
from console.reading import StudyLook
from console.reading_at import Moments, NoSuchMoment, look_at


def looked_back(look: StudyLook, as_of: str | None, true_at: str | None) -> StudyLook:
    """The look at moments as they were typed: each a time, or a site day up to its last instant.

    Raises:
        Stopped: one is no time, lies ahead, or there was nothing by then.
    """
    try:
        return look_at(look, Moments(as_of, true_at))
    except NoSuchMoment as none:
        raise Stopped(Exit.USAGE, f"--{none.which.replace('_', '-')}: {none.text}") from none
