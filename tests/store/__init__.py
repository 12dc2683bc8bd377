"""The store's contract: one suite, run on SQLite and on PostgreSQL."""
