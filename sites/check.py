"""What a site must fulfil beyond the shape of its fields, alone and together with a protocol.

The rule that keeps it honest: a site without problems can always answer who is told next, and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from importlib import resources

from domain.protocol.expanded import Protocol
from domain.protocol.problem import Path, Problem
from domain.roles import Role
from domain.site import LadderPace, Rota, Site
from domain.span import Span


def site_problems(site: Site) -> list[Problem]:
    """Everything that is wrong with the site by itself; empty when it is right."""
    return [*_zone(site), *_hours(site), *_days(site), *_contacts(site), *_rotas(site), *_paces(site)]


def missing_roles(site: Site, protocol: Protocol) -> list[Role]:
    """The roles that the protocol's ladders tell and the site has nobody of, in the order of the ladders."""
    present = {contact.role for contact in site.contacts}
    told = (rung.tell for ladder in protocol.ladders.values() for rung in ladder.rungs)
    return [role for role in dict.fromkeys(told) if role not in present]


def misfits(site: Site, protocol: Protocol) -> list[Problem]:
    """Why the site cannot run the protocol: roles that nobody has, paces for another number of rungs."""
    return [*_lacking(site, protocol), *_wrong_paces(site, protocol)]


def _zone(site: Site) -> Iterator[Problem]:
    name = site.zone_name
    if name in _zones_of_places():
        return
    by_folded = {each.casefold(): each for each in _zones_of_places()}
    near = get_close_matches(name.casefold(), by_folded, n=1)
    hint = (
        f"did you mean {by_folded[near[0]]}?"
        if near
        else "write the IANA name of a place, such as Asia/Shanghai"
    )
    yield Problem(("zone",), f"there is no time zone {name!r} of a place", hint)


@cache
def _zones_of_places() -> frozenset[str]:
    # The pinned package's own list: a machine's files may ignore case or know other names.
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(name for name in names if "/" in name and not name.startswith("Etc/"))


def _hours(site: Site) -> Iterator[Problem]:
    working, quiet = site.working, site.quiet
    if working.from_ >= working.to:
        text = f"working time from {working.from_:%H:%M} to {working.to:%H:%M} is empty"
        yield Problem(("working",), text, "from must come before to, on the same day")
    if quiet is not None and quiet.from_ == quiet.to:
        yield Problem(("quiet",), "quiet hours begin when they end", "write two times, or leave quiet out")
    elif quiet is not None and _covers(site):
        text = "the quiet hours cover all of the working hours, so nobody could ever be told"
        yield Problem(("quiet",), text, "leave some working time free")


def _covers(site: Site) -> bool:
    working, quiet = site.working, site.quiet
    if quiet is None:
        return False
    if quiet.from_ < quiet.to:
        return quiet.from_ <= working.from_ and working.to <= quiet.to
    return working.from_ >= quiet.from_ or working.to <= quiet.to


def _days(site: Site) -> Iterator[Problem]:
    for day in sorted(set(site.holidays) & set(site.working_days)):
        yield Problem(("holidays",), f"{day} is a holiday and a make-up working day", "keep one of the two")


def _contacts(site: Site) -> Iterator[Problem]:
    ids = [contact.id for contact in site.contacts]
    for index, contact in enumerate(site.contacts):
        if contact.id in ids[:index]:
            yield Problem(
                ("contacts", index, "id"), f"{contact.id!r} is listed twice", "give each its own id"
            )
        if contact.role is Role.SYSTEM:
            yield Problem(
                ("contacts", index, "role"), "the machine cannot be told", "name a role people have"
            )
        if len(set(contact.channels)) < len(contact.channels):
            text = f"{contact.id} has a channel twice"
            yield Problem(("contacts", index, "channels"), text, "list each channel once")


def _rotas(site: Site) -> Iterator[Problem]:
    seen: set[Role] = set()
    for index, rota in enumerate(site.rota):
        path: Path = ("rota", index)
        if rota.role in seen:
            yield Problem((*path, "role"), f"{rota.role.value} has a rota already", "join the two")
        seen.add(rota.role)
        yield from _rota_contacts(site, rota, path)
        for position, override in enumerate(rota.overrides):
            if override.first > override.last:
                text = f"the override ends on {override.last}, before it begins on {override.first}"
                yield Problem((*path, "overrides", position), text, "swap first and last")


def _rota_contacts(site: Site, rota: Rota, path: Path) -> Iterator[Problem]:
    roles = {contact.id: contact.role for contact in site.contacts}
    named = [((*path, "duty", index, "contact"), each.contact) for index, each in enumerate(rota.duty)]
    named += [
        ((*path, "overrides", index, "contact"), each.contact) for index, each in enumerate(rota.overrides)
    ]
    for place, contact in named:
        if contact not in roles:
            yield Problem(place, f"there is no contact {contact!r}", f"known are {', '.join(roles)}")
        elif roles[contact] is not rota.role:
            text = f"{contact} is {roles[contact].value} and cannot be on duty as {rota.role.value}"
            yield Problem(place, text, f"name a contact whose role is {rota.role.value}")


def _paces(site: Site) -> Iterator[Problem]:
    ladders = [pace.ladder for pace in site.paces]
    for index, pace in enumerate(site.paces):
        if pace.ladder in ladders[:index]:
            text = f"the ladder {pace.ladder!r} has a pace already"
            yield Problem(("paces", index, "ladder"), text, "write one pace for each ladder")
        yield from _pace_spans(pace, ("paces", index))


def _pace_spans(pace: LadderPace, path: Path) -> Iterator[Problem]:
    spans: Iterable[tuple[Path, Span | None, bool]] = (
        *(((*path, "after", position), after, True) for position, after in enumerate(pace.after)),
        ((*path, "repeat_every"), pace.repeat_every, False),
        ((*path, "acknowledgement_lasts"), pace.acknowledgement_lasts, False),
    )
    for place, span, may_be_zero in spans:
        if span is None:
            continue
        if span.months:
            yield Problem(
                place, f"{span} counts months, which have no fixed length", "write days, such as P30D"
            )
        elif min(span.days, span.seconds) < 0 or (span.is_zero and not may_be_zero):
            yield Problem(place, f"{span} is no delay", "write a duration such as P1D or PT20S")


def _lacking(site: Site, protocol: Protocol) -> Iterator[Problem]:
    for role in missing_roles(site, protocol):
        text = f"the ladders of {protocol.id} tell the {role.value}, and the site has nobody of that role"
        yield Problem(("contacts",), text, f"add a contact with role: {role.value}")


def _wrong_paces(site: Site, protocol: Protocol) -> Iterator[Problem]:
    for index, pace in enumerate(site.paces):
        ladder = protocol.ladders.get(pace.ladder)
        if ladder is not None and len(ladder.rungs) != len(pace.after):
            rungs = f"{len(ladder.rungs)} rungs, not {len(pace.after)}"
            text = f"the ladder {pace.ladder} of {protocol.id} has {rungs}"
            yield Problem(("paces", index, "after"), text, "write one delay for each rung")
