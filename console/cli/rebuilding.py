"""Making a lost record anew from what the timelines remember, and saying exactly what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from console.cli.documents import found_protocol, found_site
from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import opened_store
from console.cli.printing import print_json, print_line
from console.cli.progress import Tell, progress
from console.cli.shapes import RecoveryDone
from console.connecting import connect
from console.histories import take_histories
from console.read_models import remade
from console.recovering import Read, remembered_in
from console.up import provenance_of
from domain.roles import Actor, Role
from protocols.reading import read_protocol
from replay.recovery import Documents, Missing, Recovered, lacking, recover, spoken_of
from settings import Settings, read_settings
from sites.reading import read_site
from store import Store


def rebuild_from_temporal(
    local: Local, protocols: Sequence[str], sites: Sequence[str], keep: Path | None, *, dry_run: bool
) -> None:
    """Hear again what the store lacks, then make all read models anew; harmless when repeated.

    Raises:
        Stopped: something is missing; each of it is named.
    """
    settings = read_settings()
    documents = Documents(
        tuple(read_protocol(found_protocol(each, settings)) for each in protocols),
        tuple(read_site(found_site(each, settings)) for each in sites),
    )
    folder: AbstractContextManager[str | Path] = nullcontext(keep) if keep else TemporaryDirectory()
    with folder as place:
        read = asyncio.run(_read(settings, Path(place), quiet=local.as_json))
    with opened_store(settings) as store:
        if dry_run:
            if not local.as_json:
                _name_documents(read)
            _tell(local, len(read.remembered), lacking(store, read.remembered), (), read.unreadable, dry=True)
            return
        with progress("commands heard again", quiet=local.as_json) as tell:
            found = _recovered(store, settings, read, documents, tell)
        remade(store)
    _tell(local, len(read.remembered), found.heard, found.missing, read.unreadable, dry=False)


async def _read(settings: Settings, folder: Path, *, quiet: bool) -> Read:
    client = await connect(settings)
    with progress("histories taken", quiet=quiet) as tell:
        taken = await take_histories(client, folder, lambda done: tell(done, None))
    with progress("histories read", quiet=quiet) as tell:
        return await remembered_in(taken.files, client.data_converter, settings.encryption_keys(), tell)


def _recovered(store: Store, settings: Settings, read: Read, documents: Documents, tell: Tell) -> Recovered:
    publisher = Actor(id=settings.speaker, role=Role(settings.role))
    return recover(store, read.remembered, documents, publisher, provenance_of(settings), tell)


def _name_documents(read: Read) -> None:
    protocols, sites = spoken_of(read.remembered)
    print_line(f"protocols they speak of: {', '.join(protocols) or 'none'}")
    print_line(f"sites they speak of: {', '.join(sites) or 'none'}")


def _tell(
    local: Local,
    remembered: int,
    heard: int,
    missing: Sequence[Missing],
    unreadable: Sequence[str],
    dry: bool,
) -> None:
    data = RecoveryDone(remembered, heard, missing, unreadable)
    if local.as_json:
        print_json(data)
    else:
        for each in missing:
            print_line(f"MISSING  {each.study} {each.subject}: {each.what}")
        for text in unreadable:
            print_line(f"UNREADABLE  {text}")
        done = "the store lacks" if dry else "decided again"
        print_line(f"{remembered} commands remembered by the timelines, {heard} {done}")
    if missing or unreadable:
        raise Stopped(
            Exit.BROKEN, f"{len(missing)} things are missing, {len(unreadable)} histories unreadable"
        )
