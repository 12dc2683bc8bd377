"""Words for the tests of safety: each states one command about EX02-001.

The rule that keeps it honest: a builder states one command and decides nothing.
"""

from __future__ import annotations

from typing import Any

from domain import commands as cmd
from domain.roles import Actor
from tests.domain.builders import COORDINATOR, INVESTIGATOR, stated

CTCAE = {"scale": "CTCAE", "version": "4.0"}


def said(kind: str, by: Actor = COORDINATOR, **stated_: Any) -> cmd.Command:
    """A command of any kind, as its JSON is read."""
    return cmd.parse_command({"kind": kind, "actor": by.model_dump(mode="json"), **stated_})


def opened(term: str = "Neutropenia", onset: str = "2026-03-10", grade: int = 3, **more: Any) -> cmd.Command:
    """An adverse event is known, and expected unless it is said otherwise."""
    judged = {"expectedness": "expected"}
    stated_: dict[str, Any] = {"term": term, "onset": onset, "grade": grade, **CTCAE, **judged, **more}
    return said("open_adverse_event", **stated_)


def graded(grade: int, on: str, ae: str = "AE1", **more: Any) -> cmd.Command:
    """An event has another grade since a day."""
    stated_: dict[str, Any] = {"ae": ae, "grade": grade, "happened": on, **CTCAE, **more}
    return said("grade_adverse_event", **stated_)


def changed(ae: str = "AE1", by: Actor = COORDINATOR, **more: Any) -> cmd.Command:
    """Something else about an event changed."""
    return said("change_adverse_event", by, **{"ae": ae, "reason": "judged anew", **more})


def closed(outcome: str, resolved: str | None = None, ae: str = "AE1") -> cmd.Command:
    """The outcome of an event is known."""
    return said("close_adverse_event", ae=ae, outcome=outcome, resolved=resolved)


def crs(grade: int, on: str, scale: str | None = "ASTCT-CRS", **seen: Any) -> cmd.Command:
    """CRS on a day, with the reason and the visit where stated."""
    more = {key: seen.pop(key) for key in ("reason", "visit", "ae") if key in seen}
    day = stated(on).isoformat()
    return said("assess_toxicity", INVESTIGATOR, grade=grade, scale=scale, happened=day, crs=seen, **more)


def icans(grade: int, on: str, **seen: Any) -> cmd.Command:
    """ICANS on a day."""
    more = {key: seen.pop(key) for key in ("reason", "visit") if key in seen}
    return said(
        "assess_toxicity", INVESTIGATOR, grade=grade, scale="ASTCT-ICANS", happened=on, icans=seen, **more
    )


def responded(category: str, on: str, **more: Any) -> cmd.Command:
    """The response on a day."""
    return said("assess_response", INVESTIGATOR, category=category, happened=on, **more)


def reported(sent: str, clock: str = "AE1.sponsor_24h", **more: Any) -> cmd.Command:
    """A report was sent at Shanghai time, or on a day."""
    return said("send_report", clock=clock, sent=stated(sent).isoformat(), reference="S-1", **more)


def informed(what: str, known: str, ae: str = "AE1") -> cmd.Command:
    """New information was received."""
    return said("receive_information", ae=ae, what=what, known=stated(known).isoformat())


def known_at(text: str) -> str:
    """A moment of first knowledge, in Shanghai time."""
    return stated(text).isoformat()
