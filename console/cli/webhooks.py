"""Verbs about who is told of alerts and stages: webhook add, webhook list, webhook test, webhook close."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import Local
from console.cli.verb import verb

PANEL = "Run"
app = typer.Typer(help="Say which programs are told of alerts and stages.", no_args_is_help=True)

WebhookId = Annotated[
    str, typer.Argument(metavar="WEBHOOK", help="What you call the receiver.", show_default=False)
]


@verb(app, PANEL)
def add(
    local: Local,
    webhook: WebhookId,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Where messages are sent; https.", show_default=False)
    ],
    types: Annotated[
        list[str] | None,
        typer.Option(
            "--type", metavar="TYPE", help="Event type it is told of; again for more; left out: all."
        ),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option("--only", metavar="STUDY", help="The one study it is told of; left out: every study."),
    ] = None,
) -> None:
    """Tell a program of what happens from now on, or give it another secret; the secret is shown once."""
    from console.cli.show_webhooks import add_webhook

    add_webhook(local, webhook, url, types or [], study)


@verb(app, PANEL, name="list")
def list_(local: Local) -> None:
    """List who is told, what waits to be taken, and what was given up."""
    from console.cli.show_webhooks import show_webhooks

    show_webhooks(local)


@verb(app, PANEL)
def test(local: Local, webhook: WebhookId) -> None:
    """Send one message that only says that messages arrive, from this machine, and say what came of it."""
    from console.cli.show_webhooks import test_webhook

    test_webhook(local, webhook)


@verb(app, PANEL)
def close(local: Local, webhook: WebhookId) -> None:
    """Tell a program nothing any more."""
    from console.cli.show_webhooks import close_webhook

    close_webhook(local, webhook)
