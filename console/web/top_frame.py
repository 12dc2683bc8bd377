"""The frame of a page that is of no study: it leads back to the study where there is one only.

The rule that keeps it honest: times on such a page are UTC unless the one study's site says otherwise.
"""

from __future__ import annotations

from console.web.rendering import Frame
from console.web.visiting import Visitor

UTC_ZONE = "UTC"


def topped(visitor: Visitor) -> Frame:
    """What stands around the page."""
    with visitor.console.parts.store.reading() as reading:
        studies = tuple(reading.studies())
    if len(studies) == 1:
        with visitor.looking(studies[0]) as look:
            frame = visitor.framed(look, live=False)
        return frame if frame.zones else frame.but(zones=(UTC_ZONE,))
    now = visitor.console.parts.now()
    return visitor.frame.but(studies=studies, zones=(UTC_ZONE,), now=now)
