"""Letting programs be told of alerts and stages, and no longer."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from activities.posting import NotSent, Sent
from activities.webhooks.messages import TEST, TYPES
from activities.webhooks.posting import Letterbox
from activities.webhooks.signing import Seal, SecretLost, new_secret
from activities.webhooks.targets import NoTarget, checked_url, parsed_networks
from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import chosen_study, opened_store, present
from console.cli.printing import print_json, print_line, print_table
from console.cli.shapes_programs import WebhookShown, WebhookTested
from domain.roles import ActorId
from settings import Settings, read_settings
from store import Reading
from store.webhooks import Webhook, all_webhooks, keep_webhook, webhook_counts, webhook_named

_ID = TypeAdapter[str](ActorId)


def add_webhook(local: Local, webhook_id: str, url: str, types: Sequence[str], study: str | None) -> None:
    """Keep the webhook with a new secret, and show that. One that was there keeps its place in the record.

    Raises:
        Stopped: an id, an address, a type or a study that cannot be.
    """
    settings, secret = read_settings(), new_secret()
    wanted, sealed = _checked_types(types), Seal(settings.encryption_keys()).sealed(secret)
    _check(webhook_id, url)
    with opened_store(settings) as store, store.writing() as tx:
        if study is not None:
            chosen_study(tx, study)
        known, now = webhook_named(tx, webhook_id), present()
        # One that was closed is told of nothing that happened meanwhile.
        position = known.position if known and known.closed_at is None else tx.position()
        keep_webhook(
            tx, Webhook(webhook_id, url, study, wanted, sealed, opened_at=now, position=position, next_at=now)
        )
        sight = replace(_sight(tx, _known(tx, webhook_id)), secret=secret)
    if local.as_json:
        print_json(sight)
        return
    print_line(f"{webhook_id}: {url} is told of {', '.join(wanted)}")
    print_line(f"secret: {secret}")
    print_line("it is shown this once; `dayzero webhook test` sends a message signed with it", style="dim")


def close_webhook(local: Local, webhook_id: str) -> None:
    """Tell the webhook nothing any more.

    Raises:
        Stopped: there is no such webhook.
    """
    with opened_store(read_settings()) as store, store.writing() as tx:
        known = _known(tx, webhook_id)
        keep_webhook(tx, replace(known, closed_at=known.closed_at or present()))
        sight = _sight(tx, _known(tx, webhook_id))
    if local.as_json:
        print_json(sight)
    else:
        print_line(f"{webhook_id}: is told nothing any more")


def show_webhooks(local: Local) -> None:
    """List every webhook and how it goes."""
    with opened_store(read_settings()) as store, store.reading() as reading:
        shown = [_sight(reading, each) for each in all_webhooks(reading)]
    if local.as_json:
        print_json(shown)
    elif shown:
        columns = (
            "webhook",
            "address",
            "study",
            "owed",
            "delivered",
            "given up",
            "failing",
            "last failure",
            "",
        )
        print_table(columns, map(_row, shown))
    else:
        print_line("no program is told of anything yet")


def test_webhook(local: Local, webhook_id: str) -> None:
    """Send a message that says nothing, and say what came of it.

    Raises:
        Stopped: there is no such webhook, or the receiver did not take it.
    """
    settings = read_settings()
    with opened_store(settings) as store, store.reading() as reading:
        known = _known(reading, webhook_id)
    outcome = asyncio.run(_tested(settings, known))
    tested = WebhookTested(webhook_id, isinstance(outcome, Sent), _detail(outcome))
    if isinstance(outcome, NotSent):
        raise Stopped(Exit.REFUSED, f"{webhook_id}: not taken: {outcome.reason}", tested)
    if local.as_json:
        print_json(tested)
    else:
        print_line(f"{webhook_id}: taken ({outcome.detail})")


async def _tested(settings: Settings, webhook: Webhook) -> Sent | NotSent:
    now, name = present(), f"test/{uuid.uuid4()}"
    body = json.dumps({"type": TEST, "timestamp": now.isoformat(), "data": {}})
    try:
        secret = Seal(settings.encryption_keys()).opened(webhook.secret)
    except SecretLost as lost:
        return NotSent(str(lost), permanent=False)
    return await Letterbox(parsed_networks(settings.webhook_networks)).post(
        webhook.url, secret, name, body, now
    )


def _detail(outcome: Sent | NotSent) -> str:
    return outcome.detail if isinstance(outcome, Sent) else outcome.reason


def _check(webhook_id: str, url: str) -> None:
    try:
        _ID.validate_python(webhook_id)
        checked_url(url)
    except ValidationError:
        raise Stopped(
            Exit.USAGE,
            f"{webhook_id!r} is no id: small letters, digits, dot, dash and underscore, such as bed-board",
        ) from None
    except NoTarget as none:
        raise Stopped(Exit.USAGE, str(none)) from None


def _checked_types(types: Sequence[str]) -> tuple[str, ...]:
    unknown = [each for each in types if each not in TYPES]
    if unknown:
        raise Stopped(Exit.USAGE, f"nobody is told of {', '.join(unknown)}; say one of {', '.join(TYPES)}")
    return tuple(dict.fromkeys(types)) or TYPES


def _known(reading: Reading, webhook_id: str) -> Webhook:
    known = webhook_named(reading, webhook_id)
    if known is None:
        raise Stopped(Exit.USAGE, f"there is no webhook {webhook_id!r}")
    return known


def _row(sight: WebhookShown) -> tuple[str, ...]:
    counts = (str(sight.owed), str(sight.delivered), str(sight.given_up or ""))
    failing = f"{sight.failures} tries" if sight.failures else ""
    closed = "" if sight.open else "closed"
    return sight.webhook, sight.url, sight.study or "all", *counts, failing, sight.last_failure or "", closed


def _sight(reading: Reading, webhook: Webhook) -> WebhookShown:
    counts = webhook_counts(reading, webhook.webhook_id)
    return WebhookShown(
        webhook=webhook.webhook_id,
        url=webhook.url,
        study=webhook.study,
        types=webhook.types,
        open=webhook.closed_at is None,
        owed=counts.owed,
        delivered=counts.delivered,
        given_up=counts.given_up,
        failures=webhook.failures,
        last_failure=counts.last_failure,
    )
