"""Showing a protocol or a site as it was read and checked."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from console.cli.documents import found_protocol, found_site
from console.cli.endings import refused
from console.cli.options import Local
from console.cli.printing import print_json, print_line, print_table
from domain.protocol.document import Ladder, Window
from domain.protocol.expanded import Item, Protocol
from domain.protocol.sources import Source
from domain.site import Site
from protocols.reading import protocol_body, read_protocol
from settings import read_settings
from sites.reading import misfits, read_site, site_body


def show_protocol(local: Local, name: str, language: str) -> None:
    """Show a protocol; JSON is the document's canonical body with its hash."""
    protocol = read_protocol(found_protocol(name, read_settings()))
    if local.as_json:
        print_json({"hash": protocol.hash, "document": protocol_body(protocol)})
        return
    title = protocol.document.title.in_language(language)
    print_line(f"{protocol.id} {protocol.version}: {title}", style="bold")
    print_line(f"hash {protocol.hash}")
    print_line(f"stages: {' → '.join(protocol.stages)}")
    print_line()
    print_table(
        ("item", "", "window", "source"), (_item_row(each, language) for each in protocol.items.values())
    )
    print_line()
    for line in (*_gates(protocol, language), *map(_ladder, protocol.ladders.values())):
        print_line(line)


def show_site(local: Local, name: str, runs: str | None, language: str) -> None:
    """Show a site; JSON is its canonical body with its hash.

    Raises:
        Stopped: it cannot run the protocol that was asked about.
    """
    settings = read_settings()
    site = read_site(found_site(name, settings))
    protocol = read_protocol(found_protocol(runs, settings)) if runs else None
    problems = [str(each) for each in misfits(site, protocol)] if protocol else []
    if local.as_json:
        print_json({"hash": site.hash, "document": site_body(site), "misfits": problems})
    else:
        _print_site(site, language)
    if problems:
        raise refused("site-misfit", "; ".join(problems))


def _item_row(item: Item, language: str) -> tuple[str | Text, ...]:
    source = item.window.source if item.window else item.source
    label = item.labels.in_language(language) + (" (optional)" if item.optional else "")
    return item.code, label, _window(item.window) if item.window else "", _source(source)


def _window(window: Window) -> str:
    text = f"{window.anchor} + {window.target}"
    if not (window.early.is_zero and window.late.is_zero):
        text += f" (-{window.early}, +{window.late})"
    if window.hard_stop is not None:
        text += f", hard stop {window.hard_stop}"
    return text


def _source(source: Source) -> Text:
    words = "team assumption" if source.is_assumption else source.kind.value
    return Text(words, style="yellow" if source.is_assumption else "")


def _gates(protocol: Protocol, language: str) -> Iterator[str]:
    for gate in protocol.gates.values():
        asks = [need.code for need in gate.needs]
        asks += [f"all {len(protocol.criteria)} criteria"] if gate.criteria else []
        yield (
            f"gate {gate.code} before {gate.before} ({gate.labels.in_language(language)}), "
            f"signed by the {gate.signed_by.value}: {', '.join(asks)}"
        )


def _ladder(ladder: Ladder) -> str:
    rungs = " → ".join(f"{rung.tell.value} after {rung.after}" for rung in ladder.rungs)
    lasts = ladder.acknowledgement_lasts
    return f"ladder {ladder.code}: {rungs}, then every {ladder.repeat_every}; an answer lasts {lasts}"


def _print_site(site: Site, language: str) -> None:
    print_line(f"{site.id} {site.version}: {site.labels.in_language(language)}", style="bold")
    print_line(f"hash {site.hash}")
    hours = f"{', '.join(site.working.days)} {site.working.from_:%H:%M} to {site.working.to:%H:%M}"
    print_line(f"zone {site.zone_name}; working {hours}")
    if site.quiet is not None:
        print_line(f"quiet from {site.quiet.from_:%H:%M} to {site.quiet.to:%H:%M}")
    known = f", known until {site.holidays_known_until}" if site.holidays_known_until else ""
    print_line(f"{len(site.holidays)} holidays, {len(site.working_days)} make-up workdays{known}")
    rows = [(each.id, each.role.value, ", ".join(each.channels)) for each in site.contacts]
    print_table(("contact", "role", "channels"), rows)
