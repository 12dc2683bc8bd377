"""What may be chosen of a participant's product and bookings, and of their safety.

The rule that keeps it honest: an identity is never offered: it is stated as it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from console.web.forms.bench import Bench
from console.web.forms.choice import Choice
from domain.product.custody import next_leg
from domain.safety.book import AdverseEvent
from domain.safety.terms import ClockState, ReportState


def legs(bench: Bench) -> Iterator[Choice]:
    """The legs of the route, the next one first."""
    part, state = bench.protocol.document.product, bench.state
    if part is None or state is None:
        return
    newest = state.holding.newest
    wanted = next_leg(part, newest) if newest is not None else None
    for each in sorted(part.route, key=lambda leg: leg is not wanted):
        yield Choice(each.code, bench.label(each.labels))


def specifications(bench: Bench) -> Iterator[Choice]:
    """The release tests."""
    part = bench.protocol.document.product
    for each in part.specification if part is not None else ():
        yield Choice(each.code, bench.label(each.labels))


def mismatches(bench: Bench) -> Iterator[Choice]:
    """The wrong identities that nobody cleared."""
    for each in bench.state.holding.mismatches if bench.state is not None else ():
        yield Choice(each.mismatch, f"{each.mismatch} · {_leg(bench, each.leg)}")


def excursions(bench: Bench) -> Iterator[Choice]:
    """The temperature excursions that nobody assessed."""
    for each in bench.state.holding.excursions if bench.state is not None else ():
        yield Choice(each.excursion, f"{each.excursion} · {each.product} · {_leg(bench, each.leg)}")


def resources(bench: Bench) -> Iterator[Choice]:
    """What can be booked."""
    return (Choice(each.code, bench.label(each.labels)) for each in bench.protocol.document.resources or ())


def unbooked(bench: Bench) -> Iterator[Choice]:
    """What can be booked and is not."""
    booked = bench.state.holding.bookings if bench.state is not None else {}
    return (each for each in resources(bench) if each.value not in booked)


def booked(bench: Bench) -> Iterator[Choice]:
    """What is booked."""
    held = bench.state.holding.bookings if bench.state is not None else {}
    for each in resources(bench):
        if each.value in held:
            yield Choice(each.value, f"{each.words} · {held[each.value].starts.isoformat()}")


def adverse_events(which: Callable[[AdverseEvent], bool]) -> Callable[[Bench], Iterator[Choice]]:
    """The adverse events that are not voided, of which something holds."""

    def offered(bench: Bench) -> Iterator[Choice]:
        for each in bench.state.safety.standing_events if bench.state is not None else ():
            if which(each):
                yield Choice(each.ae, f"{each.ae} · {each.term}")

    return offered


def assessments(bench: Bench) -> Iterator[Choice]:
    """The assessments that count."""
    if bench.state is None:
        return
    safety = bench.state.safety
    for each in safety.toxicities:
        what = f"{each.toxicity.value.upper()} {each.grade}"
        yield Choice(each.assessment, f"{each.assessment} · {what} · {each.happened.isoformat()}")
    for one in safety.responses:
        yield Choice(one.assessment, f"{one.assessment} · {one.category.value} · {one.happened.isoformat()}")


def clocks(bench: Bench) -> Iterator[Choice]:
    """The reports that are owed."""
    for each in bench.state.safety.clocks.values() if bench.state is not None else ():
        if each.state is ClockState.RUNNING:
            label = bench.look.item_label(bench.protocol, each.clock)
            yield Choice(each.clock, f"{each.clock} · {label}")


def reports(bench: Bench) -> Iterator[Choice]:
    """The reports that stand."""
    for each in bench.state.safety.reports.values() if bench.state is not None else ():
        if each.state is ReportState.SENT:
            yield Choice(each.report, f"{each.report} · {each.reference}")


def scales(bench: Bench) -> Iterator[Choice]:
    """The scales that grades are given by."""
    rules = bench.protocol.document.adverse_events
    known = {each.code: each for each in (rules.scales if rules is not None else ())}
    return (Choice(each.code, bench.label(each.labels)) for each in known.values())


def scale_versions(bench: Bench) -> Iterator[Choice]:
    """The versions of the scales."""
    rules = bench.protocol.document.adverse_events
    for each in rules.scales if rules is not None else ():
        yield Choice(each.version, each.version, under=bench.label(each.labels))


def _leg(bench: Bench, code: str) -> str:
    part = bench.protocol.document.product
    known = {each.code: each.labels for each in (part.route if part is not None else ())}
    return bench.label(known[code]) if code in known else code
