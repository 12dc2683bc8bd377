"""Bringing a store to this release: its schema, and the read models a new schema has others of.

The rule that keeps it honest: a store is brought up whole before anything is shown from it; broken off, it is
gone on with the next time.
"""

from __future__ import annotations

from activities.rulebook import Rulebook
from console.folding import study_views_of_store, views_of_store
from store import Store
from store.rebuild import Rebuilt, rebuild, rebuild_is_due


def bring_up(store: Store) -> Rebuilt | None:
    """Migrate the store, and make its read models anew where a migration changed them.

    Raises:
        SchemaMismatch: the database is at a revision this release does not know.
    """
    store.migrate()
    with store.reading() as reading:
        due = rebuild_is_due(reading)
    return remade(store) if due else None


def remade(store: Store) -> Rebuilt:
    """Make all read models of a store anew."""
    rulebook = Rulebook()
    return rebuild(store, views_of_store(store, rulebook), study_views_of_store(store, rulebook))


def told_rebuilt(made: Rebuilt) -> str:
    """What a rebuild did, in a line."""
    removed = f", {made.removed} without a record removed" if made.removed else ""
    return f"read models of {made.participants} participants made from {made.events} events{removed}"
