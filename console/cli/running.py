"""Verbs that run and set up: up, worker, web, migrate, publish, doctor, version."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import ActorId, Local
from console.cli.verb import verb

PANEL = "Run"
app = typer.Typer()


@verb(app, PANEL)
def up(
    local: Local,
    demo: Annotated[bool, typer.Option("--demo", help="With a simulated study of nine places.")] = False,
    browse: Annotated[bool, typer.Option("--open", help="Open the web console in a browser.")] = False,
    no_ui: Annotated[bool, typer.Option("--no-ui", help="Do not serve Temporal's own pages.")] = False,
) -> None:
    """Start store, Temporal server, worker and console on this machine; tell what happens until Ctrl-C."""
    from console.cli.starting import start_up

    start_up(local, demo=demo, ui=not no_ui, browse=browse)


@verb(app, PANEL)
def worker(
    local: Local,
    current: Annotated[
        bool, typer.Option("--current", help="Take over the work from workers of other versions.")
    ] = False,
) -> None:
    """Run a worker in the foreground; it finishes what it holds when it is asked to end."""
    from console.cli.starting import become_worker

    become_worker(local, current=current)


@verb(app, PANEL)
def web(local: Local) -> None:
    """Serve the web console in the foreground, at DAYZERO_WEB_HOST and DAYZERO_WEB_PORT."""
    from console.cli.starting import serve_web

    serve_web(local)


@verb(app, PANEL)
def migrate(local: Local) -> None:
    """Bring the store's schema to this release; harmless when repeated."""
    from console.cli.setting_up import migrate_store

    migrate_store(local)


@verb(app, PANEL)
def publish(
    local: Local,
    protocol: Annotated[
        str,
        typer.Argument(
            metavar="PROTOCOL", help="Protocol id, id:version, or a YAML file.", show_default=False
        ),
    ],
    sites: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SITE]...", help="Site codes or YAML files.", show_default=False),
    ] = None,
    actor: ActorId = None,
) -> None:
    """Put a protocol version and sites into the store, for ever; new participants are pinned to it."""
    from console.cli.setting_up import publish_documents

    publish_documents(local, protocol, sites or [], actor)


@verb(app, PANEL)
def doctor(local: Local) -> None:
    """Look at server, store, worker, sites and clocks, and say what is wrong."""
    from console.cli.show_doctor import show_doctor

    show_doctor(local)


@verb(app, PANEL)
def version(local: Local) -> None:
    """Say which release this is and what it stands on."""
    from console.cli.setting_up import show_version

    show_version(local)
