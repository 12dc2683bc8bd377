"""What a study itself comes to.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "studies",
        sa.Column("study", TEXT, nullable=False),
        sa.Column("protocol_version", TEXT, nullable=False),
        sa.Column("recruitment", TEXT, nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.Column("on_hold", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due", INSTANT, nullable=True),
        sa.Column("next_due_what", TEXT, nullable=True),
        sa.Column("open_alerts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("study", name="pk_studies"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_studies_next_due", "studies", ["next_due"])


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")
