"""Verbs that prove and recover: verify, rebuild, rehydrate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.verb import verb

PANEL = "Prove and recover"
app = typer.Typer()


@verb(app, PANEL)
def verify(
    local: Local,
    archive: Annotated[
        Path | None,
        typer.Option(
            "--archive", metavar="FILE", help="Verify an exported archive, offline.", show_default=False
        ),
    ] = None,
    checkpoint: Annotated[
        list[str] | None,
        typer.Option(
            "--checkpoint",
            metavar="LINE|FILE",
            help="A checkpoint or a seal kept elsewhere, or a file, mail or webhook body that holds some; "
            "repeatable.",
            show_default=False,
        ),
    ] = None,
    public_key: Annotated[
        str | None,
        typer.Option(
            "--public-key",
            metavar="KEY",
            help="The key that seals must be made with; with --archive: check the seal beside it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check every hash chain, stream end, signature and read model; name the first broken link."""
    from console.cli.show_proof import verify_archive, verify_store

    if archive is None:
        verify_store(local, checkpoint or [], public_key)
    elif checkpoint:
        raise Stopped(Exit.USAGE, "--checkpoint is of a store: leave out --archive")
    else:
        verify_archive(local, archive, public_key)


@verb(app, PANEL)
def rebuild(
    local: Local,
    from_temporal: Annotated[
        bool,
        typer.Option(
            "--from-temporal", help="First hear again what the timelines remember and the store lacks."
        ),
    ] = False,
    protocol: Annotated[
        list[str] | None,
        typer.Option(
            "--protocol",
            metavar="DOCUMENT",
            help="With --from-temporal: a published version, the oldest first; repeatable.",
            show_default=False,
        ),
    ] = None,
    site: Annotated[
        list[str] | None,
        typer.Option(
            "--site", metavar="DOCUMENT", help="With --from-temporal: a site; repeatable.", show_default=False
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", metavar="DIR", help="With --from-temporal: put the histories there.", show_default=False
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --from-temporal: only say how much the store lacks.")
    ] = False,
) -> None:
    """Make all read models anew from the events."""
    from console.cli.rebuilding import rebuild_from_temporal
    from console.cli.show_proof import rebuild_models

    if from_temporal:
        rebuild_from_temporal(local, protocol or [], site or [], keep, dry_run=dry_run)
    elif protocol or site or keep or dry_run:
        raise Stopped(Exit.USAGE, "--protocol, --site, --keep and --dry-run belong to --from-temporal")
    else:
        rebuild_models(local)


@verb(app, PANEL)
def rehydrate(
    local: Local,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which do not run.")] = False,
) -> None:
    """Start the workflow of every open participant that does not run, from the store alone."""
    from console.cli.rehydrating import rehydrate_all

    rehydrate_all(local, dry_run=dry_run)
