"""What the console is made of: everything is passed in, so that two consoles can live in one process.

The rule that keeps it honest: nothing here is found or defaulted by itself; `dayzero up`, `dayzero web` and
the tests put it together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.rulebook import Rulebook
from console.letter import Send, Wake
from console.web.around import Around
from console.web.oidc import Provider
from console.web.passwords import Passwords
from store import Store


@dataclass(frozen=True, slots=True)
class Policy:
    """How people are let in. `secure`: served over TLS, so that cookies never travel without it.

    `hosts`: the names this console answers to; a request for another is turned away (a page elsewhere cannot
    point its own name at this machine). `demo`: demo users may sign in, from this machine only.
    `lasts`: how long a sign-in holds; `idle`: after so long without a touch the password is asked again.
    """

    hosts: tuple[str, ...]
    secure: bool
    demo: bool
    lasts: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=30)
    failures_of_user: int = 5
    failures_from_address: int = 30
    failures_count_for: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Parts:
    """The store, the way to the timelines, and the rules of the door. `now`: the present moment (UTC).

    `provider`: who says who people are, beside passwords. `around`: what else the console stands on; None:
    nobody told it.
    """

    store: Store
    send: Send
    wake: Wake
    passwords: Passwords
    policy: Policy
    rulebook: Rulebook
    now: Callable[[], datetime]
    provider: Provider | None = None
    around: Around | None = None
