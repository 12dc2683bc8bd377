"""What lists need of each row, so that no page folds participants one by one.

The new columns follow from the events, so rows that exist wait for a rebuild; `dayzero migrate` makes it.

Revision ID: 0004
Revises: 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
WAITING = sa.text("outcome = 'pending' AND applicable")
ADDED: dict[str, dict[str, TypeEngine[Any]]] = {
    "participants": {"day_zero": TEXT},
    "alerts": {"next_role": TEXT},
    "deviations": {
        "suggested": TEXT,
        "classed": TEXT,
        "classed_by": TEXT,
        "classed_at": INSTANT,
        "class_reason": TEXT,
        "approval": TEXT,
    },
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_index(
        "ix_items_waiting", "items", ["study", "opens"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.execute(
        "INSERT INTO notes SELECT 'read models', 'to be made anew' WHERE EXISTS (SELECT 1 FROM streams)"
    )


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")
