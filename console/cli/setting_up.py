"""Setting up a store: migrations, published documents; and what this release is."""

from __future__ import annotations

import importlib.metadata
import platform
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from activities.publishing import publish
from console.cli.documents import found_protocol, found_site
from console.cli.endings import refused
from console.cli.options import Local
from console.cli.place import opened_store, store_url
from console.cli.printing import print_json, print_line
from console.cli.shapes import Migrated, Published
from console.read_models import bring_up, told_rebuilt
from console.up import provenance_of
from domain.protocol.expanded import Protocol
from domain.roles import Actor, Role
from domain.site import Site
from protocols.reading import read_protocol
from settings import ROOT, read_settings
from sites.reading import misfits, read_site
from store import open_store


def migrate_store(local: Local) -> None:
    """Make the store if it is not there, and bring its schema to this release."""
    settings = read_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(store_url(settings))
    try:
        before = store.schema().current
        made = bring_up(store)
        now = store.schema().current
        place = store.url
    finally:
        store.close()
    if local.as_json:
        print_json(Migrated(place, before, now, made.participants if made else 0))
        return
    print_line(f"{place}: schema {now}" + (" already" if before == now else f", was {before or 'empty'}"))
    if made is not None:
        print_line(told_rebuilt(made))


def publish_documents(local: Local, protocol: str, sites: list[str], actor: str | None) -> None:
    """Publish what is new of a protocol version and sites.

    Raises:
        Stopped: a document is not found, or a site cannot run the protocol.
    """
    settings = read_settings()
    read = read_protocol(found_protocol(protocol, settings))
    places = [read_site(found_site(each, settings)) for each in sites]
    _refuse_misfits(read, places)
    who = Actor(id=actor or settings.speaker, role=Role.ENGINEER, method="cli")
    with opened_store(settings) as store, store.writing() as tx:
        events = publish(tx, read, places, who, datetime.now(UTC), provenance_of(settings))
    if local.as_json:
        hashes = {place.id: place.hash for place in places}
        print_json(Published(read.id, read.version, read.hash, hashes, [event.TYPE for event in events]))
        return
    news = ", ".join(event.TYPE.removeprefix("study.").replace("_", " ") for event in events)
    print_line(f"{read.id} {read.version} ({read.hash[:12]}): {news or 'published already, nothing changed'}")


def show_version(local: Local) -> None:
    """The release and the parts that decide what it does."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = {
        name: importlib.metadata.version(name) for name in ("temporalio", "sqlalchemy", "tzdata", "holidays")
    }
    settings = read_settings()
    said = {
        "dayzero": project["version"],
        "build": settings.build_id,
        "python": platform.python_version(),
        **parts,
        "checkout": str(Path(ROOT)),
    }
    if local.as_json:
        print_json(said)
    else:
        print_line(" · ".join(f"{name} {value}" for name, value in said.items()))


def _refuse_misfits(protocol: Protocol, sites: list[Site]) -> None:
    for site in sites:
        found = misfits(site, protocol)
        if found:
            text = "; ".join(map(str, found))
            raise refused("site-misfit", f"{site.id} cannot run {protocol.id}: {text}")
