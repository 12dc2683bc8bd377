"""Brings the schema of a database to this release, and says where it stands.

The rule that keeps it honest: one transaction, under a lock: the schema is the old one or the new one, never
something between, and of two that migrate at once the second finds the work done.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from store.errors import SchemaMismatch
from store.rows import SchemaState
from store.schema import APPEND_ONLY

_SCRIPTS = Path(__file__).with_name("migrations")
# Alembic keeps the migration under way in a variable of the process.
_ONE_AT_A_TIME = Lock()


def migrate(connection: Connection) -> None:
    """Run every missing migration on a connection whose transaction holds the schema lock.

    Raises:
        SchemaMismatch: the database is at a revision this release does not know.
    """
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS))
    with _ONE_AT_A_TIME:
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise SchemaMismatch(
                f"this release does not know the database's schema ({error}); run a newer one"
            ) from error


def schema_state(connection: Connection) -> SchemaState:
    """The revision the database is at and the one this release needs."""
    current = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory(str(_SCRIPTS)).get_current_head() or ""
    return SchemaState(current, head, current == head)


def append_only_guards(dialect: str) -> set[str]:
    """Names of the triggers that must be in force."""
    acts = ("update", "delete", "replace") if dialect == "sqlite" else ("change", "truncate")
    return {f"{table}_no_{act}" for table in APPEND_ONLY for act in acts}
