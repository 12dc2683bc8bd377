"""Response: the best category that the investigator judged within the frame.

The rule that keeps it honest: whoever was treated is in the denominator; who was not assessed did not
respond, and is said not to have been assessed.
"""

from __future__ import annotations

from datetime import date

from domain.endpoints.figure import Judged, Place
from domain.endpoints.known import Known, Seen
from domain.protocol.endpoints import ResponseEndpoint
from domain.safety.book import Response
from domain.span import add_to_day
from domain.stated import day_of


def judge(known: Known, endpoint: ResponseEndpoint) -> Judged:
    """The best response of this participant from the day of treatment to the last day of the frame."""
    start = known.first(endpoint.among)
    if start is None:
        return Judged(known.participant, Place.LEFT_OUT, f"no {endpoint.among}")
    last_day = add_to_day(start.day, endpoint.until)
    responses = known.state.safety.responses
    within = [each for each in responses if start.day <= _day(known, each) <= last_day]
    counted = [each for each in within if each.category in endpoint.categories]
    if counted:
        best = min(counted, key=lambda each: (endpoint.categories.index(each.category), _day(known, each)))
        return _counted(known, start, best)
    why = f"{_none(known, within, last_day)}; treated on {start.day}"
    seqs = tuple(sorted({start.seq, *(each.seq for each in responses)}))
    return Judged(known.participant, Place.NOT_COUNTED, why, seqs, value=_best_of(within))


def _counted(known: Known, start: Seen, best: Response) -> Judged:
    why = f"{best.category.value} on {_day(known, best)}; treated on {start.day}"
    if best.advised and best.advised != (best.category,):
        advised = " or ".join(each.value for each in best.advised)
        why += f"; the criteria read {advised}: the investigator's call decides"
    category = best.category.value
    seqs = tuple(sorted({start.seq, best.seq}))
    return Judged(known.participant, Place.COUNTED, why, seqs, value=category, marks=(category,))


def _none(known: Known, within: list[Response], last_day: date) -> str:
    if within:
        found = ", ".join(f"{each.category.value} on {_day(known, each)}" for each in within)
        return f"no response that counts: {found}"
    later = [each for each in known.state.safety.responses if _day(known, each) > last_day]
    if later:
        found = ", ".join(f"{each.category.value} on {_day(known, each)}" for each in later)
        return f"not assessed within the frame, which ended on {last_day}: {found} came after it"
    return f"no response was assessed (the frame ends on {last_day})"


def _best_of(within: list[Response]) -> str | None:
    return within[-1].category.value if within else None


def _day(known: Known, response: Response) -> date:
    return day_of(response.happened, known.state.zone)
