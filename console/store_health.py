"""How the store is: reachable, at this release's schema, durable, with sites whose people can be told.

The rule that keeps it honest: it only reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from activities.rulebook import Rulebook
from console.health import Finding, bad, ok, warn
from domain.site import Site
from store import Reading, Store, StoreError
from store.rebuild import rebuild_is_due

CLOCK_TOLERANCE = timedelta(seconds=5)
# Each November's release of the holiday table carries the next year.
_NEXT_YEAR_IS_KNOWN_BY = 12


def examine_store(store: Store, now: datetime, channels: Collection[str]) -> Iterator[Finding]:
    """Everything about the store; `channels`: the names this deployment can send on."""
    try:
        state = store.schema()
    except StoreError as error:
        yield bad("store", str(error), unreachable=True)
        return
    yield ok("store", f"{store.dialect} at {store.url}")
    if state.current is None:
        yield bad("schema", "the database is empty: run `dayzero migrate`", unreachable=True)
        return
    if not state.up_to_date:
        yield bad("schema", f"at {state.current}, this release needs {state.head}: run `dayzero migrate`")
        return
    yield ok("schema", state.head)
    problems = store.check()
    yield (
        bad("durability", "; ".join(problems))
        if problems
        else ok("durability", "sound, append-only guards in force")
    )
    with store.reading() as reading:
        if store.dialect == "postgresql":  # SQLite has no clock but this machine's
            yield compared_with_database(reading.clock(), now)
        yield from _examine_record(reading, now, channels)


def compared_with_database(clock: datetime, now: datetime) -> Finding:
    """The database's clock and this machine's."""
    apart = clock - now
    if abs(apart) > CLOCK_TOLERANCE:
        seconds = round(apart.total_seconds())
        return bad("clock and database", f"the database's clock is {seconds:+} s from this machine's")
    return ok("clock and database", "together")


def _examine_record(reading: Reading, now: datetime, channels: Collection[str]) -> Iterator[Finding]:
    if rebuild_is_due(reading):
        yield bad("read models", "they are an older release's: run `dayzero migrate`, which makes them anew")
    studies = reading.studies()
    people = reading.participants()
    running = sum(1 for each in people if each.next_due is not None)
    counted = f"{reading.position()} events; {len(people)} participants, {running} with a deadline ahead"
    yield (
        ok("record", f"{', '.join(studies)}: {counted}")
        if studies
        else warn("record", "nothing is published yet")
    )
    yield _newest(reading, now)
    rulebook = Rulebook()
    for study in studies:
        for code in sorted({each.site for each in rulebook.study(reading, study).sites}):
            yield from _examine_site(rulebook.site_in_force(reading, study, code), study, now, channels)


def _newest(reading: Reading, now: datetime) -> Finding:
    newest = reading.since(reading.position() - 1, 1) if reading.position() else []
    if not newest:
        return ok("clock and record", "nothing is recorded yet")
    recorded = newest[0][1].stamp.recorded_at
    if recorded > now + CLOCK_TOLERANCE:
        return bad(
            "clock and record",
            f"the newest record is of {recorded:%Y-%m-%d %H:%M:%SZ}, this machine's clock says "
            f"{now:%Y-%m-%d %H:%M:%SZ}: one of the clocks is wrong",
        )
    return ok("clock and record", f"newest record {recorded:%Y-%m-%d %H:%M:%SZ}")


def _examine_site(site: Site, study: str, now: datetime, channels: Collection[str]) -> Iterator[Finding]:
    part = f"site {study}/{site.id}"
    yield _holidays(part, site, now.astimezone(site.zone))
    unknown = sorted({each for contact in site.contacts for each in contact.channels} - set(channels))
    if unknown:
        yield bad(
            part, f"its contacts are told on {', '.join(unknown)}, which no channel of this deployment is"
        )


def _holidays(part: str, site: Site, local: datetime) -> Finding:
    known = site.holidays_known_until
    if known is None:
        return warn(part, "no holiday table: notices go out on public holidays")
    if known < local.year:
        return bad(part, f"holidays are known until {known} only: publish a new version of the site")
    if known == local.year and local.month >= _NEXT_YEAR_IS_KNOWN_BY:
        return warn(part, f"holidays are known until {known}: publish a new version before the year ends")
    return ok(part, f"{site.zone_name}, holidays known until {known}")
