"""Verbs that replay: histories and streams, decisions by today's rules, lives under other ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli.options import Local
from console.cli.verb import bare_verb, verb

PANEL = "Prove and recover"
app = typer.Typer()

StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="Another store, such as a copy of production; it is only read.",
        show_default=False,
    ),
]
Archive = Annotated[
    Path | None,
    typer.Option(
        "--archive", metavar="FILE", help="An exported archive instead of a store.", show_default=False
    ),
]
Archives = Annotated[
    list[Path] | None,
    typer.Option(
        "--archive",
        metavar="FILE|DIR",
        help="Exported archives instead of a store, or folders of them; may be said several times.",
        show_default=False,
    ),
]
Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write a page for people too.", show_default=False),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="TIME",
        help="Up to when, with its offset: 2026-03-02T09:30+08:00; left out: now.",
        show_default=False,
    ),
]


@bare_verb(app)
def replay(
    local: Local,
    directory: Annotated[
        Path | None,
        typer.Option(
            "--directory",
            metavar="DIR",
            help="Stored histories (JSON) instead of live ones.",
            show_default=False,
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            metavar="DIR",
            help="Put live histories there; cut off, the next run goes on from there.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            metavar="N",
            min=1,
            help="Processes at once; left out: one for each core.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Replay every workflow history against this code, as deployed and watched, and fold all streams."""
    from console.cli.replaying import replay_all

    replay_all(local, directory, keep, jobs)


@verb(app, PANEL)
def rules(
    local: Local,
    store: StoreUrl = None,
    archive: Archives = None,
    accepted: Annotated[
        Path | None,
        typer.Option(
            "--accepted", metavar="FILE", help="Differences somebody judged right.", show_default=False
        ),
    ] = None,
    html: Html = None,
    propose: Annotated[
        Path | None,
        typer.Option(
            "--propose",
            metavar="FILE",
            help="Write entries for what is not accepted; each wants its reason.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Decide every recorded command again with this code and name each event that would be different."""
    from console.cli.replaying_rules import Files, replay_record

    replay_record(local, store, archive or [], Files(accepted, html, propose))


@verb(app, PANEL)
def protocol(
    local: Local,
    protocol: Annotated[
        str,
        typer.Argument(
            metavar="PROTOCOL", help="Protocol id, id:version, or a YAML file.", show_default=False
        ),
    ],
    participants: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PARTICIPANT]...", help="For whom; left out: all.", show_default=False),
    ] = None,
    store: StoreUrl = None,
    archive: Archive = None,
    until: Until = None,
    html: Html = None,
) -> None:
    """Show what another protocol version would have meant for everybody, ended or running; save nothing."""
    from console.cli.replaying_what_if import show_under_protocol

    show_under_protocol(local, protocol, participants or [], store, archive, until, html)


@verb(app, PANEL)
def change(  # noqa: PLR0913, PLR0917 - each is an option of the verb
    local: Local,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="YAML with the study and the commands to try.", show_default=False
        ),
    ],
    store: StoreUrl = None,
    archive: Archive = None,
    until: Until = None,
    html: Html = None,
    apply: Annotated[
        bool,
        typer.Option("--apply", help="Then give exactly these commands, all or none, once you say yes."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --apply: do not ask.")] = False,
    command_id: Annotated[
        str | None,
        typer.Option(
            "--id", metavar="ID", help="With --apply: the id of an earlier try.", show_default=False
        ),
    ] = None,
) -> None:
    """Try commands on the record as it stands and show what they would lead to; save nothing unless asked."""
    from console.cli.replaying_applying import apply_change
    from console.cli.replaying_what_if import show_change

    found = show_change(local, file, store, archive, until, html)
    if apply:
        apply_change(local, found, elsewhere=bool(store or archive), yes=yes, command_id=command_id)
