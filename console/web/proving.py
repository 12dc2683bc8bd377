"""Proving once more who is there, as every signature asks for.

The rule that keeps it honest: a wrong proof counts towards the lock-out like a wrong sign-in, nothing is
signed by a session alone, and a provider's confirmation signs one form only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from console.web.asking import Form, Trouble
from console.web.digests import hashed, new_token
from console.web.sessions import SignedIn, Turned, TurnedAway
from console.web.visiting import Console, Visitor
from store.round_trips import Purpose, RoundTrip, begin, trip_of
from store.sign_ins import note_proof

NOT_PROVED, TRIED_TOO_OFTEN, ASK_PROVIDER = "not-proved", "tried-too-often", "ask-provider"

PROOF_HOLDS = timedelta(minutes=5)
"""For so long after the provider confirmed who is there they may sign."""

_NOT_KEPT = ("csrf", "id", "password", "content")
_WAITS = timedelta(minutes=30)
_CODES = {Turned.WRONG: NOT_PROVED, Turned.TOO_OFTEN: TRIED_TOO_OFTEN}


def reproved(visitor: Visitor, form: Form, password: str) -> Trouble | None:
    """What keeps this form from being a signature, or None when it is the visitor's own.

    Asks the store and works on a hash for a while: in a coroutine, run it in the thread pool. Check the form
    (`Form.check`) and the role before it. A form without a password is wrong without counting as a try. Of
    somebody who signed in with the identity provider it wants a fresh confirmation instead: answer
    `ASK_PROVIDER` with the form again, whose `proof.html` field then leads there (`way_to_provider`).
    """
    if visitor.signed_in.by_provider:
        return None if _confirmed(visitor, form) else Trouble(ASK_PROVIDER, "confirm who you are", "password")
    if not password:
        return Trouble(NOT_PROVED, "a signature asks for the password", "password")
    try:
        visitor.console.door.prove(visitor.signed_in, password, visitor.address)
    except TurnedAway as turned:
        return Trouble(_CODES[turned.why], turned.why.value, "password")
    return None


def way_to_provider(visitor: Visitor, form_path: str, typed: Mapping[str, Sequence[str]]) -> str:
    """An address that leads to the provider and back to the form, where what was `typed` waits.

    `form_path`: where the form is shown; it is asked for with `kept=...`, for `typed_before`.
    """
    now, ticket = visitor.console.parts.now(), new_token()
    session = visitor.signed_in.session.token_hash
    kept = {name: list(texts) for name, texts in typed.items() if name not in _NOT_KEPT}
    trip = RoundTrip(
        hashed(ticket), Purpose.PROVE, "", session, "", "", form_path,
        json.dumps(kept, ensure_ascii=False), now, now + _WAITS, used_at=now,
    )  # fmt: skip
    with visitor.console.parts.store.writing() as tx:
        begin(tx, trip)
    return f"/sign/provider?kept={ticket}"


def typed_before(visitor: Visitor, ticket: str) -> Mapping[str, Sequence[str]]:
    """What stood in a form of this session before its visitor went to the provider; empty if nothing did."""
    waiting = leaving_of(visitor.console, visitor.signed_in, ticket)
    return waiting.fields if waiting else {}


def leaving_of(console: Console, signed_in: SignedIn, ticket: str) -> RoundTrip | None:
    """What waits for a proof under this ticket, in this session and not for too long."""
    with console.parts.store.reading() as reading:
        trip = trip_of(reading, hashed(ticket))
    ours = trip is not None and trip.session == signed_in.session.token_hash
    return trip if ours and trip is not None and trip.ends_at > console.parts.now() else None


def with_kept(path: str, ticket: str) -> str:
    """The address of the form, with what was typed waiting for it."""
    return f"{path}{'&' if '?' in path else '?'}kept={ticket}"


def _confirmed(visitor: Visitor, form: Form) -> bool:
    # The same form sent twice is one signature, so it may spend its proof twice.
    session, now = visitor.signed_in.session, visitor.console.parts.now()
    if session.proved_at is None or now - session.proved_at > PROOF_HOLDS:
        return False
    if session.proved_for not in (None, form.id):
        return False
    with visitor.console.parts.store.writing() as tx:
        note_proof(tx, session.token_hash, session.proved_at, form.id)
    return True
