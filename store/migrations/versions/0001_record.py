"""The record, what it comes to, and what is owed.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("resolved_at IS NULL")

APPEND_ONLY = {
    "events": "position = NEW.position OR (stream = NEW.stream AND seq = NEW.seq)",
    "commands": "number = NEW.number OR (stream = NEW.stream AND command_id = NEW.command_id)",
    "documents": "kind = NEW.kind AND id = NEW.id AND version = NEW.version",
}


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("position", NUMBER, nullable=False, autoincrement=False),
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("ord", sa.Integer(), nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("command_id", TEXT, nullable=False),
        sa.Column("actor_id", TEXT, nullable=False),
        sa.Column("actor_role", TEXT, nullable=False),
        sa.Column("actor_method", TEXT, nullable=False),
        sa.Column("protocol", TEXT, nullable=True),
        sa.Column("site", TEXT, nullable=True),
        sa.Column("zone_table", TEXT, nullable=False),
        sa.Column("software", TEXT, nullable=False),
        sa.Column("prev_hash", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.UniqueConstraint("stream", "command_id", "ord", name="uq_events_stream_command_id_ord"),
        sa.UniqueConstraint("stream", "seq", name="uq_events_stream_seq"),
    )
    op.create_table(
        "streams",
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=True),
        sa.Column("commands", sa.Integer(), nullable=False),
        sa.Column("commands_hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("stream", name="pk_streams"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "commands",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("ord", sa.Integer(), nullable=False),
        sa.Column("command_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("body_hash", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("code", TEXT, nullable=True),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events", TEXT, nullable=False),
        sa.Column("protocol_hash", TEXT, nullable=True),
        sa.Column("site_hash", TEXT, nullable=True),
        sa.Column("prev_hash", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_commands"),
        sa.UniqueConstraint("stream", "command_id", name="uq_commands_stream_command_id"),
        sa.UniqueConstraint("stream", "ord", name="uq_commands_stream_ord"),
    )
    op.create_table(
        "documents",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "version", name="pk_documents"),
    )
    op.create_index("ix_documents_kind_hash", "documents", ["kind", "hash"])
    op.create_table(
        "participants",
        sa.Column("study", TEXT, nullable=False),
        sa.Column("participant", TEXT, nullable=False),
        sa.Column("site", TEXT, nullable=False),
        sa.Column("protocol_id", TEXT, nullable=False),
        sa.Column("protocol_version", TEXT, nullable=False),
        sa.Column("protocol_hash", TEXT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("end", TEXT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("next_due", INSTANT, nullable=True),
        sa.Column("next_due_what", TEXT, nullable=True),
        sa.Column("open_alerts", sa.Integer(), nullable=False),
        sa.Column("registered_on", TEXT, nullable=False),
        sa.Column("token", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("study", "participant", name="pk_participants"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_participants_next_due", "participants", ["next_due"])
    op.create_table(
        "items",
        sa.Column("study", TEXT, nullable=False),
        sa.Column("participant", TEXT, nullable=False),
        sa.Column("item", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category", TEXT, nullable=False),
        sa.Column("applicable", sa.Boolean(), nullable=False),
        sa.Column("basis", TEXT, nullable=False),
        sa.Column("anchor", TEXT, nullable=True),
        sa.Column("anchor_on", TEXT, nullable=True),
        sa.Column("opens", INSTANT, nullable=True),
        sa.Column("target", INSTANT, nullable=True),
        sa.Column("closes", INSTANT, nullable=True),
        sa.Column("hard_stop", INSTANT, nullable=True),
        sa.Column("frame_ends", INSTANT, nullable=True),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("happened", TEXT, nullable=True),
        sa.Column("happened_at", INSTANT, nullable=True),
        sa.Column("appointment", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("record_seq", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("study", "participant", "item", name="pk_items"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alerts",
        sa.Column("study", TEXT, nullable=False),
        sa.Column("participant", TEXT, nullable=False),
        sa.Column("alert", TEXT, nullable=False),
        sa.Column("site", TEXT, nullable=False),
        sa.Column("item", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rungs", sa.Integer(), nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("held_by", TEXT, nullable=True),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("resolved_why", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("study", "alert", name="pk_alerts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_alerts_open", "alerts", ["due"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_alerts_study_participant", "alerts", ["study", "participant"])
    op.create_table(
        "deviations",
        sa.Column("study", TEXT, nullable=False),
        sa.Column("participant", TEXT, nullable=False),
        sa.Column("deviation", TEXT, nullable=False),
        sa.Column("item", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("study", "participant", "deviation", name="pk_deviations"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notices",
        sa.Column("study", TEXT, nullable=False),
        sa.Column("participant", TEXT, nullable=False),
        sa.Column("notice", TEXT, nullable=False),
        sa.Column("alert", TEXT, nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("contact", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("owed_at", INSTANT, nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("detail", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("study", "notice", name="pk_notices"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_notices_status_owed_at", "notices", ["status", "owed_at"])
    op.create_index("ix_notices_study_participant", "notices", ["study", "participant"])
    op.create_table(
        "attempts",
        sa.Column("study", TEXT, nullable=False),
        sa.Column("notice", TEXT, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("study", "notice", "attempt", name="pk_attempts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notes",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_notes"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")


def _guard_on_postgresql() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: a record is corrected by another record, never changed',
                TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _guard_on_sqlite() -> None:
    for table, same in APPEND_ONLY.items():
        refusal = f"{table} is append-only: a record is corrected by another record, never changed"
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        # INSERT OR REPLACE deletes without the delete trigger unless the connection asks for it.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
