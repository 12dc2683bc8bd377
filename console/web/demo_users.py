"""The users of the demonstration: one for each part somebody plays.

The rule that keeps it honest: they are marked in the store as of the demo, and let in only by a console that
runs as the demo, for a browser on the same machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.web.passwords import Passwords
from domain.roles import SYSTEM, Role
from store import Store
from store.administration import Act, By, administer
from store.sign_ins import User, user_named

DEMO_PASSWORD = "simulated-only"  # noqa: S105 - printed for everybody who starts the demo
"""The password of all of them."""


@dataclass(frozen=True, slots=True)
class DemoUser:
    user_id: str
    role: Role
    administers: bool = False


DEMO_USERS = (
    DemoUser("coordinator-1", Role.COORDINATOR),
    DemoUser("investigator-1", Role.INVESTIGATOR),
    DemoUser("sponsor-1", Role.SPONSOR),
    DemoUser("data-manager-1", Role.DATA_MANAGER),
    DemoUser("auditor-1", Role.AUDITOR),
    DemoUser("engineer-1", Role.ENGINEER, administers=True),
)


def add_demo_users(store: Store, passwords: Passwords, at: datetime) -> None:
    """Add those who are not there; a user of the same name that is real is left alone."""
    with store.reading() as reading:
        missing = [each for each in DEMO_USERS if user_named(reading, each.user_id) is None]
    if not missing:
        return
    kept = passwords.hash(DEMO_PASSWORD)
    with store.writing() as tx:
        for each in missing:
            user = User(each.user_id, each.role, kept, demo=True, opened_at=at, administers=each.administers)
            administer(tx, Act.OPENED, user, By(SYSTEM.id, "demo"), "of the demonstration", at)
