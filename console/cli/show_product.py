"""Showing a participant's product, what would slip, and what is signed at a conditional release.

The rule that keeps it honest: nobody signs what was not shown; a preview says that nothing was saved.
"""

from __future__ import annotations

import sys
from zoneinfo import ZoneInfo

import typer

from console.cli.endings import refused
from console.cli.exits import Exit, Stopped
from console.cli.options import Asking, Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table
from console.product_sights import CustodySight, PreviewSight, ProductSight, custody_sight, preview_sight
from console.record import record_of
from console.telling import local
from domain.product.asks import current, tracked
from domain.product.releasing import shown_before_release
from domain.product.slipping import slipped, slipped_booking
from domain.protocol.expanded import Category
from domain.refusal import Refused
from domain.signed import content_of
from domain.state import State
from domain.stated import parse_stated


def show_product(said: Looking, participant: str) -> None:
    """Identity, custody, release and bookings of one participant."""
    with looking(said) as look:
        record = record_of(look, participant)
        sight = custody_sight(record)
        if said.as_json:
            print_json(sight)
        else:
            _print_custody(sight, record.state.zone)


def show_slip(said: Looking, participant: str, code: str, to: str, *, booking: bool) -> None:
    """What would move if an item, or the booking of a resource, moved to a time; nothing is saved."""
    with looking(said) as look:
        state = record_of(look, participant).state
        try:
            stated = parse_stated(to)
        except ValueError as error:
            raise Stopped(Exit.USAGE, str(error)) from error
        preview = (slipped_booking if booking else slipped)(state, code, stated, look.now)
        sight = preview_sight(participant, preview)
        if said.as_json:
            print_json(sight)
            return
        _print_slips(sight, state)


def signed_release(asking: Asking, participant: str, despite: str, *, yes: bool) -> dict[str, str]:
    """The words of a conditional release and the content they are over, once the person agreed to them.

    Raises:
        Stopped: nobody is there to agree, or they did not, or there is nothing to release so.
    """
    with looking(Looking(study=asking.study)) as look:
        state = record_of(look, participant).state
        try:
            part = tracked(state)
            product = current(state, part)
        except Refused as refusal:
            raise refused(refusal.code.value, refusal.text) from refusal
        if part.conditional is None:
            return {"meaning": "-"}
        words = {
            "meaning": part.conditional.meaning,
            "content": content_of(shown_before_release(state, part, product, despite)),
        }
        if yes:
            return words
        _print_tests(custody_sight(record_of(look, participant)).products[-1])
    if not sys.stdin.isatty():
        raise Stopped(Exit.USAGE, "nobody is at the terminal to confirm: say --yes to sign these words")
    if not typer.confirm(f"Sign as {part.conditional.by.value}: “{part.conditional.meaning}”?"):
        raise Stopped(Exit.REFUSED, "not signed")
    return words


def _print_slips(sight: PreviewSight, state: State) -> None:
    """What is planned, booked or a milestone, each on a line; the windows of visits are counted."""
    items = state.protocol.items
    visits = [
        each for each in sight.slips if each.what == "window" and items[each.code].category is Category.VISIT
    ]
    shown = [each for each in sight.slips if each not in visits]
    rows = [(each.code, each.what, each.was or "-", each.becomes or "-") for each in shown]
    print_table(("what", "", "is", "would be"), rows)
    if visits:
        print_line(f"and the windows of {len(visits)} visits; --json lists them")
    for clash in sight.clashes:
        print_line(f"clash: {clash}", style="bold red")
    print_line("a preview: nothing was saved", style="dim")


def _print_custody(sight: CustodySight, zone: ZoneInfo) -> None:
    print_line(f"{sight.participant} · {sight.number or 'no number bound'}", style="bold")
    for product in sight.products:
        _print_product(product)
    if sight.expires is not None:
        print_line(f"expires: {local(sight.expires, zone)}")
    for name, where in sight.mismatches.items():
        print_line(f"wrong identity {name}, seen at {where}: not cleared", style="bold red")
    for name, where in sight.excursions.items():
        print_line(f"temperature excursion {name}, at {where}: not judged", style="bold red")
    for resource, starts in sight.bookings.items():
        print_line(f"booked: {resource}, {starts}")


def _print_product(product: ProductSight) -> None:
    state = "failed" if product.failed else "released" if product.released else "not released"
    ahead = f"; next: {product.next_leg}" if product.next_leg and not product.failed else ""
    print_line(f"{product.product}: {state}, at {product.place}{ahead}")
    if product.deviation is not None:
        print_line(f"  released in spite of: {product.deviation}", style="yellow")
    rows = [
        (
            each.leg,
            each.happened,
            ", ".join(each.persons),
            each.temperature or "",
        )
        for each in product.hand_overs
    ]
    if rows:
        print_table(("leg", "happened", "by", "°C"), rows)
    if product.tests:
        _print_tests(product)


def _print_tests(product: ProductSight) -> None:
    rows = [
        (each.test, each.value, "within" if each.within else "outside", each.happened)
        for each in product.tests
    ]
    print_table(("release test", "value", "specification", "of"), rows)
