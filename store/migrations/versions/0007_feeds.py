"""Who follows a study's calendar from elsewhere.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("user_id", TEXT, nullable=False),
        sa.Column("study", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("user_id", "study", name="pk_feeds"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feeds_token_hash", "feeds", ["token_hash"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")
