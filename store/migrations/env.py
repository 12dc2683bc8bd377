"""How Alembic reaches the database: on the connection it is handed, inside the transaction already begun."""

from alembic import context

from store import client_tables, door_tables, feed_tables
from store.schema import metadata

# Imported, their tables belong to the metadata too.
_TABLES = (client_tables, door_tables, feed_tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can roll back DDL too, once the driver is kept from committing behind our back.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
