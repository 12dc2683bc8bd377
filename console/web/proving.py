"""Proving once more who is there, as every signature asks for.

The rule that keeps it honest: a wrong proof counts towards the lock-out like a wrong sign-in, and nothing is
signed by a session alone.
"""

from __future__ import annotations

from console.web.asking import Form, Trouble
from console.web.sessions import Turned, TurnedAway
from console.web.visiting import Visitor

NOT_PROVED, TRIED_TOO_OFTEN = "not-proved", "tried-too-often"

_CODES = {Turned.WRONG: NOT_PROVED, Turned.TOO_OFTEN: TRIED_TOO_OFTEN}


def reproved(visitor: Visitor, form: Form, password: str) -> Trouble | None:  # noqa: ARG001
    """What keeps this form from being a signature, or None when it is the visitor's own.

    Asks the store and works on a hash for a while: in a coroutine, run it in the thread pool. Check the form
    (`Form.check`) and the role before it. A form without a password is wrong without counting as a try.
    """
    if not password:
        return Trouble(NOT_PROVED, "a signature asks for the password", "password")
    try:
        visitor.console.door.prove(visitor.signed_in, password, visitor.address)
    except TurnedAway as turned:
        return Trouble(_CODES[turned.why], turned.why.value, "password")
    return None
