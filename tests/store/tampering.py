"""Somebody with rights on the database, who switches the guards off first."""

from __future__ import annotations

from sqlalchemy import text

from store import Store


def tamper(store: Store, *statements: str) -> None:
    """Run SQL behind the store's back."""
    with store._database.engine.connect() as connection, connection.begin():
        if store.dialect == "sqlite":
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.execute(text(names)).scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def deviation_inserted(study: str, participant: str) -> str:
    """SQL that shows a deviation nobody recorded."""
    columns = "study, participant, deviation, item, kind, detail, status"
    values = f"'{study}', '{participant}', 'd', 'D1', 'late', '', 'open'"
    return f"INSERT INTO deviations ({columns}) VALUES ({values})"  # noqa: S608 - it is meant
