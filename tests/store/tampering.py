"""Somebody with rights on the database, who switches the guards off first."""

from __future__ import annotations

from sqlalchemy import text

from store import Store

RECORD = ("events", "commands", "documents")


def tamper(store: Store, *statements: str) -> None:
    """Run SQL behind the store's back."""
    with store._database.engine.connect() as connection, connection.begin():
        if store.dialect == "sqlite":
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.execute(text(names)).scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in RECORD:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))
